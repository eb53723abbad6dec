package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;
import io.octavo.log.PartitionDirectories;
import io.octavo.log.Presence;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which data directory each partition's log is in. A new one goes where the fewest are for the
/// room there is, not counting directories that have failed. Safe for any thread.
final class Homes {
    private static final Logger LOGGER = LoggerFactory.getLogger(Homes.class);

    private final List<Home> homes = new ArrayList<>();
    private final Predicate<Path> cordoned;

    /// Those that could not be opened: nobody knows what they hold.
    private final List<Home> lost = new ArrayList<>();

    private final Map<String, Home> byName = new HashMap<>();

    /// Where there are logs of one name, but of several topics: of one that was deleted and made
    /// again while a directory was out of service. Which one counts is known with the topic.
    private final Map<String, List<Candidate>> contested = new HashMap<>();

    /// @param topicId null where nothing says
    /// @param moves how often it was moved
    /// @param end how far it is known to be written
    private record Candidate(
            Home home, @Nullable Uuid topicId, Presence presence, long moves, long end) {
        /// Known best; of two that are known as well the one that goes on for longer, because a
        /// move was broken off and the other was left behind, for however many starts; and where
        /// neither does, the one that was moved more often: the other could not be taken out of the
        /// way.
        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparing(Candidate::presence)
                        .thenComparing(Comparator.comparingLong(Candidate::end).reversed())
                        .thenComparing(Comparator.comparingLong(Candidate::moves).reversed());
    }

    /// @param storages at least one; read for what is there already. Of a log that is in several of
    ///   them, after a crash while it moved, all but one are set aside
    /// @param cordoned whether no new log is to be made in the data directory at a path
    Homes(List<Storage> storages, Predicate<Path> cordoned) throws IOException {
        this.cordoned = cordoned;
        Map<String, Presence> first = new HashMap<>();
        for (Storage storage : storages) {
            Home home = new Home(storage);
            homes.add(home);
            if (storage.directory().failure() != null) {
                lost.add(home);
                continue;
            }
            for (Map.Entry<String, Presence> log :
                    storage.directory().partitions().names().entrySet()) {
                String name = log.getKey();
                Home known = byName.get(name);
                if (known == null) {
                    assign(name, home);
                    first.put(name, log.getValue());
                    continue;
                }
                List<Candidate> several = contested.get(name);
                if (several == null) {
                    Presence there = first.getOrDefault(name, Presence.MISSING);
                    several = new ArrayList<>(List.of(candidate(name, known, there)));
                    contested.put(name, several);
                }
                several.add(candidate(name, home, log.getValue()));
            }
        }
        for (Map.Entry<String, List<Candidate>> name : Map.copyOf(contested).entrySet()) {
            if (topics(name.getValue()) <= 1) {
                contested.remove(name.getKey());
                settle(name.getKey(), name.getValue(), name.getValue());
            }
        }
    }

    private static Candidate candidate(String name, Home home, Presence presence)
            throws IOException {
        PartitionDirectories its = home.storage.directory().partitions();
        return new Candidate(
                home, its.topicId(name), presence, its.moves(name), its.knownEnd(name));
    }

    private static long topics(List<Candidate> several) {
        return several.stream().map(Candidate::topicId).filter(Objects::nonNull).distinct().count();
    }

    /// The data directories, as configured.
    List<DataDirectory> directories() {
        return homes.stream().map(home -> home.storage.directory()).toList();
    }

    List<Storage> storages() {
        return homes.stream().map(home -> home.storage).toList();
    }

    /// Whether a log of this name was there at the start, or has been asked for.
    synchronized boolean knows(String name) {
        return byName.containsKey(name);
    }

    /// Where the log of this name is, or shall be.
    ///
    /// @param topicId of its topic
    /// @param existed whether the partition is older than this run: then its records may be in a
    ///   directory that could not be opened, and must not be taken for none
    synchronized Storage of(String name, Uuid topicId, boolean existed) {
        settle(name, topicId);
        Home home = byName.get(name);
        if (home != null && !existed && home.storage.directory().failure() != null) {
            // What is there is of a topic that was deleted.
            forget(name);
            home = null;
        }
        if (home == null) {
            home = existed && !lost.isEmpty() ? lost.getFirst() : roomiest();
            assign(name, home);
        }
        return home.storage;
    }

    /// Where logs of this data directory are.
    Storage of(DataDirectory directory) {
        for (Home home : homes) {
            if (home.storage.directory() == directory) {
                return home.storage;
            }
        }
        throw new IllegalArgumentException(directory.root() + " is none of this broker's");
    }

    /// The data directory at an absolute path; null when there is none.
    @Nullable Storage at(Path path) {
        for (Home home : homes) {
            if (path(home.storage.directory()).equals(path)) {
                return home.storage;
            }
        }
        return null;
    }

    /// The log of this name is there now, or shall be made there.
    synchronized void moved(String name, Storage to) {
        forget(name);
        for (Home home : homes) {
            if (home.storage == to) {
                assign(name, home);
            }
        }
    }

    /// The log of this name is removed there. By now another may be elsewhere.
    synchronized void forget(String name, Storage from) {
        Home home = byName.get(name);
        if (home != null && home.storage == from) {
            forget(name);
        }
    }

    private void forget(String name) {
        Home home = byName.remove(name);
        if (home != null) {
            home.logs--;
        }
    }

    /// Of the logs of one name the topic's counts.
    private void settle(String name, Uuid topicId) {
        List<Candidate> several = contested.remove(name);
        if (several == null) {
            return;
        }
        List<Candidate> own = several.stream().filter(one -> topicId.equals(one.topicId)).toList();
        try {
            settle(name, several, own.isEmpty() ? several : own);
        } catch (IOException stays) {
            LOGGER.error("another log of the name {} stays", name, stays);
        }
    }

    /// Of several logs the one counts that is known best; the others are set aside.
    private void settle(String name, List<Candidate> several, List<Candidate> own)
            throws IOException {
        Home best = Collections.min(own, Candidate.BEST_FIRST).home;
        forget(name);
        assign(name, best);
        for (Candidate other : several) {
            if (other.home != best) {
                other.home.storage.directory().partitions().setAside(name);
            }
        }
    }

    private void assign(String name, Home home) {
        if (byName.putIfAbsent(name, home) == null) {
            home.logs++;
        }
    }

    /// Where a data directory is, whatever it is called.
    static Path path(DataDirectory directory) {
        return directory.root().toAbsolutePath().normalize();
    }

    /// Of those where new logs may be made, if there are any.
    private Home roomiest() {
        List<Home> open =
                homes.stream()
                        .filter(home -> !cordoned.test(path(home.storage.directory())))
                        .toList();
        List<Home> candidates = open.isEmpty() ? homes : open;
        Home roomiest = candidates.getFirst();
        if (candidates.size() == 1) {
            return roomiest;
        }
        double most = -1;
        for (Home home : candidates) {
            double room = home.room();
            if (room > most) {
                most = room;
                roomiest = home;
            }
        }
        return roomiest;
    }

    private static final class Home {
        private final Storage storage;
        private int logs;

        Home(Storage storage) {
            this.storage = storage;
        }

        /// Free bytes for each log, one more counted than there are; 0 where nothing can be
        /// written.
        double room() {
            DataDirectory directory = storage.directory();
            if (directory.failure() != null) {
                return 0;
            }
            try {
                return (double) directory.space().usableBytes() / (logs + 1);
            } catch (IOException unreadable) {
                LOGGER.warn("the space in {} is not known", directory.root(), unreadable);
                return 0;
            }
        }
    }
}

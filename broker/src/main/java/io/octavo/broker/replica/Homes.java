package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;
import io.octavo.log.Presence;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which data directory each partition's log is in. A new one goes where the fewest are for the
/// room there is, not counting directories that have failed. Safe for any thread.
final class Homes {
    private static final Logger LOGGER = LoggerFactory.getLogger(Homes.class);

    private final List<Home> homes = new ArrayList<>();

    /// Those that could not be opened: nobody knows what they hold.
    private final List<Home> lost = new ArrayList<>();

    private final Map<String, Home> byName = new HashMap<>();

    /// Where there are logs of one name, but of several topics: of one that was deleted and made
    /// again while a directory was out of service. Which one counts is known with the topic.
    private final Map<String, List<Home>> contested = new HashMap<>();

    /// @param storages at least one; read for what is there already. Of a log that is in several of
    ///   them, after a crash while it moved, all but one are set aside
    Homes(List<Storage> storages) throws IOException {
        Map<String, Presence> best = new HashMap<>();
        for (Storage storage : storages) {
            Home home = new Home(storage);
            homes.add(home);
            if (storage.directory().failure() != null) {
                lost.add(home);
                continue;
            }
            for (Map.Entry<String, Presence> log :
                    storage.directory().partitions().names().entrySet()) {
                Presence here = log.getValue();
                Presence elsewhere = best.get(log.getKey());
                Home known = byName.get(log.getKey());
                if (known != null && areOfSeveral(log.getKey(), known, home)) {
                    contested
                            .computeIfAbsent(log.getKey(), _ -> new ArrayList<>(List.of(known)))
                            .add(home);
                } else if (elsewhere == null || here.compareTo(elsewhere) < 0) {
                    release(log.getKey());
                    best.put(log.getKey(), here);
                    assign(log.getKey(), home);
                } else {
                    storage.directory().partitions().setAside(log.getKey());
                }
            }
        }
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

    /// Whether the logs of a name in two homes are known to be of two topics.
    private static boolean areOfSeveral(String name, Home one, Home other) {
        Uuid here = one.storage.directory().partitions().topicId(name);
        Uuid there = other.storage.directory().partitions().topicId(name);
        return here != null && there != null && !here.equals(there);
    }

    /// Where the log of this name is, or shall be.
    ///
    /// @param topicId of its topic
    /// @param existed whether the partition is older than this run: then its records may be in a
    ///   directory that could not be opened, and must not be taken for none
    synchronized Storage of(String name, Uuid topicId, boolean existed) {
        settle(name, topicId);
        Home home = byName.get(name);
        if (home == null) {
            home = existed && !lost.isEmpty() ? lost.getFirst() : roomiest();
            assign(name, home);
        }
        return home.storage;
    }

    /// The data directory at an absolute path; null when there is none.
    @Nullable Storage at(Path path) {
        for (Home home : homes) {
            if (home.storage.directory().root().toAbsolutePath().normalize().equals(path)) {
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

    /// The log of this name is removed.
    synchronized void forget(String name) {
        Home home = byName.remove(name);
        if (home != null) {
            home.logs--;
        }
    }

    /// Of the logs of one name the topic's counts; the others are set aside.
    private void settle(String name, Uuid topicId) {
        List<Home> several = contested.remove(name);
        if (several == null) {
            return;
        }
        Home own = several.getFirst();
        for (Home home : several) {
            Uuid here = home.storage.directory().partitions().topicId(name);
            own = topicId.equals(here) ? home : own;
        }
        forget(name);
        assign(name, own);
        for (Home other : several) {
            if (other != own) {
                try {
                    other.storage.directory().partitions().setAside(name);
                } catch (IOException stays) {
                    LOGGER.error("{} stays in {}", name, other.storage.directory().root(), stays);
                }
            }
        }
    }

    private void assign(String name, Home home) {
        if (byName.putIfAbsent(name, home) == null) {
            home.logs++;
        }
    }

    /// Sets aside what the home that the log has by now has of it.
    private void release(String name) throws IOException {
        Home home = byName.get(name);
        if (home != null) {
            forget(name);
            home.storage.directory().partitions().setAside(name);
        }
    }

    private Home roomiest() {
        Home roomiest = homes.getFirst();
        if (homes.size() == 1) {
            return roomiest;
        }
        double most = -1;
        for (Home home : homes) {
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

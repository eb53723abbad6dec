package io.octavo.broker;

import io.octavo.broker.cluster.local.LocalCoordination;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.net.Network;
import io.octavo.log.Companions;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Deadline;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The data directories of a node, each of which has its share of what all may take. Opened by the
/// thread that starts the node; then safe for any.
final class Directories {
    private static final int OPEN_SEGMENTS_MAX = 4_000;

    /// However long others took: the first, which is closed last, holds the topics.
    private static final long CLOSE_MS_MIN = 500;

    /// What may be appended and not forced is this part of the memory: below the tenth from which
    /// on Linux writes back by itself, and the fifth at which it makes writers wait.
    private static final int UNFORCED_PART = 12;

    private final BrokerConfig config;
    private final Machine machine;
    private final Ending ending;
    private volatile List<DataDirectory> opened = List.of();

    /// The ending's.
    private @Nullable Deadline closeEnd;

    Directories(BrokerConfig config, Machine machine, Ending ending) {
        this.config = config;
        this.machine = machine;
        this.ending = ending;
    }

    /// Opens all. The node cannot do without the first; what others hold is out of service until
    /// they can be opened.
    ///
    /// @throws IOException when the operator has to mend something; the message is for people
    void open() throws IOException {
        int count = config.dataDirectories().size();
        List<DataDirectory> all = new ArrayList<>(count);
        for (Path root : config.dataDirectories()) {
            refuseTwice(root, all);
            DataDirectory directory = open(root, all.isEmpty());
            int at = all.size();
            all.add(directory);
            ending.then("close the data directory " + root, () -> all.get(at).close(closeEnd()));
            directory.limitOpenFiles(openSegmentsMax() / count);
            directory.limitUnforced(machine.memoryBytes() / UNFORCED_PART / count);
        }
        DataDirectory first = all.getFirst();
        for (DataDirectory other : all.subList(1, count)) {
            refuseOtherFirst(first, other);
        }
        Companions before = first.companions();
        List<Uuid> ids = all.stream().map(DataDirectory::id).toList();
        for (int i = 1; i < count; i++) {
            DataDirectory other = all.get(i);
            if (other.failure() == null && isStrange(other, before, ids)) {
                all.set(i, notTheSame(first, other));
            }
        }
        remember(all, before);
        opened = List.copyOf(all);
    }

    /// When one of them is to be closed: all have one time together, and each a moment of it.
    private Deadline closeEnd() {
        Deadline known = closeEnd;
        if (known == null) {
            known = Deadline.after(machine.clock(), DataDirectory.CLOSE_MS_MAX);
            closeEnd = known;
        }
        long leftMs = Math.max(known.remainingMs(machine.clock()), CLOSE_MS_MIN);
        return Deadline.after(machine.clock(), leftMs);
    }

    private static void refuseTwice(Path root, List<DataDirectory> all) throws IOException {
        for (DataDirectory other : all) {
            if (real(root).equals(real(other.root()))) {
                throw new IOException(
                        "log.dirs names a directory twice: " + other.root() + " and " + root);
            }
        }
    }

    private static Path real(Path root) {
        try {
            return root.toRealPath();
        } catch (IOException notThere) {
            return root.toAbsolutePath().normalize();
        }
    }

    /// Topics are in the first directory: with another one nothing that the others hold is known,
    /// and all of it would be taken out of the way.
    private static void refuseOtherFirst(DataDirectory first, DataDirectory other)
            throws IOException {
        if (other.failure() != null) {
            return;
        }
        if (other.partitions().hold(LocalCoordination.JOURNAL)) {
            throw new IOException(
                    "the data directory "
                            + other.root()
                            + " holds topics: put it first in log.dirs, or use another one");
        }
        Companions.Companion theirs = other.companions().first();
        boolean holdsTopics = first.partitions().hold(LocalCoordination.JOURNAL);
        boolean strange =
                theirs == null
                        ? !holdsTopics && !other.partitions().names().isEmpty()
                        : !theirs.id().equals(first.id());
        if (strange) {
            throw new IOException(
                    "the data directory "
                            + other.root()
                            + " was used with "
                            + (theirs == null ? "another one" : theirs.path())
                            + " as the first, and "
                            + first.root()
                            + " is not that: is its disk mounted, and log.dirs in its old order? "
                            + (holdsTopics
                                    ? "To use " + other.root() + " here, empty it"
                                    : "To begin anew, empty them all"));
        }
    }

    /// Whether another directory was at its path, and is nowhere: its disk may not be mounted.
    ///
    /// @param before what was used together
    /// @param ids of all that are there now
    private boolean isStrange(DataDirectory other, Companions before, List<Uuid> ids) {
        Companions.Companion there = before.at(other.root());
        boolean known = before.all().stream().anyMatch(one -> one.id().equals(other.id()));
        boolean someMiss =
                before.all().stream()
                        .anyMatch(one -> !ids.contains(one.id()) && isConfigured(one.path()));
        return there != null && !known && someMiss;
    }

    private boolean isConfigured(String path) {
        return config.dataDirectories().stream().anyMatch(at -> Companions.name(at).equals(path));
    }

    /// What was in the one that was there must not be taken for none.
    private DataDirectory notTheSame(DataDirectory first, DataDirectory other) {
        try {
            other.close();
        } catch (IOException unclean) {
            LoggerFactory.getLogger(Node.class).warn("{} did not close", other.root(), unclean);
        }
        return lost(
                other.root(),
                new IOException(
                        "the data directory "
                                + other.root()
                                + " is not the one that was there: is its disk mounted? If it was"
                                + " replaced, and its partitions are to begin anew, remove "
                                + first.root().resolve(Companions.FILE)));
    }

    /// A note that cannot be written only weakens what the next start can tell.
    private static void remember(List<DataDirectory> all, Companions before) {
        if (all.size() == 1 && before.all().isEmpty()) {
            return;
        }
        List<Companions.Companion> now = new ArrayList<>();
        for (DataDirectory one : all) {
            Companions.Companion known =
                    one.failure() == null
                            ? new Companions.Companion(one.id(), Companions.name(one.root()))
                            : before.at(one.root());
            if (known != null) {
                now.add(known);
            }
        }
        for (DataDirectory one : all) {
            try {
                if (one.failure() == null && !one.companions().all().equals(now)) {
                    one.companions(new Companions(now));
                }
            } catch (IOException unnoted) {
                LoggerFactory.getLogger(Node.class)
                        .warn("{} does not know the other data directories", one.root(), unnoted);
            }
        }
    }

    /// In the order of the configuration; none before they are opened.
    List<DataDirectory> all() {
        return opened;
    }

    /// The one that holds the coordination store, without which there is no node.
    DataDirectory vital() {
        return opened.getFirst();
    }

    /// The ids of those that are in service.
    List<Uuid> ids() {
        return opened.stream()
                .filter(directory -> directory.failure() == null)
                .map(DataDirectory::id)
                .toList();
    }

    /// The last leader epochs of the logs that were adopted, by `<topic>-<partition>`.
    Map<String, Integer> adopted() throws IOException {
        Map<String, Integer> adopted = new HashMap<>();
        for (DataDirectory directory : opened) {
            if (directory.failure() == null) {
                adopted.putAll(directory.partitions().adopted());
            }
        }
        return adopted;
    }

    /// Whether more of one of them waits to be forced than is good. Asked often, on the event
    /// loops.
    boolean crowded() {
        List<DataDirectory> all = opened;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).crowded()) {
                return true;
            }
        }
        return false;
    }

    /// Connections need descriptors too, and keep some free for the logs (`net.Admission`). With
    /// this limit any number of partitions takes fewer than 5 000 descriptors, but for some seconds
    /// after more than these were appended to at a time.
    private int openSegmentsMax() {
        int set = config.openSegmentsMax();
        return set >= 0 ? set : Math.min(OPEN_SEGMENTS_MAX, Network.descriptorsMax() / 4);
    }

    private DataDirectory open(Path root, boolean vital) throws IOException {
        try {
            DataDirectory directory =
                    DataDirectory.open(
                            root,
                            machine.files(),
                            machine.clock(),
                            machine.randomness(),
                            machine.bootId());
            directory.keepFree(config.diskFreeBytesMin());
            return directory;
        } catch (IOException e) {
            String why =
                    e instanceof FileSystemException refused
                            ? "cannot use the data directory " + root + ": " + reason(refused)
                            : String.valueOf(e.getMessage());
            if (vital) {
                throw new IOException(why, e);
            }
            return lost(root, new IOException(why, e));
        }
    }

    private DataDirectory lost(Path root, IOException why) {
        LoggerFactory.getLogger(Node.class)
                .error(
                        "{}; its partitions are out of service until the next start",
                        why.getMessage());
        return DataDirectory.lost(root, machine.files(), machine.clock(), why);
    }

    private static String reason(FileSystemException e) {
        return e instanceof FileAlreadyExistsException
                ? e.getFile() + " is not a directory"
                : FileReason.of(e);
    }
}

package io.octavo.broker;

import io.octavo.broker.cluster.local.LocalCoordination;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.net.Network;
import io.octavo.log.Companions;
import io.octavo.log.DataDirectory;
import io.octavo.log.LastRun;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// The data directories of a node, each of which has its share of what all may take. Opened by the
/// thread that starts the node; then safe for any.
final class Directories {
    private static final int OPEN_SEGMENTS_MAX = 4_000;

    /// What may be appended and not forced is this part of the memory: below the tenth from which
    /// on Linux writes back by itself, and the fifth at which it makes writers wait.
    private static final int UNFORCED_PART = 12;

    private final BrokerConfig config;
    private final Machine machine;
    private final Ending ending;
    private volatile List<DataDirectory> opened = List.of();

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
            DataDirectory directory = open(root, all.isEmpty());
            int at = all.size();
            all.add(directory);
            ending.then("close the data directory " + root, () -> all.get(at).close());
            directory.limitOpenFiles(openSegmentsMax() / count);
            directory.limitUnforced(machine.memoryBytes() / UNFORCED_PART / count);
        }
        for (DataDirectory other : all.subList(1, count)) {
            refuseOtherFirst(all.getFirst(), other);
        }
        for (int i = 1; i < count; i++) {
            all.set(i, theSame(all.getFirst(), all.get(i)));
        }
        remember(all);
        opened = List.copyOf(all);
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
        boolean strange =
                theirs == null
                        ? first.lastRun() == LastRun.NONE && other.lastRun() != LastRun.NONE
                        : !theirs.id().equals(first.id());
        if (strange) {
            throw new IOException(
                    "the data directory "
                            + other.root()
                            + " was used with "
                            + (theirs == null ? "another one" : theirs.path())
                            + " as the first, and "
                            + first.root()
                            + " is not that: is its disk mounted, and log.dirs in its old order? To"
                            + " begin anew, empty them all");
        }
    }

    /// A directory, unless another one was there: its disk may not be mounted, and what was in it
    /// must not be taken for none.
    private DataDirectory theSame(DataDirectory first, DataDirectory other) throws IOException {
        Companions.Companion before = first.companions().at(other.root());
        if (other.failure() != null || before == null || before.id().equals(other.id())) {
            return other;
        }
        other.close();
        return lost(
                other.root(),
                new IOException(
                        "the data directory "
                                + other.root()
                                + " is not the one that was there: is its disk mounted? If it was"
                                + " replaced, and its partitions are to begin anew, remove "
                                + first.root().resolve(Companions.FILE)));
    }

    private static void remember(List<DataDirectory> all) throws IOException {
        Companions before = all.getFirst().companions();
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
            if (one.failure() == null && !one.companions().all().equals(now)) {
                one.companions(new Companions(now));
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
    /// this limit any number of partitions takes fewer than 5 000 descriptors.
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
        return switch (e) {
            case AccessDeniedException _ -> "permission denied for " + e.getFile();
            case FileAlreadyExistsException _ -> e.getFile() + " is not a directory";
            default -> String.valueOf(e.getMessage());
        };
    }
}

package io.octavo.broker;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.net.Network;
import io.octavo.log.DataDirectory;
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
            ending.then("close the data directory " + root, directory::close);
            directory.limitOpenFiles(openSegmentsMax() / count);
            directory.limitUnforced(machine.memoryBytes() / UNFORCED_PART / count);
            all.add(directory);
        }
        opened = List.copyOf(all);
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
            LoggerFactory.getLogger(Node.class)
                    .error("{}; its partitions are out of service until the next start", why);
            return DataDirectory.lost(
                    root, machine.files(), machine.clock(), new IOException(why, e));
        }
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied for " + e.getFile();
            case FileAlreadyExistsException _ -> e.getFile() + " is not a directory";
            default -> String.valueOf(e.getMessage());
        };
    }
}

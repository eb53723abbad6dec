package io.octavo.cli;

import io.octavo.broker.Machine;
import io.octavo.broker.Node;
import io.octavo.broker.StartFailure;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// A broker in this process, on a free port, with its data in a temporary directory that goes with
/// it.
final class DemoBroker implements AutoCloseable {
    private final Node node;
    private final Path directory;

    private DemoBroker(Node node, Path directory) {
        this.node = node;
        this.directory = directory;
    }

    /// @throws Failure when it cannot be started here
    static DemoBroker start() throws IOException {
        Path directory = Files.createTempDirectory("octavo-demo-");
        Map<String, String> settings =
                Map.of(
                        "listeners",
                        "PLAINTEXT://localhost:0",
                        "log.dirs",
                        directory.resolve("data").toString());
        try {
            BrokerConfig config = BrokerConfig.load(ConfigInputs.of(settings));
            return new DemoBroker(
                    Node.start(config, Machine.system(config.bootIdFile())), directory);
        } catch (StartFailure | InvalidConfig e) {
            removeTree(directory);
            throw new Failure("the demo's broker does not start: " + e.getMessage());
        }
    }

    String address() {
        return node.addresses().getFirst();
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        node.close();
        removeTree(directory);
    }

    private static void removeTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

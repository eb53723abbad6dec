package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real Apache Kafka: one node, broker and controller in one process (KRaft).
record ApacheKafka(String address, Child child, Path directory) implements BrokerProcess {
    private static final long READY_WAIT_MS = 60_000;
    private static final long FORMAT_WAIT_SECONDS = 60;
    private static final String CLUSTER_ID = "b2N0YXZvLXRlc3RzLTAwMQ";

    /// Starts a broker with its data below `directory`.
    ///
    /// @param settings `name=value`
    static ApacheKafka start(Path directory, String... settings) {
        try {
            int port = freePort();
            int controllerPort = freePort();
            Path properties = directory.resolve("server.properties");
            List<String> lines =
                    new ArrayList<>(
                            List.of(
                                    "process.roles=broker,controller",
                                    "node.id=1",
                                    "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                                    "listeners=PLAINTEXT://127.0.0.1:"
                                            + port
                                            + ",CONTROLLER://127.0.0.1:"
                                            + controllerPort,
                                    "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
                                    "controller.listener.names=CONTROLLER",
                                    "offsets.topic.replication.factor=1",
                                    "log.dirs=" + directory.resolve("logs")));
            lines.addAll(List.of(settings));
            Files.createDirectories(directory);
            Files.write(properties, lines);
            Child formatted =
                    run(directory, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c");
            assertThat(formatted.exitCode(FORMAT_WAIT_SECONDS)).as(formatted.output()).isZero();
            return start("127.0.0.1:" + port, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path logDirectory() {
        return directory.resolve("logs");
    }

    @Override
    public ApacheKafka restart() {
        assertThat(child.isAlive()).isFalse();
        return start(address, directory);
    }

    private static ApacheKafka start(String address, Path directory) {
        Child child = run(directory, "kafka.Kafka");
        child.awaitLine(line -> line.contains("Kafka Server started"), READY_WAIT_MS);
        return new ApacheKafka(address, child, directory);
    }

    /// Runs a class of Kafka with `arguments` and the path of the broker's properties.
    private static Child run(Path directory, String mainClass, String... arguments) {
        List<String> command = Tools.kafka(mainClass, "-Xmx512m", "-XX:+UseSerialGC");
        command.addAll(List.of(arguments));
        command.add(directory.resolve("server.properties").toString());
        return Child.start("kafka", new ProcessBuilder(command));
    }

    /// A port that was free a moment ago: Kafka cannot tell which one it was given.
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

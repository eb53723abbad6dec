package io.octavo.bench;

import io.octavo.bench.broker.ApacheKafka;
import io.octavo.bench.broker.Octavo;
import io.octavo.bench.load.Clients;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the scripts know of the machine and say in system properties, and the directory in which
/// everything happens. When the JVM ends, well or by Ctrl-C or SIGTERM, no process is left and no
/// file.
public final class Premises {
    private static final String PROPERTY = "octavo.bench.";

    private final Path directory;

    /// The brokers die with the bench then; what that makes of a run is no news.
    private volatile boolean killed;

    private Premises(Path directory) {
        this.directory = directory;
    }

    public static Premises open() throws IOException {
        Premises premises = new Premises(Files.createTempDirectory("octavo-bench-"));
        Runtime.getRuntime().addShutdownHook(new Thread(premises::leaveNothing));
        return premises;
    }

    /// Whether the JVM is about to end because somebody wants it to.
    public boolean killed() {
        return killed;
    }

    /// A lab in the directory; there is one.
    ///
    /// @param clients of most experiments in it
    public Lab lab(Clients clients) throws IOException {
        return new Lab(
                Files.createDirectory(directory.resolve("brokers")), clients, Clock.system());
    }

    /// Load programs on Kafka's class path; to be asked once.
    public Clients kafkaClients() throws IOException {
        return clients("clients", property("kafka.classpath"), property("classpath"));
    }

    /// Load programs on another class path; to be asked once for each name.
    public Clients clients(String name, String classPath, String benchClassPath)
            throws IOException {
        return new Clients(
                java(),
                classPath,
                benchClassPath,
                Path.of(property("kafka.settings"), "tools-log4j2.yaml"),
                Files.createDirectory(directory.resolve(name)),
                List.of());
    }

    public static ApacheKafka kafka() {
        return new ApacheKafka(
                property("kafka.version"),
                java(),
                property("kafka.classpath"),
                Path.of(property("kafka.settings")),
                Map.of(),
                List.of());
    }

    /// @param durability `os` or `fsync`
    public static Octavo octavo(String durability) {
        return new Octavo(
                property("octavo.version"),
                Path.of(property("octavo.launcher")),
                durability,
                Map.of(),
                List.of());
    }

    /// The Java that runs the bench runs Kafka, ActiveMQ and the clients too.
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /// What a script said.
    public static String property(String name) {
        String value = System.getProperty(PROPERTY + name);
        if (value == null) {
            throw new IllegalStateException(
                    PROPERTY + name + " is not set: start the bench with its scripts");
        }
        return value;
    }

    private void leaveNothing() {
        killed = true;
        List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
        started.forEach(ProcessHandle::destroyForcibly);
        started.forEach(process -> process.onExit().join());
        try {
            Lab.removeTree(directory);
        } catch (IOException e) {
            System.err.println("left behind: " + directory);
        }
    }
}

package io.octavo.bench;

import io.octavo.bench.broker.ApacheKafka;
import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.Octavo;
import io.octavo.bench.load.Clients;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of `bench/compare`. What the script knows (where things are, which versions)
/// comes in system properties.
@Command(
        name = "bench/compare",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Octavo beside Apache Kafka on this machine: same clients, own settings,"
                    + " alternating runs.",
            "Experiments: start, produce-16k, produce-128k, produce-single, consume, latency-1000,"
                    + " latency-10000, fsync; and, if they are named, partitions-50x1000,"
                    + " partitions-5000x10, partitions-busy, cold-os, cold-fsync, deletion."
        })
final class Compare implements Callable<Integer> {
    private static final String PROPERTY = "octavo.bench.";

    /// As a shell says of a process that SIGTERM ended.
    private static final int KILLED = 143;

    /// The brokers die with the bench then; what that makes of a run is no news.
    private volatile boolean killed;

    @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "Undisturbed pairs of runs per experiment; default 5, with --quick 1.")
    private @Nullable Integer pairs;

    @Option(names = "--quick", description = "Small runs that repeat nothing; not for claims.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these experiments.")
    private List<String> only = List.of();

    @Option(
            names = "--fsync",
            description =
                    "Octavo forces records before they are acknowledged and visible, as it does by"
                            + " default; without this it does what Apache Kafka does.")
    private boolean fsync;

    @ArgGroup private @Nullable OneBroker oneBroker;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where every run's figures go; default ${DEFAULT-VALUE}.")
    private Path json = Path.of("bench", "target", "compare.json");

    private static final class OneBroker {
        @Option(names = "--octavo-only", required = true, description = "Leave Apache Kafka out.")
        private boolean octavo;

        @Option(names = "--kafka-only", required = true, description = "Leave Octavo out.")
        private boolean kafka;
    }

    private Compare() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<Experiment> experiments = experiments();
        List<Broker> brokers = brokers();
        int wanted = pairs != null ? pairs : quick ? 1 : 5;
        Comparison comparison =
                new Comparison(
                        brokers,
                        wanted,
                        quick ? 0 : wanted,
                        line -> System.err.println("  " + line));
        Machine machine = Machine.here();
        Path directory = Files.createTempDirectory("octavo-compare-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveNothing(directory)));
        List<Comparison.Result> results = new ArrayList<>();
        Lab lab =
                new Lab(
                        Files.createDirectory(directory.resolve("brokers")),
                        clients(Files.createDirectory(directory.resolve("clients"))),
                        Clock.system());
        try {
            for (Experiment experiment : experiments) {
                results.add(comparison.run(experiment, lab));
                JsonResults.write(json, machine, brokers, results);
            }
        } catch (IOException e) {
            if (killed) {
                return KILLED;
            }
            throw e;
        }
        System.out.println(machine);
        System.out.println("1 GB = 10^9 bytes of record values; median [lowest-highest]");
        System.out.println();
        System.out.print(Table.of(brokers, results));
        System.out.println();
        System.out.println("Every run's figures: " + json);
        return 0;
    }

    private List<Experiment> experiments() {
        List<Experiment> all = (quick ? Scale.QUICK : Scale.FULL).experiments();
        List<String> names = all.stream().map(Experiment::name).toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "There is no experiment '" + name + "'; there are " + names + ".");
            }
        }
        return all.stream()
                .filter(e -> only.isEmpty() ? !e.onlyByName() : only.contains(e.name()))
                .toList();
    }

    private List<Broker> brokers() {
        List<Broker> brokers = new ArrayList<>();
        if (oneBroker == null || oneBroker.kafka) {
            brokers.add(
                    new ApacheKafka(
                            property("kafka.version"),
                            java(),
                            property("kafka.classpath"),
                            Path.of(property("kafka.settings")),
                            Map.of()));
        }
        if (oneBroker == null || oneBroker.octavo) {
            brokers.add(
                    new Octavo(
                            property("octavo.version"),
                            Path.of(property("octavo.launcher")),
                            fsync ? "fsync" : "os",
                            Map.of()));
        }
        return brokers;
    }

    private static Clients clients(Path directory) {
        return new Clients(
                java(),
                property("kafka.classpath"),
                property("classpath"),
                Path.of(property("kafka.settings"), "tools-log4j2.yaml"),
                directory);
    }

    /// The Java that runs the bench runs Kafka and the clients too.
    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static String property(String name) {
        String value = System.getProperty(PROPERTY + name);
        if (value == null) {
            throw new IllegalStateException(
                    PROPERTY + name + " is not set: start the bench with bench/compare");
        }
        return value;
    }

    /// Runs when the JVM ends, well or by Ctrl-C or SIGTERM: no process is left, and no file.
    private void leaveNothing(Path directory) {
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

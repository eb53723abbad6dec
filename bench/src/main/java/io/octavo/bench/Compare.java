package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of `bench/compare`.
@Command(
        name = "bench/compare",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Octavo beside Apache Kafka on this machine: same clients, own settings,"
                    + " alternating runs.",
            "What there is to measure, and what is measured unasked: --list."
        })
final class Compare implements Callable<Integer> {
    private static final String RESULTS = "results.json";

    /// As a shell says of a process that SIGTERM ended.
    private static final int KILLED = 143;

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
            description = "Only these experiments; * stands for any letters.")
    private List<String> only = List.of();

    @Option(names = "--list", description = "Name the experiments and run none.")
    private boolean list;

    @Option(
            names = "--durability",
            paramLabel = "os|fsync",
            split = ",",
            description =
                    "When Octavo acknowledges: os as Apache Kafka does, fsync as it does by default;"
                            + " os,fsync runs it both ways. Default ${DEFAULT-VALUE}.")
    private List<String> durability = List.of("os");

    @ArgGroup private @Nullable OneBroker oneBroker;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Where every run's figures go; what it holds of other experiments stays. Default"
                            + " bench/target/compare.json, with --quick compare-quick.json.")
    private @Nullable Path json;

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description =
                    "Keep the figures in DIR/results.json and draw DIR's charts and tables from all"
                            + " that it holds.")
    private @Nullable Path charts;

    @Option(names = "--redraw", description = "Run nothing; draw what --charts names anew.")
    private boolean redraw;

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
        List<Experiment> all =
                (quick ? Scale.QUICK : Scale.FULL)
                        .experiments(Path.of(Premises.property("sources")));
        if (list) {
            all.forEach(Compare::describe);
            return 0;
        }
        if (redraw) {
            if (charts == null) {
                throw new ParameterException(spec.commandLine(), "--redraw needs --charts DIR.");
            }
            Charts.draw(JsonResults.read(charts.resolve(RESULTS)), charts);
            return 0;
        }
        return run(wanted(all));
    }

    private int run(List<Experiment> experiments) throws IOException {
        List<Broker> brokers = brokers();
        int wanted = pairs != null ? pairs : quick ? 1 : 5;
        Machine machine = Machine.here();
        Comparison comparison =
                new Comparison(
                        Premises.property("build"),
                        machine,
                        brokers,
                        wanted,
                        quick ? 0 : wanted,
                        line -> System.err.println("  " + line));
        Path file = file();
        JsonResults all = held(file);
        Premises premises = Premises.open();
        List<Result> results = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        Lab lab = premises.lab(premises.kafkaClients());
        for (Experiment experiment : experiments) {
            JsonResults others = all;
            try {
                Result result =
                        comparison.run(experiment, lab, soFar -> others.with(soFar).write(file));
                results.add(result);
                all = all.with(result);
            } catch (IOException | IllegalStateException e) {
                if (premises.killed()) {
                    return KILLED;
                }
                // The others may take hours, and be as good as without it.
                System.err.println("  " + experiment.name() + " failed: " + e.getMessage());
                failed.add(experiment.name());
                lab.clear();
                all = held(file);
            }
        }
        if (charts != null) {
            Charts.draw(all, charts);
        }
        System.out.println(machine);
        System.out.println("1 GB = 10^9 bytes of record values; median [lowest-highest]");
        System.out.println();
        System.out.print(Table.of(results));
        System.out.println();
        System.out.println("Every run's figures: " + file);
        failed.forEach(name -> System.err.println("  failed, see above: " + name));
        return failed.isEmpty() ? 0 : 1;
    }

    private JsonResults held(Path file) {
        try {
            return JsonResults.readIfThere(file);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Path file() {
        if (json != null) {
            return json;
        }
        return charts != null
                ? charts.resolve(RESULTS)
                : Path.of("bench", "target", quick ? "compare-quick.json" : "compare.json");
    }

    private static void describe(Experiment experiment) {
        String when = experiment.onlyByName() ? " (only by name)" : "";
        System.out.println(experiment.name() + when + ": " + experiment.title());
    }

    private List<Experiment> wanted(List<Experiment> all) {
        List<Experiment> wanted = new ArrayList<>();
        try {
            for (Experiment experiment : new Selection(only).of(all)) {
                String lacks = experiment.lacks();
                if (lacks == null) {
                    wanted.add(experiment);
                } else {
                    System.err.println(
                            "  left out: " + experiment.name() + ", for want of " + lacks);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return wanted;
    }

    private List<Broker> brokers() {
        List<Broker> brokers = new ArrayList<>();
        if (oneBroker == null || oneBroker.kafka) {
            brokers.add(Premises.kafka());
        }
        if (oneBroker == null || oneBroker.octavo) {
            durability.forEach(when -> brokers.add(Premises.octavo(when)));
        }
        return brokers;
    }
}

package io.octavo.bench.paper;

import io.octavo.bench.Machine;
import io.octavo.bench.Premises;
import io.octavo.bench.broker.ActiveMq;
import io.octavo.bench.broker.RabbitMq;
import io.octavo.bench.load.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of `bench/paper`.
@Command(
        name = "bench/paper",
        mixinStandardHelpOptions = true,
        description = {
            "The experiment of the 2011 Kafka paper (section 5) on this machine: 10 million messages"
                    + " of 200 bytes through Octavo, Apache Kafka, RabbitMQ and ActiveMQ.",
            "Takes part what is here: octavo-1-acks0, octavo-1-acks1, octavo-50-acks0,"
                    + " octavo-50-acks1, octavo-1-fsync, octavo-50-fsync, kafka-1-acks0,"
                    + " kafka-1-acks1, kafka-50-acks0, kafka-50-acks1, rabbitmq,"
                    + " rabbitmq-confirmed, rabbitmq-stream, activemq, activemq-confirmed."
        })
final class Paper implements Callable<Integer> {
    private static final long MESSAGES = 10_000_000;
    private static final long MESSAGES_QUICK = 200_000;
    private static final int ROUNDS = 3;

    /// As a shell says of a process that SIGTERM ended.
    private static final int KILLED = 143;

    @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Messages per run; default 10 million, with --quick 200,000.")
    private @Nullable Long messages;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Runs of each; default 3, with --quick 1; 0 with --add: describe what is there.")
    private @Nullable Integer rounds;

    @Option(
            names = "--quick",
            description = "Small runs, once each, described in bench/target; not for claims.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only the one of this name, or those whose names begin so.")
    private List<String> only = List.of();

    @Option(
            names = "--add",
            description = "Keep the runs that are in the JSON file, and describe all.")
    private boolean add;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Where every run's figures go; default paper.json beside the page, with --quick"
                            + " bench/target/paper-quick.json.")
    private @Nullable Path json;

    @Option(
            names = "--docs",
            paramLabel = "DIRECTORY",
            description = "Where the page and its pictures go; default docs/benchmarks.")
    private @Nullable Path docs;

    private Paper() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Paper()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Premises premises = Premises.open();
        Clients clients = premises.kafkaClients();
        Contenders contenders = Contenders.of(brokers(premises, clients));
        List<Contender> asked = asked(contenders.here());
        contenders.missing().forEach(System.err::println);
        Rounds all = new Rounds(Machine.here(), contenders.missing(), before());
        int wanted = rounds != null ? rounds : quick ? 1 : ROUNDS;
        Trial trial = new Trial(premises.lab(clients), messages(), Premises.property("build"));
        try {
            for (int i = 0; i < wanted; i++) {
                for (Contender contender : i % 2 == 0 ? asked : asked.reversed()) {
                    System.err.println(
                            "  round " + (i + 1) + " of " + wanted + ": " + contender.way().name());
                    Round round = trial.run(contender);
                    System.err.println("    " + summary(round));
                    all = all.plus(round);
                    all.write(json());
                }
            }
        } catch (IOException e) {
            if (premises.killed()) {
                return KILLED;
            }
            throw e;
        }
        describe(all);
        System.out.println("Described in " + docs().resolve("paper.md") + "; every run: " + json());
        return 0;
    }

    /// The runs that are kept.
    ///
    /// @throws IOException when another machine made them
    private List<Round> before() throws IOException {
        if (!add || !Files.exists(json())) {
            return List.of();
        }
        Rounds held = Rounds.read(json());
        if (!held.machine().equals(Machine.here())) {
            throw new IOException(
                    "%s holds what was measured on %s; this is %s. Name another file."
                            .formatted(json(), held.machine(), Machine.here()));
        }
        return held.rounds();
    }

    private long messages() {
        return messages != null ? messages : quick ? MESSAGES_QUICK : MESSAGES;
    }

    private Path json() {
        Path usual =
                quick
                        ? Path.of("bench", "target", "paper-quick.json")
                        : docs().resolve("paper.json");
        return json != null ? json : usual;
    }

    private Path docs() {
        Path usual = quick ? Path.of("bench", "target") : Path.of("docs", "benchmarks");
        return docs != null ? docs : usual;
    }

    private void describe(Rounds all) throws IOException {
        Files.createDirectories(docs());
        Files.writeString(docs().resolve("paper.md"), Report.of(all));
        draw(Report.PRODUCED_PICTURE, Drawings.produced(all));
        draw(Report.CONSUMED_PICTURE, Drawings.consumed(all));
    }

    private void draw(String file, Optional<String> drawn) throws IOException {
        if (drawn.isPresent()) {
            Files.writeString(docs().resolve(file), drawn.get());
        }
    }

    private List<Contender> asked(List<Contender> here) {
        for (String beginning : only) {
            if (here.stream().noneMatch(c -> c.way().name().startsWith(beginning))) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Nobody here is called '"
                                + beginning
                                + "'; there are "
                                + here.stream().map(c -> c.way().name()).toList()
                                + ".");
            }
        }
        return here.stream().filter(contender -> isAsked(contender.way().name(), here)).toList();
    }

    /// A whole name is that one's alone, although others may begin so.
    private boolean isAsked(String name, List<Contender> here) {
        return only.isEmpty()
                || only.stream()
                        .anyMatch(asked ->
                                here.stream().anyMatch(one -> one.way().name().equals(asked))
                                        ? name.equals(asked)
                                        : name.startsWith(asked));
    }

    private static Contenders.Brokers brokers(Premises premises, Clients clients)
            throws IOException {
        return new Contenders.Brokers(
                Premises.octavo("os"),
                Premises.octavo("fsync"),
                Premises.kafka(),
                new ActiveMq(
                        Premises.property("activemq.version"),
                        Premises.java(),
                        Premises.property("activemq.classpath"),
                        Path.of(Premises.property("activemq.settings"))),
                RabbitMq.installed(),
                clients,
                premises.clients(
                        "queue-clients",
                        Premises.property("queues.classpath"),
                        Premises.property("classpath")));
    }

    private static String summary(Round round) {
        return "produced %.0f/s, consumed %.0f/s, %.2f broker CPU µs per message%s"
                .formatted(
                        round.producedPerSecond(),
                        round.consumedPerSecond(),
                        round.producedCpuMicros(),
                        round.disturbed()
                                ? ", others used %.2f cores".formatted(round.foreignCores())
                                : "");
    }
}

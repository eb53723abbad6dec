package io.octavo.bench.paper;

import static io.octavo.bench.paper.Contenders.KAFKA_BATCH;
import static io.octavo.bench.paper.Contenders.KAFKA_SINGLE;
import static io.octavo.bench.paper.Contenders.OCTAVO_BATCH;
import static io.octavo.bench.paper.Contenders.OCTAVO_SINGLE;
import static io.octavo.bench.paper.Contenders.RABBITMQ;

import io.octavo.bench.measure.Spread;
import io.octavo.bench.paper.Claims.Claim;
import io.octavo.bench.paper.Claims.OfThePaper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// The experiment for people: `docs/benchmarks/paper.md`.
final class Report {
    static final String PRODUCED_PICTURE = "paper-produce.svg";
    static final String CONSUMED_PICTURE = "paper-consume.svg";

    private static final String NOT_MEASURED = "not measured";

    private static final String HEAD =
            """
            # The paper's experiment

            Section 5 of *Kafka: a Distributed Messaging System for Log Processing* (Kreps, Narkhede, Rao; NetDB 2011)
            sends 10 million messages of 200 bytes from one producer, then to one consumer, through Kafka, ActiveMQ and
            RabbitMQ. This is the same experiment with what these have become, and with Octavo. `bench/paper` made this
            page and its pictures; [bench/README.md](../../bench/README.md) says how.

            """;

    private static final String SETTINGS =
            """
            ## Settings

            - A fresh broker on an empty directory for each run; a fiftieth of the messages goes through another queue
              first. Producer or consumer and broker share the machine; in the paper each had its own, eight cores and
              a gigabit between them. Rates are therefore to be compared with one another, not with the paper's.
            - As in the paper, no broker forces messages to the disk before it goes on (Octavo: `durability=os`; Apache
              Kafka: as it ships; ActiveMQ: `journalDiskSyncStrategy=periodic`), with two exceptions: RabbitMQ's classic
              queue forces persistent messages before it confirms them and cannot be told otherwise, and so does Octavo
              with `fsync`, which is what it does by default. Where one of these is compared with one that does not
              force, the verdict is *of different promises*.
            - *batch 1*: `batch.size=0`, `linger.ms=0`. *batch 50*: `batch.size` of exactly 50 messages. Five requests
              in flight, the client's default. RabbitMQ and ActiveMQ: one message per request, and up to 1,000
              unconfirmed; RabbitMQ's stream: its client's default of 10,000 unconfirmed, 50 to a request.
            - A producer without acknowledgements is done when the last message is in the socket; with them, when the
              last one is acknowledged. Every consumer then received every message.
            - Consumers fetch "up to 1000 messages or about 200KB" at a time, as in the paper, and acknowledge
              automatically: `max.partition.fetch.bytes=200000`, ActiveMQ's default prefetch of 1,000; RabbitMQ pushes
              without a limit when acknowledgement is automatic, its streams as their client's flow control lets them.
            - Broker CPU is user and system time of the broker's process. Bytes on the disk are the blocks by which its
              directory grew while the messages were produced, room made ahead included, less the 200 of each message.
            - Apache Kafka: `server.properties` as shipped, 1 GB heap. ActiveMQ: KahaDB, persistent messages, `activemq.xml`
              as shipped but for the setting above and the web console. RabbitMQ: Debian's package, as shipped, which is
              years older than the others; durable classic queue, persistent messages. Octavo: its launcher, as it comes
              (`bin/octavo`: serial collector, a heap of at most 512 MB, less inlining than usual, an ahead-of-time cache).
            """;

    private final Rounds rounds;
    private final StringBuilder text = new StringBuilder();

    private Report(Rounds rounds) {
        this.rounds = rounds;
    }

    /// The text of the page.
    static String of(Rounds rounds) {
        Report report = new Report(rounds);
        report.text.append(HEAD).append(rounds.machine()).append(".\n");
        report.builds();
        report.table();
        report.picture("produced", PRODUCED_PICTURE, Drawings.produced(rounds));
        report.picture("consumed", CONSUMED_PICTURE, Drawings.consumed(rounds));
        report.figures();
        report.paperClaims();
        report.octavoClaims();
        report.text.append(SETTINGS);
        return report.text.toString();
    }

    private void builds() {
        List<String> builds =
                rounds.rounds().stream()
                        .map(Round::build)
                        .map(build -> build == null ? "not noted" : build)
                        .distinct()
                        .toList();
        if (!builds.isEmpty()) {
            text.append("Octavo was built from: ")
                    .append(String.join("; ", builds))
                    .append(". Every run's figures are in\n[paper.json](paper.json).\n");
        }
        text.append('\n');
    }

    private void table() {
        row(
                "",
                "produced per second",
                "broker CPU, µs each",
                "on the disk beside the 200 bytes",
                "consumed per second",
                "broker CPU, µs each",
                "runs");
        text.append("|---|---:|---:|---:|---:|---:|---|\n");
        Way.Group group = null;
        for (Way way : rounds.ways()) {
            if (way.group() != group) {
                group = way.group();
                row("**" + group.title() + "**", "", "", "", "", "", "");
            }
            row(
                    way.broker() + ", " + way.sent(),
                    show(way, Round::producedPerSecond, 0),
                    show(way, Round::producedCpuMicros, 2),
                    show(way, Round::overheadBytes, 0),
                    show(way, Round::consumedPerSecond, 0),
                    show(way, Round::consumedCpuMicros, 2),
                    runs(way));
        }
        text.append(
                "\nMedian [lowest-highest]. Runs: how many, of how many million messages; where these"
                        + " are fewer than\n10, the run was cut short, and rates are a little low:"
                        + " every program is still warming up.\n\n");
        for (String missing : rounds.missing()) {
            text.append("Not measured: ").append(missing).append(".\n\n");
        }
        List<String> not =
                Contenders.NAMES.stream().filter(name -> rounds.of(name).isEmpty()).toList();
        if (!not.isEmpty()) {
            text.append("Not run: ").append(String.join(", ", not)).append(".\n\n");
        }
    }

    private String show(Way way, ToDoubleFunction<Round> figure, int decimals) {
        Spread spread = rounds.spread(way.name(), figure).orElseThrow();
        String median = number(spread.median(), decimals);
        return spread.lowest() == spread.highest()
                ? median
                : "%s [%s-%s]"
                        .formatted(
                                median,
                                number(spread.lowest(), decimals),
                                number(spread.highest(), decimals));
    }

    /// `3 × 10 M`, and whether others used the machine meanwhile.
    private String runs(Way way) {
        List<Round> counted = rounds.of(way.name());
        String size = number(counted.getFirst().messages() / 1e6, 1).replace(".0", "");
        String note = counted.stream().anyMatch(Round::disturbed) ? ", disturbed" : "";
        return counted.size() + " × " + size + " M" + note;
    }

    private void picture(String what, String file, Optional<String> drawn) {
        if (drawn.isPresent()) {
            text.append(
                    "![Messages %s per second, over the messages so far](%s)\n\n"
                            .formatted(what, file));
        }
    }

    private void figures() {
        text.append("## Figures 4 and 5\n\n");
        text.append("The averages that the paper's text names, beside those of here.\n\n");
        row("messages per second", "paper, Kafka", "Octavo", "Apache Kafka");
        text.append("|---|---:|---:|---:|\n");
        figure(
                "Figure 4: produced, batch 1",
                "50,000",
                Round::producedPerSecond,
                OCTAVO_SINGLE,
                KAFKA_SINGLE);
        figure(
                "Figure 4: produced, batch 50",
                "400,000",
                Round::producedPerSecond,
                OCTAVO_BATCH,
                KAFKA_BATCH);
        figure("Figure 5: consumed", "22,000", Round::consumedPerSecond, OCTAVO_BATCH, KAFKA_BATCH);
        figure(
                "overhead of a message, bytes",
                "9",
                Round::overheadBytes,
                OCTAVO_BATCH,
                KAFKA_BATCH);
        figure("the same, batch 1", "9", Round::overheadBytes, OCTAVO_SINGLE, KAFKA_SINGLE);
        text.append(
                """

                Of the others it says: RabbitMQ at most half of Kafka's rate with batches of 1; ActiveMQ orders of
                magnitude below Kafka, with 144 bytes of overhead per message; both less than a quarter of Kafka's
                consumer.

                """);
    }

    private void figure(
            String what, String paper, ToDoubleFunction<Round> of, String octavo, String kafka) {
        row(what, paper, median(octavo, of), median(kafka, of));
    }

    private String median(String way, ToDoubleFunction<Round> figure) {
        return rounds.median(way, figure).map(value -> number(value, 0)).orElse(NOT_MEASURED);
    }

    private void paperClaims() {
        text.append("## What the paper says, today\n\n");
        row("the paper of Kafka", "Octavo", "", "Apache Kafka", "");
        text.append("|---|---:|---|---:|---|\n");
        List<String> broken = new ArrayList<>();
        for (OfThePaper claim : Claims.PAPER) {
            row(
                    claim.octavo().says(),
                    ratio(claim.octavo()),
                    verdict(claim.octavo()),
                    ratio(claim.kafka()),
                    verdict(claim.kafka()));
            note(claim.octavo(), "Octavo", broken);
            note(claim.kafka(), "Apache Kafka", broken);
        }
        text.append('\n');
        if (!broken.isEmpty()) {
            text.append("No longer so:\n\n");
            broken.forEach(line -> text.append("- ").append(line).append(".\n"));
            text.append('\n');
        }
        slowerThanRabbitMq();
    }

    private void note(Claim claim, String who, List<String> broken) {
        Optional<Double> ratio = claim.ratio(rounds);
        if (ratio.isPresent() && ratio.get() < claim.least()) {
            broken.add(
                    who + ", \"" + claim.says() + "\": it is " + number(ratio.get(), 2) + " times");
        }
    }

    /// The paper's most surprising heir: with single messages Kafka may be slower than the brokers
    /// that it was so much faster than.
    private void slowerThanRabbitMq() {
        Optional<Double> kafka = rounds.median(KAFKA_SINGLE, Round::producedPerSecond);
        Optional<Double> rabbitMq = rounds.median(RABBITMQ, Round::producedPerSecond);
        if (kafka.isPresent() && rabbitMq.isPresent() && kafka.get() < rabbitMq.get()) {
            text.append(
                    """
                    With one message per request today's Apache Kafka is slower than RabbitMQ. A request of today carries
                    more than one of 2011 (a header with the client's name, the producer's state, a batch of its own with
                    a checksum) and crosses more threads in client and broker; the paper's producer wrote into a socket.

                    """);
        }
    }

    private void octavoClaims() {
        text.append("## What Octavo means to hold\n\n");
        row("", "here", "");
        text.append("|---|---:|---|\n");
        for (Claim claim : Claims.OCTAVO) {
            row(claim.says(), ratio(claim), verdict(claim));
        }
        text.append('\n');
    }

    private String ratio(Claim claim) {
        return claim.ratio(rounds).map(ratio -> number(ratio, 2)).orElse(NOT_MEASURED);
    }

    private String verdict(Claim claim) {
        return claim.ratio(rounds)
                .map(ratio -> ratio >= claim.least() ? "holds" : "**does not hold**")
                .map(said -> claim.disturbed(rounds) ? said + ", of disturbed runs" : said)
                .map(said -> claim.alike(rounds) ? said : said + ", of runs of different length")
                .map(said -> claim.promisesAlike() ? said : said + ", of different promises")
                .orElse("");
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

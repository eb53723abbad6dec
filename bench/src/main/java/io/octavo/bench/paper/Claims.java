package io.octavo.bench.paper;

import static io.octavo.bench.paper.Contenders.ACTIVEMQ;
import static io.octavo.bench.paper.Contenders.ACTIVEMQ_CONFIRMED;
import static io.octavo.bench.paper.Contenders.KAFKA_BATCH;
import static io.octavo.bench.paper.Contenders.KAFKA_SINGLE;
import static io.octavo.bench.paper.Contenders.OCTAVO_BATCH;
import static io.octavo.bench.paper.Contenders.OCTAVO_BATCH_ACKNOWLEDGED;
import static io.octavo.bench.paper.Contenders.OCTAVO_BATCH_FORCED;
import static io.octavo.bench.paper.Contenders.OCTAVO_SINGLE;
import static io.octavo.bench.paper.Contenders.OCTAVO_SINGLE_ACKNOWLEDGED;
import static io.octavo.bench.paper.Contenders.OCTAVO_SINGLE_FORCED;
import static io.octavo.bench.paper.Contenders.RABBITMQ;
import static io.octavo.bench.paper.Contenders.RABBITMQ_CONFIRMED;
import static io.octavo.bench.paper.Contenders.STREAM;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Ratios that somebody claimed, and what they are here: first those of the paper's section 5, then
/// those that Octavo means to hold.
final class Claims {
    private static final ToDoubleFunction<Round> PRODUCED = Round::producedPerSecond;
    private static final ToDoubleFunction<Round> CONSUMED = Round::consumedPerSecond;

    private Claims() {}

    /// A ratio of rates.
    ///
    /// @param says what is claimed
    /// @param least what the ratio has to be for the claim to hold
    /// @param figure of which it is the ratio
    /// @param ours the way whose figure is above the line
    /// @param theirs the ways whose figure is below it: the claim is about each
    record Claim(
            String says,
            double least,
            ToDoubleFunction<Round> figure,
            String ours,
            List<String> theirs) {
        /// The smallest of the ratios; empty when one of them was not measured.
        Optional<Double> ratio(Rounds rounds) {
            Optional<Double> above = rounds.median(ours, figure);
            double smallest = Double.POSITIVE_INFINITY;
            for (String way : theirs) {
                Optional<Double> below = rounds.median(way, figure);
                if (above.isEmpty() || below.isEmpty()) {
                    return Optional.empty();
                }
                smallest = Math.min(smallest, above.get() / below.get());
            }
            return Optional.of(smallest);
        }

        /// Whether the runs that decide it are of equally many messages.
        boolean alike(Rounds rounds) {
            return Stream.concat(Stream.of(ours), theirs.stream())
                            .flatMap(way -> rounds.of(way).stream())
                            .map(Round::messages)
                            .distinct()
                            .count()
                    <= 1;
        }

        /// Whether an acknowledgement of the one means what one of the others does.
        boolean promisesAlike() {
            boolean forces = Contenders.FORCING.contains(ours);
            return theirs.stream().allMatch(way -> Contenders.FORCING.contains(way) == forces);
        }

        /// Whether others used the machine during the runs that decide it.
        boolean disturbed(Rounds rounds) {
            return Stream.concat(Stream.of(ours), theirs.stream())
                    .flatMap(way -> rounds.of(way).stream())
                    .anyMatch(Round::disturbed);
        }
    }

    /// What the paper says of Kafka, asked of Octavo and of today's Apache Kafka.
    ///
    /// @param octavo the claim about the one
    /// @param kafka the claim about the other
    record OfThePaper(Claim octavo, Claim kafka) {}

    static final List<OfThePaper> PAPER =
            List.of(
                    ofThePaper(
                            "batches of 50 are produced 8 times as fast as single messages",
                            8,
                            List.of(OCTAVO_BATCH, KAFKA_BATCH),
                            List.of(OCTAVO_SINGLE),
                            List.of(KAFKA_SINGLE)),
                    ofThePaper(
                            "single messages: at least 2 times RabbitMQ's rate",
                            2,
                            List.of(OCTAVO_SINGLE, KAFKA_SINGLE),
                            List.of(RABBITMQ),
                            List.of(RABBITMQ)),
                    ofThePaper(
                            "single messages: orders of magnitude above ActiveMQ (10 times, to be"
                                    + " mild)",
                            10,
                            List.of(OCTAVO_SINGLE, KAFKA_SINGLE),
                            List.of(ACTIVEMQ),
                            List.of(ACTIVEMQ)),
                    ofThePaper(
                            "batches of 50: at least 16 times RabbitMQ's rate (8 times 2)",
                            16,
                            List.of(OCTAVO_BATCH, KAFKA_BATCH),
                            List.of(RABBITMQ),
                            List.of(RABBITMQ)),
                    new OfThePaper(
                            consumer(4, OCTAVO_BATCH, "more than 4 times both queues"),
                            consumer(4, KAFKA_BATCH, "more than 4 times both queues")),
                    new OfThePaper(space(OCTAVO_BATCH), space(KAFKA_BATCH)));

    static final List<Claim> OCTAVO =
            List.of(
                    new Claim(
                            "batches of 50, acknowledged: 20 times ActiveMQ with confirms",
                            20,
                            PRODUCED,
                            OCTAVO_BATCH_ACKNOWLEDGED,
                            List.of(ACTIVEMQ_CONFIRMED)),
                    new Claim(
                            "batches of 50, not acknowledged: 20 times ActiveMQ",
                            20,
                            PRODUCED,
                            OCTAVO_BATCH,
                            List.of(ACTIVEMQ)),
                    new Claim(
                            "batches of 50, acknowledged: 14 times RabbitMQ's classic queue with"
                                    + " confirms",
                            14,
                            PRODUCED,
                            OCTAVO_BATCH_ACKNOWLEDGED,
                            List.of(RABBITMQ_CONFIRMED)),
                    new Claim(
                            "batches of 50, not acknowledged: 14 times RabbitMQ's classic queue",
                            14,
                            PRODUCED,
                            OCTAVO_BATCH,
                            List.of(RABBITMQ)),
                    new Claim(
                            "batches of 50, acknowledged: 0.97 of RabbitMQ's streams",
                            0.97,
                            PRODUCED,
                            OCTAVO_BATCH_ACKNOWLEDGED,
                            List.of(STREAM)),
                    new Claim(
                            "single messages, not acknowledged: no slower than either queue",
                            1,
                            PRODUCED,
                            OCTAVO_SINGLE,
                            List.of(ACTIVEMQ, RABBITMQ)),
                    new Claim(
                            "single messages, acknowledged: no slower than either queue",
                            1,
                            PRODUCED,
                            OCTAVO_SINGLE_ACKNOWLEDGED,
                            List.of(ACTIVEMQ_CONFIRMED, RABBITMQ_CONFIRMED)),
                    new Claim(
                            "single messages, forced: no slower than RabbitMQ's classic queue with"
                                    + " confirms",
                            1,
                            PRODUCED,
                            OCTAVO_SINGLE_FORCED,
                            List.of(RABBITMQ_CONFIRMED)),
                    new Claim(
                            "batches of 50, forced: 14 times RabbitMQ's classic queue with confirms",
                            14,
                            PRODUCED,
                            OCTAVO_BATCH_FORCED,
                            List.of(RABBITMQ_CONFIRMED)),
                    consumer(60, OCTAVO_BATCH, "60 times both queues"));

    private static Claim consumer(double least, String ours, String says) {
        return new Claim(
                "the consumer: " + says, least, CONSUMED, ours, List.of(ACTIVEMQ, RABBITMQ));
    }

    /// (200 + 144) bytes against 200 + 9.
    private static Claim space(String theirs) {
        return new Claim(
                "ActiveMQ takes 1.65 times the space on the disk",
                1.65,
                Round::diskBytesPerMessage,
                ACTIVEMQ,
                List.of(theirs));
    }

    private static OfThePaper ofThePaper(
            String says,
            double least,
            List<String> ours,
            List<String> belowOctavo,
            List<String> belowKafka) {
        return new OfThePaper(
                new Claim(says, least, PRODUCED, ours.getFirst(), belowOctavo),
                new Claim(says, least, PRODUCED, ours.getLast(), belowKafka));
    }
}

package io.octavo.bench.paper;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.bench.AMachine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final double QUIET = 0;

    @Test
    void eachWayHasItsMedianAndItsExtremes() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.RABBITMQ, 10_000, QUIET),
                        Sample.round(Contenders.RABBITMQ, 30_000, QUIET),
                        Sample.round(Contenders.RABBITMQ, 20_000, QUIET));

        assertThat(Report.of(rounds))
                .contains("| A broker, sent somehow | 20,000 [10,000-30,000] | 500.00 | 100 |")
                .contains("| 3 × 0 M |");
    }

    @Test
    void aRatioThatNoLongerHoldsIsSaidPlainly() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.KAFKA_SINGLE, 20_000, QUIET),
                        Sample.round(Contenders.OCTAVO_SINGLE, 90_000, QUIET),
                        Sample.round(Contenders.RABBITMQ, 40_000, QUIET));

        assertThat(Report.of(rounds))
                .contains(
                        "| single messages: at least 2 times RabbitMQ's rate | 2.25 | holds | 0.50 |"
                                + " **does not hold** |")
                .contains(
                        "- Apache Kafka, \"single messages: at least 2 times RabbitMQ's rate\": it is"
                                + " 0.50 times.")
                .contains("today's Apache Kafka is slower than RabbitMQ");
    }

    @Test
    void aClaimAboutTwoIsAboutTheFasterOfThem() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.OCTAVO_SINGLE, 50_000, QUIET),
                        Sample.round(Contenders.ACTIVEMQ, 25_000, QUIET),
                        Sample.round(Contenders.RABBITMQ, 40_000, QUIET));

        assertThat(Report.of(rounds))
                .contains(
                        "| single messages, not acknowledged: no slower than either queue | 1.25 |"
                                + " holds |");
    }

    @Test
    void aVerdictOfDisturbedRunsSaysSo() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.OCTAVO_BATCH, 500_000, QUIET),
                        Sample.round(Contenders.ACTIVEMQ, 20_000, 1));

        assertThat(Report.of(rounds))
                .contains(
                        "| batches of 50, not acknowledged: 20 times ActiveMQ | 25.00 | holds, of"
                                + " disturbed runs |");
    }

    @Test
    void runsOfDifferentLengthAreSaidToBe() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.OCTAVO_BATCH, 500_000, QUIET),
                        Sample.smaller(Sample.round(Contenders.ACTIVEMQ, 40_000, QUIET)));

        assertThat(Report.of(rounds))
                .contains("| 25.00 | holds, of runs of different length |")
                .contains("Octavo was built from: a build.");
    }

    @Test
    void whoWasNotRunIsNamed() {
        Rounds rounds = Sample.rounds(Sample.round(Contenders.OCTAVO_SINGLE, 90_000, QUIET));

        assertThat(Report.of(rounds))
                .contains("Not run: octavo-1-acks1, ")
                .contains(", octavo-1-fsync, ")
                .doesNotContain("octavo-1-acks0");
    }

    @Test
    void aVerdictSaysWhereOnlyOneOfThemForces() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.OCTAVO_BATCH_ACKNOWLEDGED, 500_000, QUIET),
                        Sample.round(Contenders.OCTAVO_BATCH_FORCED, 400_000, QUIET),
                        Sample.round(Contenders.RABBITMQ_CONFIRMED, 20_000, QUIET));

        assertThat(Report.of(rounds))
                .contains("with confirms | 25.00 | holds, of different promises |")
                .contains("with confirms | 20.00 | holds |");
    }

    @Test
    void whatWasNotMeasuredIsNotJudged() {
        Rounds none =
                new Rounds(AMachine.HERE, List.of("RabbitMQ: it is not installed"), List.of());

        assertThat(Report.of(none))
                .contains("Not measured: RabbitMQ: it is not installed.")
                .contains("| not measured |  |")
                .doesNotContain(".svg")
                .doesNotContain("hold |");
    }

    @Test
    void thePicturesShowWhoTookPart() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.OCTAVO_BATCH, 500_000, QUIET),
                        Sample.round(Contenders.RABBITMQ, 40_000, QUIET));

        assertThat(Drawings.produced(rounds).orElseThrow())
                .contains(">RabbitMQ classic<", ">Octavo (50)<")
                .doesNotContain(">ActiveMQ<");
        assertThat(Drawings.consumed(rounds).orElseThrow())
                .contains(">Octavo<")
                .doesNotContain("(50)");
    }
}

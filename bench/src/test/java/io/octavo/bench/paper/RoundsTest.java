package io.octavo.bench.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
    private static final double QUIET = 0;
    private static final double NOISY = 1;

    @TempDir Path directory;

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        Rounds rounds = Sample.rounds(Sample.round(Contenders.RABBITMQ, 100, QUIET));
        Path file = directory.resolve("new/paper.json");

        rounds.write(file);

        assertThat(Rounds.read(file)).isEqualTo(rounds);
    }

    @Test
    void disturbedAndSmallerRunsDoNotCountBesideOthers() {
        Round disturbed = Sample.round(Contenders.RABBITMQ, 10, NOISY);
        Round whole = Sample.round(Contenders.RABBITMQ, 100, QUIET);
        Round smaller = Sample.smaller(Sample.round(Contenders.RABBITMQ, 1_000, QUIET));

        Rounds rounds = Sample.rounds(disturbed, whole, smaller);

        assertThat(rounds.of(Contenders.RABBITMQ)).containsExactly(whole);
    }

    @Test
    void aSmallerRunCountsWhenTheWholeOneWasDisturbed() {
        Round disturbed = Sample.round(Contenders.RABBITMQ, 10, NOISY);
        Round smaller = Sample.smaller(Sample.round(Contenders.RABBITMQ, 1_000, QUIET));

        Rounds rounds = Sample.rounds(disturbed, smaller);

        assertThat(rounds.of(Contenders.RABBITMQ)).containsExactly(smaller);
    }

    @Test
    void whenAllWereDisturbedTheyCount() {
        Round disturbed = Sample.round(Contenders.RABBITMQ, 10, NOISY);

        assertThat(Sample.rounds(disturbed).of(Contenders.RABBITMQ)).containsExactly(disturbed);
    }

    @Test
    void theMedianIsOfARunsWholeLength() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.RABBITMQ, 100, QUIET),
                        Sample.round(Contenders.RABBITMQ, 300, QUIET),
                        Sample.round(Contenders.RABBITMQ, 200, QUIET));

        assertThat(rounds.median(Contenders.RABBITMQ, Round::producedPerSecond)).contains(200.0);
        assertThat(rounds.median(Contenders.ACTIVEMQ, Round::producedPerSecond)).isEmpty();
    }

    @Test
    void theOrderOfTheTableIsNotThatOfTheRuns() {
        Rounds rounds =
                Sample.rounds(
                        Sample.round(Contenders.ACTIVEMQ, 100, QUIET),
                        Sample.round(Contenders.RABBITMQ, 100, QUIET),
                        Sample.round(Contenders.OCTAVO_SINGLE, 100, QUIET));

        assertThat(rounds.ways().stream().map(Way::name))
                .containsExactly(
                        Contenders.OCTAVO_SINGLE, Contenders.RABBITMQ, Contenders.ACTIVEMQ);
    }

    @Test
    void aRateIsThatOfItsShareAlone() {
        Part part = new Part(List.of(1.0, 1.5), 0);

        assertThat(part.rates(200)).containsExactly(100.0, 200.0);
        assertThat(part.perSecond(300)).isEqualTo(200);
    }
}

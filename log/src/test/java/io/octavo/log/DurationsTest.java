package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private final Durations times = new Durations();

    @Test
    void percentilesAreRightToAnEighth() {
        for (int micros = 1; micros <= 1_000; micros++) {
            times.note(micros * 1_000L);
        }

        assertThat(times.count()).isEqualTo(1_000);
        assertThat(times.nanos(0.5)).isCloseTo(500_000, Percentage.withPercentage(12.5));
        assertThat(times.nanos(0.99)).isCloseTo(990_000, Percentage.withPercentage(12.5));
        assertThat(times.nanos(0.001)).isCloseTo(1_000, Percentage.withPercentage(12.5));
        assertThat(times.nanos(1)).isEqualTo(1_000_000);
    }

    @Test
    void whatTookAtMostSoLongIsCounted() {
        for (int micros = 1; micros <= 1_000; micros++) {
            times.note(micros * 1_000L);
        }

        assertThat(times.countUpTo(500_000)).isBetween(437L, 500L);
        assertThat(times.countUpTo(0)).isZero();
        assertThat(times.countUpTo(Long.MAX_VALUE)).isEqualTo(1_000);
        assertThat(times.sumNanos()).isEqualTo(500_500_000);
    }

    @Test
    void anyTimeHasABucketThatEndsAtItOrBehind() {
        for (long nanos : new long[] {0, 1, 7, 8, 9, 15, 16, 17, 1_023, 1_024, Long.MAX_VALUE}) {
            Durations one = new Durations();
            one.note(nanos);
            one.note(Long.MAX_VALUE);
            assertThat(one.nanos(0.5)).isBetween(nanos, Math.max(nanos + nanos / 8, nanos));
        }
    }

    @Test
    void theLineIsForPeople() {
        times.note(2_000);

        assertThat(times).hasToString("1, p50 2.0 us, p99 2.0 us, p99.9 2.0 us, max 2.0 us");
        assertThat(new Durations().nanos(0.5)).isZero();
    }
}

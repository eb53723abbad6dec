package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void recordsAreDueAtEvenDistancesThatDoNotDrift() {
        Pace pace = new Pace(3, 100, 1, 10);

        assertThat(pace.dueNanos(1)).isEqualTo(333_333_333);
        assertThat(pace.dueNanos(3_000_000)).isEqualTo(1_000_000_000_000_000L);
    }

    @Test
    void theWarmUpIsSentTooButNotCounted() {
        Pace pace = new Pace(1_000, 100, 5, 20);

        assertThat(pace.records()).isEqualTo(25_000);
        assertThat(pace.warmUpRecords()).isEqualTo(5_000);
        assertThat(pace.dueNanos(5_001)).isEqualTo(5_001_000_000L);
    }

    @Test
    void whatCountsIsDueLaterWhenTheWarmUpHasComeThroughLate() {
        Pace pace = new Pace(1_000, 100, 5, 20);
        long second = 1_000_000_000L;

        assertThat(pace.countedFrom(100, 5 * second)).isEqualTo(100);
        assertThat(pace.countedFrom(100, 7 * second)).isEqualTo(2 * second);
    }

    @Test
    void aWarmUpMayBeAtAnotherPace() {
        Pace pace = new Pace(100, 100, 5_000, 10, 20);

        assertThat(pace.records()).isEqualTo(52_000);
        assertThat(pace.dueNanos(1)).isEqualTo(200_000);
        assertThat(pace.dueNanos(49_999)).isEqualTo(9_999_800_000L);
        assertThat(pace.dueNanos(50_000)).isEqualTo(10_000_000_000L);
        assertThat(pace.dueNanos(50_001)).isEqualTo(10_010_000_000L);
    }
}

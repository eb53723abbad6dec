package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.bench.measure.Standstills.Standstill;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final List<Standstill> STANDSTILLS =
            List.of(new Standstill(1_000, 1_500), new Standstill(3_000, 3_100));

    private final Arrivals arrivals = new Arrivals(4);

    @Test
    void recordsUnderWayWhileTheMachineStoodStillAreLeftOut() {
        arrivals.add(900, 1_600); // all through it
        arrivals.add(1_400, 1_700); // due in it
        arrivals.add(1_500, 1_800); // behind it, and made wait by those
        arrivals.add(2_000, 2_010);

        assertThat(arrivals.latencies().getTotalCount()).isEqualTo(4);
        assertThat(arrivals.latencies(STANDSTILLS).getTotalCount()).isEqualTo(2);
        assertThat(arrivals.latencies(STANDSTILLS).getMaxValue()).isEqualTo(300);
    }

    @Test
    void onlyStandstillsAmongTheRecordsAreCounted() {
        arrivals.add(1_200, 1_600);
        arrivals.add(3_000, 3_040);

        assertThat(arrivals.nanosStill(STANDSTILLS)).isEqualTo(300 + 40);
    }

    @Test
    void nothingCameAtAll() {
        assertThat(arrivals.nanosStill(STANDSTILLS)).isZero();
        assertThat(arrivals.latencies(STANDSTILLS).getTotalCount()).isZero();
    }
}

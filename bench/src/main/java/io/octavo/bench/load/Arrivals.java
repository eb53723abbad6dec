package io.octavo.bench.load;

import io.octavo.bench.measure.Standstills.Standstill;
import java.util.List;
import org.HdrHistogram.Histogram;

/// When records were due and when they came.
final class Arrivals {
    private final long[] dueNanos;
    private final long[] cameNanos;
    private int count;

    /// @param records at most
    Arrivals(int records) {
        this.dueNanos = new long[records];
        this.cameNanos = new long[records];
    }

    void add(long due, long came) {
        dueNanos[count] = due;
        cameNanos[count] = came;
        count++;
    }

    /// From due to come, in nanoseconds.
    Histogram latencies() {
        return latencies(List.of());
    }

    /// The same, without the records that were on their way while the machine stood still. Those
    /// that had to wait for such records are in it.
    Histogram latencies(List<Standstill> standstills) {
        Histogram latencies = SteadyPace.histogram();
        for (int i = 0; i < count; i++) {
            if (nanosWithin(standstills, dueNanos[i], cameNanos[i]) == 0) {
                latencies.recordValue(cameNanos[i] - dueNanos[i]);
            }
        }
        return latencies;
    }

    /// How long the machine stood still between the first record and the last.
    long nanosStill(List<Standstill> standstills) {
        return count == 0 ? 0 : nanosWithin(standstills, dueNanos[0], cameNanos[count - 1]);
    }

    private static long nanosWithin(List<Standstill> standstills, long from, long to) {
        long nanos = 0;
        for (Standstill one : standstills) {
            nanos += one.nanosWithin(from, to);
        }
        return nanos;
    }
}

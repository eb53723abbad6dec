package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.util.concurrent.locks.LockSupport;

/// A load at a fixed rate.
///
/// @param perSecond records per second
/// @param recordBytes the size of each value
/// @param warmUpSeconds sent at the same pace first and left out of the latencies
/// @param seconds how long latencies are recorded
public record Pace(int perSecond, int recordBytes, int warmUpSeconds, int seconds) {
    /// All that is sent, the warm-up with it.
    public long records() {
        return (long) perSecond * (warmUpSeconds + seconds);
    }

    long warmUpRecords() {
        return (long) perSecond * warmUpSeconds;
    }

    /// Waits for an instant of the clock.
    static void until(Clock clock, long dueNanos) {
        for (long wait = dueNanos - clock.nanos(); wait > 0; wait = dueNanos - clock.nanos()) {
            LockSupport.parkNanos(wait);
        }
    }

    /// When record `index` is due, in nanoseconds after the first.
    long dueNanos(long index) {
        return index * 1_000_000_000L / perSecond;
    }
}

package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.util.concurrent.locks.LockSupport;

/// A load at a fixed rate.
///
/// @param perSecond records per second
/// @param recordBytes the size of each value
/// @param warmUpPerSecond records per second before, which are left out of the latencies; more than
///   `perSecond` where that is too few for the client's compilers to be done in time
/// @param warmUpSeconds how long that lasts
/// @param seconds how long latencies are recorded
public record Pace(
        int perSecond, int recordBytes, int warmUpPerSecond, int warmUpSeconds, int seconds) {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long AWAKE_NANOS_MAX = 150_000;
    private static final int AWAKE_PART = 8;

    /// A warm-up at the same pace.
    public Pace(int perSecond, int recordBytes, int warmUpSeconds, int seconds) {
        this(perSecond, recordBytes, perSecond, warmUpSeconds, seconds);
    }

    /// All that is sent, the warm-up with it.
    public long records() {
        return warmUpRecords() + countedRecords();
    }

    /// Those whose latencies are recorded.
    int countedRecords() {
        return Math.multiplyExact(perSecond, seconds);
    }

    long warmUpRecords() {
        return (long) warmUpPerSecond * warmUpSeconds;
    }

    /// Waits for an instant of the clock.
    static void until(Clock clock, long dueNanos) {
        until(clock, dueNanos, 0);
    }

    /// The same, awake for the last part: a sleep ends later than asked for, by what a processor
    /// takes to wake.
    private static void until(Clock clock, long dueNanos, long awakeNanos) {
        for (long wait = dueNanos - clock.nanos(); wait > 0; wait = dueNanos - clock.nanos()) {
            if (wait > awakeNanos) {
                LockSupport.parkNanos(wait - awakeNanos);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /// Waits until a record is due, awake for the last eighth of the time between two, but for no
    /// more than what a sleep is late.
    void untilDue(Clock clock, long dueNanos) {
        until(clock, dueNanos, Math.min(AWAKE_NANOS_MAX, SECOND_NANOS / perSecond / AWAKE_PART));
    }

    /// Where the due times of what counts begin: later than those of the warm-up, if that had come
    /// through only at `nowNanos`, so that what a cold broker fell behind is not in front of them.
    ///
    /// @param originNanos when the first record of the warm-up was due
    long countedFrom(long originNanos, long nowNanos) {
        return Math.max(originNanos, nowNanos - dueNanos(warmUpRecords()));
    }

    /// When record `index` is due, in nanoseconds after the first.
    long dueNanos(long index) {
        long counted = index - warmUpRecords();
        return counted < 0
                ? index * SECOND_NANOS / warmUpPerSecond
                : warmUpSeconds * SECOND_NANOS + counted * SECOND_NANOS / perSecond;
    }
}

package io.octavo.bench.load;

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

    /// When record `index` is due, in nanoseconds after the first.
    long dueNanos(long index) {
        return index * 1_000_000_000L / perSecond;
    }
}

package io.octavo.ports;

/// A point on the monotonic clock after which waiting is over.
///
/// @param atNanos the instant, in the terms of [Clock#nanos()]
public record Deadline(long atNanos) {
    private static final long HORIZON_NANOS = Long.MAX_VALUE / 4;

    /// The instant `ms` milliseconds after the clock's now; a negative `ms` counts as zero.
    public static Deadline after(Clock clock, long ms) {
        long nanos = ms >= HORIZON_NANOS / 1_000_000 ? HORIZON_NANOS : Math.max(ms, 0) * 1_000_000;
        return new Deadline(clock.nanos() + nanos);
    }

    /// Whether the instant is reached.
    public boolean passed(Clock clock) {
        return clock.nanos() - atNanos >= 0;
    }

    /// Nanoseconds left, at least zero.
    public long remainingNanos(Clock clock) {
        return Math.max(atNanos - clock.nanos(), 0);
    }

    /// Milliseconds left, rounded up, at least zero.
    public long remainingMs(Clock clock) {
        return (remainingNanos(clock) + 999_999) / 1_000_000;
    }
}

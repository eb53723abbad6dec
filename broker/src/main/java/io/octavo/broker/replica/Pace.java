package io.octavo.broker.replica;

import io.octavo.ports.Clock;
import java.util.function.DoubleSupplier;

/// How many bytes a second something may move, on average: what was moved is paid for by waiting.
/// Safe for any thread; several that share one share its bytes.
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MS_PER_SECOND = 1e3;

    /// So often it is looked whether the pace was changed, while there is something to be paid for.
    private static final long LOOK_MS = 1_000;

    private final Clock clock;
    private final DoubleSupplier bytesPerSecond;

    /// What was moved and is not paid for, and when that was reckoned. Guarded by this.
    private double owedBytes;

    private long reckonedNanos;
    private double reckonedRate;

    /// @param bytesPerSecond now; of less than one it is taken for one
    Pace(Clock clock, DoubleSupplier bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        reckonedNanos = clock.nanos();
        reckonedRate = bytesPerSecond();
    }

    /// Bytes in a second, at least one.
    double bytesPerSecond() {
        return Math.max(1, bytesPerSecond.getAsDouble());
    }

    /// Forgets what is not paid for.
    synchronized void forgive() {
        reckon();
        owedBytes = 0;
    }

    /// Notes what was moved.
    synchronized void owe(long bytes) {
        reckon();
        owedBytes += bytes;
    }

    /// How long to wait before this is asked again; 0 when all is paid for.
    synchronized long waitMs() {
        double rate = reckon();
        return Math.min((long) (owedBytes / rate * MS_PER_SECOND), LOOK_MS);
    }

    /// Takes off what was paid since the last time, at the pace there was or the one there is now.
    ///
    /// @return the one there is now
    private double reckon() {
        double rate = bytesPerSecond();
        long now = clock.nanos();
        double paid = (now - reckonedNanos) / NANOS_PER_SECOND * Math.max(rate, reckonedRate);
        owedBytes = Math.max(owedBytes - paid, 0);
        reckonedNanos = now;
        reckonedRate = rate;
        return rate;
    }
}

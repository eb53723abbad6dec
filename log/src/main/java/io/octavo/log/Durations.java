package io.octavo.log;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// How long something took, each time: counted in buckets an eighth of their size apart. Safe for
/// any thread.
public final class Durations {
    /// Buckets to each power of two, as a power of two.
    private static final int SUB_BITS = 3;

    private static final int BUCKETS = (Long.SIZE - SUB_BITS) << SUB_BITS;
    private static final double NANOS_PER_MICRO = 1_000;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong sumNanos = new AtomicLong();
    private final AtomicLong maxNanos = new AtomicLong();

    /// Notes one time.
    public void note(long nanos) {
        long positive = Math.max(nanos, 0);
        counts.incrementAndGet(bucket(positive));
        sumNanos.addAndGet(positive);
        long max = maxNanos.get();
        while (positive > max && !maxNanos.compareAndSet(max, positive)) {
            max = maxNanos.get();
        }
    }

    /// How many were noted.
    public long count() {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += counts.get(i);
        }
        return count;
    }

    /// How many took at most so long, up to an eighth less.
    public long countUpTo(long nanos) {
        long count = 0;
        for (int i = 0; i < BUCKETS && end(i) <= nanos; i++) {
            count += counts.get(i);
        }
        return count;
    }

    /// All of them together, in nanoseconds.
    public long sumNanos() {
        return sumNanos.get();
    }

    /// The time that this part of all did not exceed, in nanoseconds and up to an eighth too long;
    /// 0 when there were none.
    ///
    /// @param part between 0 and 1
    public long nanos(double part) {
        long left = (long) Math.ceil(count() * part);
        for (int i = 0; i < BUCKETS && left > 0; i++) {
            left -= counts.get(i);
            if (left <= 0) {
                return Math.min(end(i), maxNanos.get());
            }
        }
        return maxNanos.get();
    }

    /// For people: `10000, p50 4.1 us, p99 12.0 us, p99.9 35.8 us, max 257.0 us`.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d, p50 %.1f us, p99 %.1f us, p99.9 %.1f us, max %.1f us",
                count(),
                nanos(0.5) / NANOS_PER_MICRO,
                nanos(0.99) / NANOS_PER_MICRO,
                nanos(0.999) / NANOS_PER_MICRO,
                maxNanos.get() / NANOS_PER_MICRO);
    }

    private static int bucket(long nanos) {
        int magnitude = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | 1);
        int shift = Math.max(magnitude - SUB_BITS, 0);
        return (shift << SUB_BITS) + (int) (nanos >>> shift);
    }

    /// The largest time in a bucket.
    private static long end(int bucket) {
        int shift = Math.max((bucket >>> SUB_BITS) - 1, 0);
        long first = bucket - ((long) shift << SUB_BITS);
        return ((first + 1) << shift) - 1;
    }
}

package io.octavo.ports;

import java.util.SplittableRandom;

/// Where random numbers come from: ids, jitter, shuffles. A simulation gives a seeded one.
public interface Randomness {
    /// 64 random bits.
    long nextLong();

    /// A number in `[0, bound)`.
    default int nextInt(int bound) {
        return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
    }

    /// Random bits that nobody can guess; safe for any thread.
    static Randomness system() {
        return SystemRandomness.INSTANCE;
    }

    /// A repeatable sequence; for one thread at a time.
    static Randomness seeded(long seed) {
        return new SplittableRandom(seed)::nextLong;
    }
}

package io.octavo.broker.group;

import io.octavo.ports.Randomness;
import java.util.List;

/// Throws dice for a random walk.
final class Chance {
    private final Randomness randomness;

    Chance(Randomness randomness) {
        this.randomness = randomness;
    }

    /// A number in `[0, bound)`.
    int below(int bound) {
        return randomness.nextInt(bound);
    }

    boolean oneIn(int times) {
        return below(times) == 0;
    }

    <T> T of(List<T> list) {
        return list.get(below(list.size()));
    }
}

package io.octavo.ports;

import java.security.SecureRandom;

final class SystemRandomness implements Randomness {
    static final SystemRandomness INSTANCE = new SystemRandomness();

    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}

package io.octavo.ports;

import java.security.SecureRandom;

enum SystemRandomness implements Randomness {
    INSTANCE;

    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }
}

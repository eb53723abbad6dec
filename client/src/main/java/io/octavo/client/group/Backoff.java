package io.octavo.client.group;

/// When what did not succeed is tried again: soon, then later, within a second at most.
final class Backoff {
    private static final int FIRST_MS = 50;
    private static final int LAST_MS = 1_000;

    private int nextMs = FIRST_MS;
    private long untilMs = Long.MIN_VALUE;

    /// It did not succeed.
    void failed(long nowMs) {
        untilMs = nowMs + nextMs;
        nextMs = Math.min(2 * nextMs, LAST_MS);
    }

    void succeeded() {
        nextMs = FIRST_MS;
        untilMs = Long.MIN_VALUE;
    }

    /// The first moment for the next try.
    long untilMs() {
        return untilMs;
    }
}

package io.octavo.broker.cluster;

/// Runs a task when as many things have happened as were expected; at once when none is. For one
/// thread.
final class Countdown {
    private final Runnable then;
    private int left;

    Countdown(int expected, Runnable then) {
        this.then = then;
        left = expected;
        if (left == 0) {
            then.run();
        }
    }

    void down() {
        left--;
        if (left == 0) {
            then.run();
        }
    }
}

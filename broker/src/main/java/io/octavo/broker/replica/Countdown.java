package io.octavo.broker.replica;

import java.util.concurrent.atomic.AtomicInteger;

/// Does something when everything it depends on is done, on the thread that did the last of it.
final class Countdown {
    private final AtomicInteger left;
    private final Runnable then;

    Countdown(int count, Runnable then) {
        left = new AtomicInteger(count);
        this.then = then;
    }

    /// One thing is done.
    void down() {
        if (left.decrementAndGet() == 0) {
            then.run();
        }
    }
}

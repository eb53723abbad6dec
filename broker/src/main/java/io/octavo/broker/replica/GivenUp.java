package io.octavo.broker.replica;

import java.util.concurrent.atomic.AtomicInteger;

/// How much waits for logs to be opened although whoever asked for it has been told that its time
/// is over. It keeps its place in the order, because what comes behind it must not be taken for the
/// first; and so a client whose requests take no time would fill the memory while a large log is
/// opened. Of all logs of a broker. Safe for any thread.
public final class GivenUp {
    /// Some 120 bytes each. It is looked at before something waits, and that is counted when it is
    /// given up, so that what the memory for requests holds may come on top.
    static final int MAX = 50_000;

    private final AtomicInteger waiting = new AtomicInteger();

    /// One more has been given up.
    void add() {
        waiting.incrementAndGet();
    }

    /// One has had its turn, at which nothing happens.
    void remove() {
        waiting.decrementAndGet();
    }

    /// Whether nothing more may wait for a log.
    boolean many() {
        return waiting.get() >= MAX;
    }
}

package io.octavo.broker.api;

import io.octavo.ports.Loop;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The workers that read from the disk what event loops must not wait for. What is read for one
/// connection is read by one of them, one thing after the other; so that a connection that replays
/// old records holds up others no longer than for one window of a reply, or for the lookups of one
/// fetch. Safe for any thread.
public final class DiskReaders {
    /// Nothing is read before it is asked for while so many wait for a worker: what is read ahead
    /// for many could push each other's out of memory.
    private static final int BUSY = 8;

    private final List<Reader> readers;

    /// @param loops at least one
    public DiskReaders(List<Loop> loops) {
        readers = loops.stream().map(Reader::new).toList();
    }

    /// Who reads for a connection.
    public Reader of(long connectionId) {
        return readers.get((int) Math.floorMod(connectionId, (long) readers.size()));
    }

    /// One of the workers.
    public static final class Reader {
        private final Loop loop;
        private final AtomicInteger waiting = new AtomicInteger();

        private Reader(Loop loop) {
            this.loop = loop;
        }

        /// Has something read that somebody waits for.
        public void read(Runnable task) {
            waiting.incrementAndGet();
            loop.execute(() -> {
                waiting.decrementAndGet();
                task.run();
            });
        }

        /// Whether nothing is to be read that nobody waits for yet.
        public boolean isBusy() {
            return waiting.get() >= BUSY;
        }
    }
}

package io.octavo.log;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How a log is read: by the snapshots that its writer publishes, without a lock. A segment may go
/// between the look at a snapshot and the use of it; then there is a newer snapshot. Damage that is
/// met is reported, and an error. Any thread.
final class LogReader {
    private final Log log;
    private final FreshTail tail = new FreshTail();

    /// How often segments were replaced by others with the same records.
    private final AtomicInteger swaps = new AtomicInteger();

    LogReader(Log log) {
        this.log = log;
    }

    /// What was appended just now, and so is in memory.
    FreshTail tail() {
        return tail;
    }

    /// Segments were replaced by others with the same records.
    void swapped() {
        swaps.incrementAndGet();
    }

    /// See [Log#read] and [Log#readCached].
    ///
    /// @param waits whether it may wait for the disk
    ReadResult read(
            long offset, long endExclusive, int bytesMax, boolean atLeastOneBatch, boolean waits)
            throws IOException {
        while (true) {
            LogView now = log.view();
            if (log.isClosed()) {
                return ReadResult.Closed.CLOSED;
            }
            ReadResult result;
            try {
                result =
                        now.read(
                                offset,
                                endExclusive,
                                bytesMax,
                                atLeastOneBatch,
                                log.damage().known(),
                                waits);
            } catch (ColdRead cold) {
                return ReadResult.Cold.COLD;
            } catch (IOException met) {
                if (!(met instanceof DamagedLog) && !OpenFiles.noDescriptors(met)) {
                    suspect(now, offset, met);
                }
                throw suspected(met);
            }
            if (result instanceof LogSlice slice) {
                long nowNanos = log.directory().clock().nanos();
                int freshFrom = tail.from(now.end().segment(), now.activeBytes(), nowNanos);
                slice.ofLog(log.damage(), freshFrom);
            }
            if (result != null) {
                return result;
            }
            if (now == log.view()) {
                throw new IllegalStateException(log.name() + " has a segment that was removed");
            }
        }
    }

    /// Searches the segments; again, when some were replaced meanwhile. What is found in a log that
    /// is closed meanwhile does not count: from some moment on it had no segments.
    <T> @Nullable T search(Search<T> search) throws IOException {
        int seen;
        @Nullable T found;
        do {
            seen = swaps.get();
            try {
                found = search.in(log.view());
            } catch (IOException met) {
                throw suspected(met);
            }
        } while (seen != swaps.get());
        log.refuseClosed();
        return found;
    }

    /// A search for something.
    @FunctionalInterface
    interface Search<T> {
        @Nullable T in(LogView view) throws IOException;
    }

    /// See [Log#damaged].
    IOException damaged(long offset) {
        DamagedLog met = new DamagedLog(log.name() + " has no valid batch at " + offset);
        LogView now = log.view();
        if (now.segments() > 0) {
            suspect(now, offset, met);
        }
        return met;
    }

    private void suspect(LogView now, long offset, IOException met) {
        log.damage().suspect(now.segment(now.floor(offset)).baseOffset(), met);
    }

    /// Has a segment searched in which damage was met.
    private IOException suspected(IOException met) {
        log.damage().suspected(met);
        return met;
    }
}

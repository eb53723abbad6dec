package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One log's snapshot files ([ProducerSnapshot]): the last two are kept, in case the last is not
/// whole, and one before them while a power cut would take both with the batches that they know.
/// The log's writer offers them, a worker writes them. Safe for any thread.
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private static final int KEPT = 2;

    /// One is due after this much log, so that a restart reads no more. Each costs two forces that
    /// nobody waits for, and a worker writes one a second at most.
    private static final long INTERVAL_BYTES = 8 << 20;

    /// Or after so many times its own size, where that is more.
    private static final int SIZES = 16;

    private final LogFiles files;
    private final Path directory;
    private final AbortedTransactions aborted;
    private final AtomicReference<@Nullable Offered> offered = new AtomicReference<>();

    /// Of the files there are, ascending. Guarded by this, like the one below.
    private final List<Long> offsets = new ArrayList<>(KEPT);

    /// That of the newest of them; -1 where there is none.
    private volatile long newest = -1;

    private volatile AdoptionNote adoption = AdoptionNote.NONE;

    /// How much log there may be until the next one is due. The log's writer's.
    private long bytesToNext = INTERVAL_BYTES;

    private record Offered(long offset, ByteBuffer bytes) {}

    Snapshots(LogFiles files, Path directory, AbortedTransactions aborted) {
        this.files = files;
        this.directory = directory;
        this.aborted = aborted;
    }

    /// Takes note of the files found in the directory.
    ///
    /// @param names sorted
    synchronized void found(List<String> names) throws IOException {
        if (names.contains(AdoptionNote.FILE)) {
            adoption = AdoptionNote.read(files, directory);
        }
        for (String name : names) {
            long offset = SegmentPaths.offsetOf(name, SegmentPaths.SNAPSHOT);
            if (offset >= 0) {
                offsets.add(offset);
            }
        }
        noteNewest();
    }

    private void noteNewest() {
        newest = offsets.isEmpty() ? -1 : offsets.getLast();
    }

    /// Whether a snapshot is due now that so much more was appended.
    boolean isDue(int appendedBytes) {
        bytesToNext -= appendedBytes;
        return bytesToNext <= 0;
    }

    /// The log goes on from where it was recovered or cut.
    void restart() {
        bytesToNext = INTERVAL_BYTES;
    }

    /// So much of the log is behind the last one already. Else runs that are killed before their
    /// first one is due would each leave the next more to read.
    void replayed(long bytes) {
        bytesToNext -= bytes;
    }

    /// Has the state before `offset` written soon, instead of one that still waits for it.
    void offer(long offset, ByteBuffer bytes) {
        bytesToNext = Math.max(INTERVAL_BYTES, (long) SIZES * bytes.remaining());
        offered.set(new Offered(offset, bytes));
    }

    /// Whether one was offered that is not written.
    boolean isOwed() {
        return offered.get() != null;
    }

    /// Up to where the newest file knows the log; -1 where there is none.
    long newest() {
        return newest;
    }

    /// Writes what was offered last, and removes what is too old by then.
    ///
    /// @param durableEnd where the log ends after a power cut, or before
    synchronized void write(long durableEnd) throws IOException {
        Offered next = offered.getAndSet(null);
        if (next == null) {
            return;
        }
        boolean written = false;
        try {
            // What it knows of files has to be in them.
            aborted.write();
            WholeFile.replace(files, path(next.offset), next.bytes.duplicate());
            written = true;
        } finally {
            if (!written) {
                // Unless there is a newer one by now.
                offered.compareAndSet(null, next);
            }
        }
        offsets.remove(next.offset);
        offsets.add(next.offset);
        noteNewest();
        while (offsets.size() > KEPT && offsets.get(1) <= durableEnd) {
            files.delete(path(offsets.removeFirst()));
        }
        while (offsets.size() > KEPT + 1) {
            // What would be the only one left when the log is forced again is kept, and the last.
            files.delete(path(offsets.remove(offsets.size() - 2)));
        }
    }

    /// Removes those of a state behind `endOffset`, for good: they must not be there when other
    /// batches are written in the place of those they knew.
    synchronized void removeAfter(long endOffset) throws IOException {
        if (adoption.endOffset() > endOffset) {
            adoption = new AdoptionNote(adoption.startOffset(), endOffset);
            adoption.write(files, directory);
        }
        Offered waiting = offered.get();
        if (waiting != null && waiting.offset > endOffset) {
            offered.set(null);
        }
        boolean removed = false;
        while (!offsets.isEmpty() && offsets.getLast() > endOffset) {
            files.delete(path(offsets.removeLast()));
            removed = true;
        }
        noteNewest();
        if (removed) {
            files.forceDirectory(directory);
        }
    }

    /// Producers of batches before this are not ours. Waits for nobody: it is asked by who keeps an
    /// append waiting.
    long adoptedEnd() {
        return adoption.endOffset();
    }

    /// Puts the newest whole snapshot into `producers`, which is empty, and what it knows of
    /// aborted transactions into `known`. An older file does not tell of these: then there are
    /// none, but in a log that was adopted, where that is not known.
    ///
    /// @param offsetMin an older one is of no use
    /// @return the offset from which on batches are to be added; -1 when there is no snapshot
    synchronized long restore(
            ProducerStates producers, AbortedTransactions known, long offsetMin, long nowNanos)
            throws IOException {
        for (int i = offsets.size() - 1; i >= 0 && offsets.get(i) >= offsetMin; i--) {
            Path path = path(offsets.get(i));
            ByteBuffer bytes = WholeFile.read(files, path);
            ProducerSnapshot snapshot =
                    bytes == null ? null : ProducerSnapshot.decode(bytes, nowNanos);
            if (snapshot != null) {
                snapshot.producers().forEach(producers::restore);
                List<TransactionIndex.Noted> kept = snapshot.aborted();
                known.restore(kept == null && adoption.endOffset() == 0 ? List.of() : kept);
                return offsets.get(i);
            }
            LOG.warn("{} is not whole; an older one is used, or the log itself", path);
        }
        return -1;
    }

    private Path path(long offset) {
        return new SegmentPaths(directory, offset).snapshot();
    }
}

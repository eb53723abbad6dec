package io.octavo.log;

import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Computes a log's producers and aborted transactions, of whom nothing is known, from the newest
/// snapshot and the batches behind it; from all batches of the log's segments, also those before
/// its start, when there is no snapshot or a part of them behind it is gone. Older segments that
/// are there still, to be removed, are not read: those between may have gone already, and what is
/// known of a producer would be what it was long ago.
///
/// Where the log was adopted its producers are not known, but which of their transactions were
/// aborted is told from all batches, once: the next snapshot keeps it.
final class ProducerReplay {
    private final LogView view;
    private final ProducerStates producers;
    private final AbortedTransactions aborted;
    private final long nowNanos;

    private ProducerReplay(
            LogView view, ProducerStates producers, AbortedTransactions aborted, long nowNanos) {
        this.view = view;
        this.producers = producers;
        this.aborted = aborted;
        this.nowNanos = nowNanos;
    }

    /// Puts the producers, of whom the log has none now, and the aborted transactions into a log.
    ///
    /// @param view of a log that nobody writes to meanwhile
    /// @param swapped whether segments were replaced, of which the snapshot may not know
    static void run(Log log, LogView view, boolean swapped) throws IOException {
        Snapshots snapshots = log.snapshots();
        long nowNanos = log.directory().clock().nanos();
        long base = base(view);
        long first = Math.max(base, snapshots.adoptedEnd());
        AbortedTransactions aborted = log.aborted().anew();
        long restored = snapshots.restore(log.producers(), aborted, first, nowNanos);
        long from = Math.max(restored, first);
        long replayed = 0;
        if (restored < first ? base < first : !aborted.fits(view, swapped)) {
            replayed += aborted(log, view, from, aborted);
        }
        if (from < view.endOffset()) {
            replayed +=
                    new ProducerReplay(view, log.producers(), aborted, nowNanos)
                            .run(from, Long.MAX_VALUE, false);
        }
        snapshots.replayed(replayed);
        log.aborted().become(aborted);
    }

    /// Adds the transactions that were aborted before an offset, told from the batches alone.
    ///
    /// @param into none yet
    /// @return how many bytes were read
    static long aborted(Log log, LogView view, long to, AbortedTransactions into)
            throws IOException {
        long bytes = 0;
        for (Steps steps = new Steps(log, view, to, into); !steps.done(); ) {
            bytes += steps.next();
        }
        return bytes;
    }

    /// The same, a segment at a time.
    static final class Steps {
        private final LogView view;
        private final long adoptedEnd;
        private final long to;

        /// Whose producers have the ids of ours.
        private final ProducerReplay theirs;

        private final ProducerReplay ours;
        private long from;

        Steps(Log log, LogView view, long to, AbortedTransactions into) {
            this.view = view;
            this.to = to;
            from = base(view);
            adoptedEnd = Math.clamp(log.snapshots().adoptedEnd(), from, Math.max(from, to));
            theirs = new ProducerReplay(view, log.producers().others(), into, 0);
            ours = new ProducerReplay(view, log.producers().others(), into, 0);
        }

        boolean done() {
            return from >= to;
        }

        /// @return how many bytes were read
        long next() throws IOException {
            long end = Math.min(to, view.endOffset(view.floor(from)));
            long bytes = 0;
            if (from < adoptedEnd) {
                bytes += theirs.run(from, Math.min(end, adoptedEnd), true);
            }
            if (end > adoptedEnd) {
                bytes += ours.run(Math.max(from, adoptedEnd), end, true);
            }
            from = end;
            return bytes;
        }
    }

    /// Of the segment that a log begins in; those before it wait to be removed.
    static long base(LogView view) {
        return view.segment(view.floor(view.startOffset())).baseOffset();
    }

    /// @param decided whether nobody asks for the transactions that were undecided lately
    /// @return how many bytes were read
    private long run(long from, long to, boolean decided) throws IOException {
        long replayed = 0;
        for (int i = view.floor(from);
                i < view.segments() && view.segment(i).baseOffset() < to;
                i++) {
            Segment segment = view.segment(i);
            SharedFile file = segment.acquire();
            if (file == null) {
                continue;
            }
            try {
                long batch = segment.batchAt(file.file(), from, view.bytes(i));
                if (batch != Segment.NO_BATCH) {
                    int position = Segment.position(batch);
                    BatchCursor batches =
                            segment.cursor(
                                    file.file(),
                                    position,
                                    view.bytes(i),
                                    BatchScan.HEADER_SCAN_BYTES);
                    run(batches, segment.baseOffset(), to, decided);
                    replayed += batches.position() - position;
                }
            } finally {
                file.release();
            }
        }
        return replayed;
    }

    private void run(BatchCursor batches, long base, long to, boolean decided) throws IOException {
        while (batches.next() && batches.batch().baseOffset() < to) {
            RecordBatch batch = batches.batch();
            EndMarker marker = null;
            if (batch.isControl()) {
                RecordBatch whole = batches.whole();
                marker = whole == null ? null : marker(whole);
            }
            AbortedTransaction ended = producers.update(batch, marker, nowNanos);
            if (ended != null) {
                aborted.add(base, ended);
                aborted.writeMany();
            }
            if (decided && marker != null) {
                var _ = producers.firstUnstableOffset(Long.MAX_VALUE);
            }
        }
        batches.refuseDamage();
    }

    /// What a control batch says; null when it says nothing that is understood.
    static @Nullable EndMarker marker(RecordBatch batch) {
        try {
            return EndMarker.read(batch);
        } catch (CorruptBatch notOne) {
            return null;
        }
    }
}

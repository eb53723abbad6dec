package io.octavo.log;

import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Computes a log's producers, of whom nothing is known, from the newest snapshot and the batches
/// behind it; from all batches of the log's segments, also those before its start, when there is no
/// snapshot or a part of them behind it is gone. Older segments that are there still, to be
/// removed, are not read: those between may have gone already, and what is known of a producer
/// would be what it was long ago.
final class ProducerReplay {
    private final LogView view;
    private final ProducerStates producers;
    private final long nowNanos;

    private ProducerReplay(LogView view, ProducerStates producers, long nowNanos) {
        this.view = view;
        this.producers = producers;
        this.nowNanos = nowNanos;
    }

    /// @param into empty
    static void run(LogView view, Snapshots snapshots, ProducerStates into, long nowNanos)
            throws IOException {
        long base = view.segment(view.floor(view.startOffset())).baseOffset();
        long first = Math.max(base, snapshots.adoptedEnd());
        long from = Math.max(snapshots.restore(into, first, nowNanos), first);
        if (from < view.endOffset()) {
            snapshots.replayed(new ProducerReplay(view, into, nowNanos).run(from));
        }
    }

    /// @return how many bytes were read
    private long run(long from) throws IOException {
        long replayed = 0;
        for (int i = view.floor(from); i < view.segments(); i++) {
            Segment segment = view.segment(i);
            SharedFile file = segment.acquire();
            if (file == null) {
                continue;
            }
            try {
                long batch = segment.batchAt(file.file(), from, view.bytes(i));
                if (batch != Segment.NO_BATCH) {
                    int position = Segment.position(batch);
                    run(
                            segment.cursor(
                                    file.file(),
                                    position,
                                    view.bytes(i),
                                    BatchScan.HEADER_SCAN_BYTES));
                    replayed += view.bytes(i) - position;
                }
            } finally {
                file.release();
            }
        }
        return replayed;
    }

    private void run(BatchCursor batches) throws IOException {
        while (batches.next()) {
            RecordBatch batch = batches.batch();
            EndMarker marker = null;
            if (batch.isControl()) {
                RecordBatch whole = batches.whole();
                marker = whole == null ? null : marker(whole);
            }
            producers.update(batch, marker, nowNanos);
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

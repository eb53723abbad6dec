package io.octavo.log;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which transactions in a part of a log were aborted (KIP-98), told from its batches, because an
/// index without a checksum is nothing to remove records by. For one thread.
final class Transactions {
    /// Some 10 MB; a part with more of them is looked at as far as this.
    private static final int ABORTED_MAX = 1 << 16;

    /// The first offsets of those not ended yet, by producer. No more than have one open at a time.
    private final Map<Long, Long> open = new HashMap<>();

    /// By producer: each transaction's first offset, and its marker's.
    private final Map<Long, TreeMap<Long, Long>> aborted = new HashMap<>();

    private int abortedCount;

    /// Adds the next batch.
    ///
    /// @param marker what a control batch holds; null for a data batch
    void add(RecordBatch batch, @Nullable EndMarker marker) {
        if (marker != null) {
            Long first = open.remove(batch.producerId());
            if (first != null && !marker.commits()) {
                aborted.computeIfAbsent(batch.producerId(), _ -> new TreeMap<>())
                        .put(first, batch.baseOffset());
                abortedCount++;
            }
        } else if (batch.isTransactional() && !batch.isControl()) {
            open.putIfAbsent(batch.producerId(), batch.baseOffset());
        }
    }

    /// No end comes any more of those that began before this offset: they count as committed.
    void leaveOpen(long before) {
        open.values().removeIf(first -> first < before);
    }

    /// How many were aborted, of those added.
    int aborted() {
        return abortedCount;
    }

    /// How many have no end, of those added.
    int undecided() {
        return open.size();
    }

    /// Whether no more should be added.
    boolean isFull() {
        return abortedCount >= ABORTED_MAX;
    }

    /// Up to where it is known of every transaction how it ended.
    ///
    /// @param seenEnd all batches up to here were added
    long decidedEnd(long seenEnd) {
        long end = seenEnd;
        for (long first : open.values()) {
            end = Math.min(end, first);
        }
        return end;
    }

    /// Whether a data batch, of those added, is of an aborted transaction.
    boolean isAborted(RecordBatch batch) {
        TreeMap<Long, Long> ofProducer =
                batch.isTransactional() ? aborted.get(batch.producerId()) : null;
        Map.Entry<Long, Long> last =
                ofProducer == null ? null : ofProducer.floorEntry(batch.baseOffset());
        return last != null && batch.baseOffset() < last.getValue();
    }
}

package io.octavo.log;

import io.octavo.protocol.record.BatchFilter;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what compaction leaves of each batch, by Kafka's rules (KIP-58, KIP-98, KIP-534). Given
/// all batches from the log's start on, in their order. For one thread.
///
/// ```
/// record of an aborted transaction      goes
/// record without a key                  goes: there is no telling which others it replaces
/// record with a later one of its key    goes
/// tombstone                             stays delete.retention.ms after the first pass that saw it
/// marker                                stays while the pass sees a batch of its transaction, then as a tombstone
/// last batch of a producer              stays, if empty
/// last batch of all, nothing behind it  stays, if empty
/// what is behind the mapped keys        stays as it is
/// ```
///
/// When a tombstone or marker may go is written into its batch when a pass sees it first: the
/// *delete horizon*, in the place of the base timestamp.
final class Survivors {
    private final KeyMap keys;
    private final long mappedEnd;
    private final Transactions transactions;
    private final LastBatches lastBatches;
    private final long nowMs;
    private final long horizonMs;

    /// Producers of which a batch was seen since their last marker. No more than have a transaction
    /// open at a time.
    private final Set<Long> observed = new HashSet<>();

    private long keyless;

    /// @param keys the last offset of each key among the records before `mappedEnd` that were dirty
    /// @param nowMs the wall clock's
    /// @param deleteRetentionMs how long a tombstone stays
    Survivors(
            KeyMap keys,
            long mappedEnd,
            Transactions transactions,
            LastBatches lastBatches,
            long nowMs,
            long deleteRetentionMs) {
        this.keys = keys;
        this.mappedEnd = mappedEnd;
        this.transactions = transactions;
        this.lastBatches = lastBatches;
        this.nowMs = nowMs;
        horizonMs =
                nowMs > Long.MAX_VALUE - deleteRetentionMs
                        ? Long.MAX_VALUE
                        : nowMs + deleteRetentionMs;
    }

    /// What is left of a batch: the batch itself, another, or null.
    ///
    /// @throws io.octavo.protocol.record.CorruptBatch when it cannot be decoded
    @Nullable RecordBatch of(RecordBatch batch) {
        if (batch.baseOffset() >= mappedEnd) {
            return batch;
        }
        return batch.isControl() ? ofControl(batch) : ofRecords(batch);
    }

    /// How many records had no key, and went.
    long keyless() {
        return keyless;
    }

    private @Nullable RecordBatch ofControl(RecordBatch batch) {
        if (batch.count() == 0) {
            return lastBatches.has(batch) ? batch : null;
        }
        EndMarker marker = EndMarker.read(batch);
        if (marker == null || observed.remove(batch.producerId())) {
            return batch;
        }
        if (!batch.hasDeleteHorizon()) {
            BatchFilter filter = filter(batch);
            while (filter.next()) {
                filter.keep();
            }
            return filter.build(horizonMs);
        }
        return batch.baseTimestamp() > nowMs ? batch : emptied(batch);
    }

    private @Nullable RecordBatch ofRecords(RecordBatch batch) {
        if (batch.isTransactional()) {
            observed.add(batch.producerId());
        }
        if (transactions.isAborted(batch)) {
            return emptied(batch);
        }
        boolean tombstonesStay = !batch.hasDeleteHorizon() || batch.baseTimestamp() > nowMs;
        BatchFilter filter = filter(batch);
        while (filter.next()) {
            if (stays(filter.record(), tombstonesStay)) {
                filter.keep();
            }
        }
        if (filter.kept() == 0) {
            return emptied(batch);
        }
        if (filter.keepsTombstone()
                && !batch.hasDeleteHorizon()
                && batch.lastOffset() < mappedEnd) {
            return filter.build(horizonMs);
        }
        return filter.keepsAll() ? batch : filter.build();
    }

    private boolean stays(RecordCursor record, boolean tombstonesStay) {
        if (record.offset() >= mappedEnd) {
            return true;
        }
        ByteBuffer key = record.key();
        if (key == null) {
            keyless++;
            return false;
        }
        return record.offset() >= keys.last(key) && (record.hasValue() || tombstonesStay);
    }

    private @Nullable RecordBatch emptied(RecordBatch batch) {
        return lastBatches.has(batch) ? BatchFilter.emptied(batch) : null;
    }

    private static BatchFilter filter(RecordBatch batch) {
        return new BatchFilter(batch, Compression.outputBytesMax(batch.sizeBytes()));
    }
}

package io.octavo.client;

import io.octavo.protocol.message.FetchResponse.AbortedTransaction;
import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The records of one partition in one fetch's answer, in order. What is before the position is
/// skipped (a fetch begins with the whole batch that holds it), so are control records, aborted
/// transactions and a cut batch at the end. For one thread.
final class RecordsDecoder {
    private final TopicPartition partition;
    private final ByteBuffer rest;
    private final boolean verifyCrc;
    private final Queue<AbortedTransaction> aborted;
    private final Set<Long> abortedProducers = new HashSet<>();

    private @Nullable RecordBatch batch;
    private @Nullable RecordCursor cursor;
    private long offset;
    private long decodedBytes;
    private boolean advanced;
    private @Nullable Unreadable damage;

    /// @param bytes moved as records are taken
    /// @param aborted transactions that are to be skipped; none for a reader that sees everything
    /// @param offset the first that is wanted
    RecordsDecoder(
            TopicPartition partition,
            ByteBuffer bytes,
            List<AbortedTransaction> aborted,
            long offset,
            boolean verifyCrc) {
        this.partition = partition;
        rest = bytes;
        this.offset = offset;
        this.verifyCrc = verifyCrc;
        this.aborted =
                new ArrayDeque<>(
                        aborted.stream()
                                .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))
                                .toList());
    }

    /// The offset behind the last record that was returned or skipped.
    long offset() {
        return offset;
    }

    /// What the batches hold, decompressed, whose records were begun with.
    long decodedBytes() {
        return decodedBytes;
    }

    /// The next record, or null when there is no more.
    ///
    /// @throws Unreadable when a batch is damaged, or cannot be decompressed here; every further
    ///   call says the same
    @Nullable ConsumerRecord next() {
        if (damage != null) {
            throw damage;
        }
        try {
            while (true) {
                RecordCursor records = cursor;
                RecordBatch current = batch;
                if (records == null || current == null) {
                    if (!nextBatch()) {
                        return null;
                    }
                } else if (!records.next()) {
                    offset = Math.max(offset, current.nextOffset());
                    cursor = null;
                } else if (records.offset() >= offset) {
                    offset = records.offset() + 1;
                    return record(current, records);
                }
            }
        } catch (CorruptBatch | CodecUnavailable e) {
            damage =
                    new Unreadable(
                            partition
                                    + " cannot be read at offset "
                                    + offset
                                    + ": "
                                    + e.getMessage());
            throw damage;
        }
    }

    /// Finds the next batch whose records count.
    private boolean nextBatch() {
        while (true) {
            RecordBatch found = RecordBatch.next(rest);
            if (found == null) {
                if (rest.hasRemaining() && !advanced) {
                    throw new CorruptBatch(
                            "the first batch of the answer is cut; its size is more than a fetch's");
                }
                return false;
            }
            advanced = true;
            if (found.magic() != RecordBatch.MAGIC) {
                throw new CorruptBatch("its format is " + found.magic() + ", and only 2 is read");
            }
            if (verifyCrc && !found.crcValid()) {
                throw new CorruptBatch("its CRC is wrong");
            }
            if (found.nextOffset() > offset && counts(found)) {
                batch = found;
                RecordCursor records = found.cursor();
                cursor = records;
                decodedBytes += records.bodyBytes();
                return true;
            }
            offset = Math.max(offset, found.nextOffset());
        }
    }

    /// Whether a batch is data of no aborted transaction.
    private boolean counts(RecordBatch found) {
        while (!aborted.isEmpty() && aborted.element().firstOffset() <= found.lastOffset()) {
            abortedProducers.add(aborted.remove().producerId());
        }
        if (found.isControl()) {
            EndMarker marker = EndMarker.read(found);
            if (marker != null) {
                abortedProducers.remove(found.producerId());
            }
            return false;
        }
        return !(found.isTransactional() && abortedProducers.contains(found.producerId()));
    }

    private ConsumerRecord record(RecordBatch current, RecordCursor records) {
        return new ConsumerRecord(
                partition,
                records.offset(),
                records.timestamp(),
                current.timestampType(),
                records.key(),
                records.value(),
                records.headers(),
                current.leaderEpoch());
    }
}

package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a log knows of one producer. Guarded by the log's lock.
final class ProducerState {
    /// Stands for no transaction.
    static final long NO_TRANSACTION = -1;

    /// How many of its last batches are known again when they come a second time (KIP-98): as many
    /// as a client may have in flight.
    static final int BATCHES_MAX = 5;

    /// What a batch takes in [#batches]: last offset, largest timestamp, last sequence and offset
    /// delta.
    private static final int FIELDS = 3;

    final long id;

    /// [RecordBatch#NO_PRODUCER_EPOCH] until the first batch.
    private short epoch = RecordBatch.NO_PRODUCER_EPOCH;

    private int coordinatorEpoch = -1;

    /// The last batch's, or the last marker's.
    private long lastTimestamp = RecordBatch.NO_TIMESTAMP;

    private long transactionStart = NO_TRANSACTION;

    /// Of the monotonic clock.
    private long lastNanos;

    /// The last batches of this epoch, oldest first.
    private long[] batches = new long[FIELDS];

    private int count;

    /// Neighbours in [ProducerTable]'s order.
    @Nullable ProducerState older;

    @Nullable ProducerState newer;

    ProducerState(long id) {
        this.id = id;
    }

    short epoch() {
        return epoch;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    long lastTimestamp() {
        return lastTimestamp;
    }

    long transactionStart() {
        return transactionStart;
    }

    long lastNanos() {
        return lastNanos;
    }

    int batches() {
        return count;
    }

    /// The last offset of batch `i`, the oldest known being 0.
    long lastOffset(int i) {
        return batches[i * FIELDS];
    }

    long timestamp(int i) {
        return batches[i * FIELDS + 1];
    }

    int lastSequence(int i) {
        return (int) (batches[i * FIELDS + 2] >>> 32);
    }

    /// Last offset - base offset of batch `i`.
    int offsetDelta(int i) {
        return (int) batches[i * FIELDS + 2];
    }

    /// The last sequence appended in this epoch, or [RecordBatch#NO_SEQUENCE].
    int lastSequence() {
        return count == 0 ? RecordBatch.NO_SEQUENCE : lastSequence(count - 1);
    }

    /// Which of the known batches this one repeats, or -1.
    int indexOf(RecordBatch batch) {
        if (batch.producerEpoch() != epoch) {
            return -1;
        }
        int last = batch.lastSequence();
        int delta = batch.lastOffsetDelta();
        for (int i = count - 1; i >= 0; i--) {
            if (lastSequence(i) == last && offsetDelta(i) == delta) {
                return i;
            }
        }
        return -1;
    }

    /// An older epoch's batches are forgotten.
    void become(short newEpoch, long timestamp, long nowNanos) {
        if (newEpoch != epoch) {
            epoch = newEpoch;
            count = 0;
        }
        lastTimestamp = timestamp;
        lastNanos = nowNanos;
    }

    void add(long lastOffset, long timestamp, int lastSequence, int offsetDelta) {
        if (count == BATCHES_MAX) {
            System.arraycopy(batches, FIELDS, batches, 0, (BATCHES_MAX - 1) * FIELDS);
            count--;
        } else if (count * FIELDS == batches.length) {
            batches = Arrays.copyOf(batches, BATCHES_MAX * FIELDS);
        }
        int at = count * FIELDS;
        batches[at] = lastOffset;
        batches[at + 1] = timestamp;
        batches[at + 2] = ((long) lastSequence << 32) | offsetDelta;
        count++;
    }

    void beginTransaction(long firstOffset) {
        transactionStart = firstOffset;
    }

    void endTransaction() {
        transactionStart = NO_TRANSACTION;
    }

    void coordinated(int byEpoch) {
        coordinatorEpoch = byEpoch;
    }

    /// All but the time, which differs from replica to replica.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("producer ").append(id).append(" epoch ").append(epoch);
        text.append(" coordinator ").append(coordinatorEpoch);
        text.append(" at ").append(lastTimestamp);
        text.append(" transaction ").append(transactionStart);
        for (int i = 0; i < count; i++) {
            text.append(" (sequence ").append(lastSequence(i));
            text.append(" offset ").append(lastOffset(i)).append('-').append(offsetDelta(i));
            text.append(" at ").append(timestamp(i)).append(')');
        }
        return text.toString();
    }
}

package io.octavo.log;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.util.ArrayDeque;

/// What a log has to know of a producer, computed of its batches in the plainest way.
final class ExpectedProducer {
    private final long id;
    private int epoch = -1;
    private int coordinatorEpoch = -1;
    private long timestamp = -1;
    private long transaction = -1;
    private final ArrayDeque<RecordBatch> last = new ArrayDeque<>();

    /// What is known of a producer.
    ///
    /// @param all as [ProducerState#toString()] says it
    /// @param last what fences, and what its last batch tells
    record Known(String all, String last) {
        static String last(ProducerState state) {
            int i = state.batches() - 1;
            long offset = i < 0 ? -1 : state.lastOffset(i);
            return last(state.epoch(), state.lastSequence(), offset, state.transactionStart());
        }

        private static String last(int epoch, int sequence, long offset, long transaction) {
            return "epoch %d sequence %d offset %d transaction %d"
                    .formatted(epoch, sequence, offset, transaction);
        }
    }

    ExpectedProducer(long id) {
        this.id = id;
    }

    void add(RecordBatch batch) {
        if (batch.producerEpoch() != epoch) {
            last.clear();
        }
        epoch = batch.producerEpoch();
        timestamp = batch.maxTimestamp();
        EndMarker marker = batch.isControl() ? EndMarker.read(batch) : null;
        if (marker != null) {
            coordinatorEpoch = marker.coordinatorEpoch();
            transaction = -1;
            return;
        }
        if (batch.isTransactional() && transaction < 0) {
            transaction = batch.baseOffset();
        }
        last.add(batch);
        if (last.size() > 5) {
            last.removeFirst();
        }
    }

    Known known() {
        RecordBatch newest = last.peekLast();
        int sequence = newest == null ? RecordBatch.NO_SEQUENCE : newest.lastSequence();
        long offset = newest == null ? -1 : newest.lastOffset();
        return new Known(toString(), Known.last(epoch, sequence, offset, transaction));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (RecordBatch batch : last) {
            text.append(" (sequence ").append(batch.lastSequence());
            text.append(" offset ").append(batch.lastOffset());
            text.append('-').append(batch.lastOffsetDelta());
            text.append(" at ").append(batch.maxTimestamp()).append(')');
        }
        return "producer %d epoch %d coordinator %d at %d transaction %d%s"
                .formatted(id, epoch, coordinatorEpoch, timestamp, transaction, text);
    }
}

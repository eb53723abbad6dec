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

package io.octavo.client;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One partition in memory, with what a broker remembers of idempotent producers: the last batch of
/// each.
final class FakeLog {
    private final List<RecordBatch> batches = new ArrayList<>();
    private final Map<Long, RecordBatch> lastOf = new HashMap<>();

    /// What became of an append.
    record Appended(ErrorCode error, long baseOffset) {}

    Appended append(ByteBuffer bytes) {
        RecordBatch batch = new RecordBatch(bytes);
        if (!batch.crcValid()) {
            return new Appended(ErrorCode.CORRUPT_MESSAGE, -1);
        }
        RecordBatch last = lastOf.get(batch.producerId());
        if (batch.hasProducerId()) {
            if (last != null && last.baseSequence() == batch.baseSequence()) {
                return new Appended(ErrorCode.NONE, last.baseOffset());
            }
            int expected = last == null ? 0 : RecordBatch.sequenceAfter(last.lastSequence(), 1);
            if (batch.baseSequence() != expected) {
                return new Appended(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);
            }
            lastOf.put(batch.producerId(), batch);
        }
        batch.stamp(end(), 0);
        batches.add(batch);
        return new Appended(ErrorCode.NONE, batch.baseOffset());
    }

    void forgetProducers() {
        lastOf.clear();
    }

    long end() {
        return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).nextOffset();
    }

    List<RecordBatch> batches() {
        return batches;
    }

    /// Whole batches from the one that holds `offset` on, cut at `bytesMax` behind the first.
    ByteBuffer read(long offset, int bytesMax) {
        ByteBuffer found = ByteBuffer.allocate(1 << 20);
        int first = 0;
        for (RecordBatch batch : batches) {
            if (batch.nextOffset() > offset) {
                found.put(batch.bytes());
                first = first == 0 ? found.position() : first;
            }
        }
        found.flip();
        return found.limit(Math.min(found.limit(), Math.max(first, bytesMax)));
    }

    /// All records, as their batches say.
    List<LogRecord> records() {
        List<LogRecord> records = new ArrayList<>();
        batches.forEach(batch -> records.addAll(batch.records()));
        return records;
    }
}

package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A batch that was appended once, behind another: together they are a tree, and every log there
/// may be is a way from its root. What a log that ends here has to know follows from the way.
final class ExpectedBatch {
    /// Null for the root, which stands before every log.
    final @Nullable ExpectedBatch previous;

    /// No other of the same log has it.
    final int number;

    final long baseOffset;
    final long nextOffset;
    final ByteBuffer bytes;
    final RecordBatch batch;

    private final Map<Long, List<Map<Long, ExpectedProducer.Known>>> producersFrom =
            new HashMap<>();
    private final Map<Long, List<Epoch>> epochsFrom = new HashMap<>();
    private @Nullable List<LogRecord> records;

    /// @param batch as it must be in the log; not changed any more
    ExpectedBatch(ExpectedBatch previous, int number, RecordBatch batch) {
        this.previous = previous;
        this.number = number;
        bytes = ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip();
        this.batch = new RecordBatch(bytes);
        baseOffset = batch.baseOffset();
        nextOffset = batch.nextOffset();
    }

    private ExpectedBatch() {
        previous = null;
        number = 0;
        bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        batch = new RecordBatch(bytes);
        baseOffset = 0;
        nextOffset = 0;
    }

    static ExpectedBatch root() {
        return new ExpectedBatch();
    }

    /// Whether this is `other` or comes behind it.
    boolean isFrom(ExpectedBatch other) {
        ExpectedBatch at = this;
        while (at != other && at.previous != null) {
            at = at.previous;
        }
        return at == other;
    }

    /// The last batch on the way here that ends by `offset`.
    ExpectedBatch upTo(long offset) {
        ExpectedBatch at = this;
        while (at.nextOffset > offset && at.previous != null) {
            at = at.previous;
        }
        return at;
    }

    /// The batches of a log that ends here, with a record at `start` or behind.
    List<ExpectedBatch> from(long start) {
        ArrayDeque<ExpectedBatch> batches = new ArrayDeque<>();
        for (ExpectedBatch at = this; at.previous != null && at.nextOffset > start; ) {
            batches.addFirst(at);
            at = at.previous;
        }
        return List.copyOf(batches);
    }

    /// Where leader epochs begin in a log that ends here.
    List<Epoch> epochs(long start) {
        return epochsFrom.computeIfAbsent(start, this::computeEpochs);
    }

    /// The batch's records.
    List<LogRecord> records() {
        List<LogRecord> read = records;
        if (read == null) {
            read = batch.records();
            records = read;
        }
        return read;
    }

    /// What may be known of each producer in a log that ends here: what all batches tell, or what
    /// those tell that are left of them.
    List<Map<Long, ExpectedProducer.Known>> producers(long start) {
        return producersFrom.computeIfAbsent(start, this::computeProducers);
    }

    private List<Epoch> computeEpochs(long start) {
        List<Epoch> epochs = new ArrayList<>();
        int latest = -1;
        for (ExpectedBatch one : from(0)) {
            int epoch = one.batch.leaderEpoch();
            if (epoch > latest) {
                latest = epoch;
                long begin = Math.max(one.baseOffset, start);
                if (!epochs.isEmpty() && epochs.getLast().startOffset() >= begin) {
                    epochs.removeLast();
                }
                epochs.add(new Epoch(epoch, begin));
            }
        }
        return epochs;
    }

    private List<Map<Long, ExpectedProducer.Known>> computeProducers(long start) {
        List<Map<Long, ExpectedProducer.Known>> all = new ArrayList<>();
        List<ExpectedBatch> batches = from(0);
        for (int first = 0; first == 0 || batches.get(first - 1).nextOffset <= start; first++) {
            Map<Long, ExpectedProducer> producers = new HashMap<>();
            for (ExpectedBatch one : batches.subList(first, batches.size())) {
                if (one.batch.hasProducerId()) {
                    producers
                            .computeIfAbsent(one.batch.producerId(), ExpectedProducer::new)
                            .add(one.batch);
                }
            }
            Map<Long, ExpectedProducer.Known> known = new HashMap<>();
            producers.forEach((id, producer) -> known.put(id, producer.known()));
            all.add(known);
            if (first == batches.size()) {
                break;
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return previous == null
                ? "nothing"
                : "[%d, %d) epoch %d".formatted(baseOffset, nextOffset, batch.leaderEpoch());
    }
}

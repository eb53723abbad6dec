package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records of one partition that travel together, and who waits for them. Filled under the
/// [Accumulator]'s lock; once taken, the loop's.
final class ProducerBatch {
    final PartitionQueue queue;

    /// When its records have failed, sent or not.
    final Deadline deadline;

    /// When it is sent however small it is.
    final Deadline lingerEnd;

    /// Tries so far.
    int attempts;

    /// Whether one of them may have been written.
    boolean doubtful;

    /// Why the last try failed.
    @Nullable ClientException reason;

    /// Whether it has a place in a producer's sequence, and which.
    boolean numbered;

    int sequence;

    private final RecordBatchBuilder builder;
    private final List<Waiting> waiting = new ArrayList<>();
    private long memoryBytes;
    private @Nullable ByteBuffer built;

    /// What has taken its place, see [#split]; guarded by the accumulator's lock.
    private List<ProducerBatch> parts = List.of();

    ProducerBatch(
            PartitionQueue queue,
            RecordBatchBuilder builder,
            Deadline deadline,
            Deadline lingerEnd) {
        this.queue = queue;
        this.builder = builder;
        this.deadline = deadline;
        this.lingerEnd = lingerEnd;
    }

    CompletableFuture<Written> append(ProducerRecord record, long timestamp, int bytes) {
        builder.append(timestamp, record.key(), record.value(), record.headers());
        Waiting added = new Waiting(timestamp, bytes, new CompletableFuture<>());
        add(added);
        return added.future;
    }

    private void add(Waiting record) {
        waiting.add(record);
        memoryBytes += record.bytes;
    }

    /// Two batches with one half of the records each, and of those who wait for them.
    List<ProducerBatch> split(Supplier<RecordBatchBuilder> builders) {
        List<LogRecord> records = new RecordBatch(bytes()).records();
        int half = records.size() / 2;
        return List.of(
                part(records, 0, half, builders.get()),
                part(records, half, records.size(), builders.get()));
    }

    private ProducerBatch part(
            List<LogRecord> records, int from, int to, RecordBatchBuilder builder) {
        ProducerBatch part = new ProducerBatch(queue, builder, deadline, lingerEnd);
        for (int i = from; i < to; i++) {
            LogRecord record = records.get(i);
            builder.append(record.timestamp(), record.key(), record.value(), record.headers());
            part.add(waiting.get(i));
        }
        return part;
    }

    /// Its parts have taken its place in the queue.
    void replacedBy(List<ProducerBatch> parts) {
        this.parts = parts;
    }

    /// Whether it, or a part of it, is not finished.
    boolean isQueued() {
        return queue.batches.contains(this) || parts.stream().anyMatch(ProducerBatch::isQueued);
    }

    /// Before compression.
    int sizeBytes() {
        return builder.sizeBytes();
    }

    long memoryBytes() {
        return memoryBytes;
    }

    int count() {
        return waiting.size();
    }

    /// The batch's bytes, compressed the first time.
    ByteBuffer bytes() {
        if (built == null) {
            built = builder.build();
        }
        return built;
    }

    /// Gives the batch its identity, the first or another.
    void number(ProducerIdentity identity, int sequence) {
        numbered = true;
        this.sequence = sequence;
        if (built == null) {
            builder.producer(identity.id(), identity.epoch(), sequence);
        } else {
            new RecordBatch(built).stampProducer(identity.id(), identity.epoch(), sequence);
        }
    }

    /// @param baseOffset -1 when the broker did not say
    /// @param appendTimeMs -1 where the producer's timestamps count
    void written(long baseOffset, long appendTimeMs) {
        for (int i = 0; i < waiting.size(); i++) {
            Waiting record = waiting.get(i);
            long offset = baseOffset < 0 ? -1 : baseOffset + i;
            long timestamp = appendTimeMs < 0 ? record.timestamp : appendTimeMs;
            record.future.complete(new Written(queue.partition, offset, timestamp));
        }
    }

    void failed(ClientException reason) {
        waiting.forEach(record -> record.future.completeExceptionally(reason));
    }

    private record Waiting(long timestamp, int bytes, CompletableFuture<Written> future) {}
}

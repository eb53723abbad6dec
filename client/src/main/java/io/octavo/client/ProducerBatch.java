package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /// Why the last try failed.
    @Nullable ClientException reason;

    /// Whether it has a place in a producer's sequence.
    boolean numbered;

    private final RecordBatchBuilder builder;
    private final List<Waiting> waiting = new ArrayList<>();
    private long memoryBytes;
    private @Nullable ByteBuffer built;

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
        memoryBytes += bytes;
        Waiting added = new Waiting(timestamp, new CompletableFuture<>());
        waiting.add(added);
        return added.future;
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

    private record Waiting(long timestamp, CompletableFuture<Written> future) {}
}

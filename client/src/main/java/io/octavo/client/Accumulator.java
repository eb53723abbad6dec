package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Gathers records into batches, within a memory limit. Guarded by its monitor, which is never held
/// while something is compressed, sent or completed.
///
/// A batch is ready when it has `batchBytes`, or has lingered; while an older one of its partition
/// is under way it goes on filling, up to a whole request. So the slower the broker answers, the
/// larger the batches.
final class Accumulator {
    private final ProducerConfig config;
    private final Clock clock;
    private final int deliveryTimeoutMs;

    private final Map<TopicPartition, PartitionQueue> queues = new LinkedHashMap<>();
    private long memoryBytes;

    /// Those who want nothing to linger.
    private int hurried;

    Accumulator(ProducerConfig config, Clock clock, int deliveryTimeoutMs) {
        this.config = config;
        this.clock = clock;
        this.deliveryTimeoutMs = deliveryTimeoutMs;
    }

    /// What an append did.
    ///
    /// @param ready whether there is something to be sent
    /// @param began whether a batch was begun, which lingers from now on
    record Appended(CompletableFuture<Written> future, boolean ready, boolean began) {}

    /// Adds a record; waits for memory as long as a delivery may take.
    ///
    /// @param bytes the most that the record takes
    /// @param starved called before a wait, and does not wait itself; null for a thread that may
    ///   not wait
    /// @throws TimedOut when no memory became free
    synchronized Appended append(
            TopicPartition partition,
            ProducerRecord record,
            long timestamp,
            int bytes,
            @Nullable Runnable starved) {
        awaitMemory(bytes, starved);
        PartitionQueue queue = queues.computeIfAbsent(partition, PartitionQueue::new);
        ProducerBatch youngest = queue.batches.peekLast();
        boolean full =
                youngest == null
                        || (queue.taken && queue.batches.size() == 1)
                        || youngest.sizeBytes() + bytes > bytesMax(queue, config.requestBytesMax());
        ProducerBatch batch = youngest == null || full ? begin(queue) : youngest;
        memoryBytes += bytes;
        CompletableFuture<Written> future = batch.append(record, timestamp, bytes);
        boolean ready = batch.sizeBytes() >= bytesMax(queue, config.batchBytes());
        return new Appended(future, ready, full);
    }

    private static int bytesMax(PartitionQueue queue, int configured) {
        return Math.min(configured, queue.batchBytesMax);
    }

    /// The partitions' oldest batches, those that are ready and not under way.
    synchronized List<ProducerBatch> ready() {
        List<ProducerBatch> ready = new ArrayList<>();
        for (PartitionQueue queue : queues.values()) {
            ProducerBatch oldest = queue.batches.peek();
            if (oldest != null
                    && !queue.inFlight
                    && (queue.taken
                            || hurried > 0
                            || queue.batches.size() > 1
                            || oldest.sizeBytes() >= bytesMax(queue, config.batchBytes())
                            || oldest.lingerEnd.passed(clock))) {
                ready.add(oldest);
            }
        }
        return ready;
    }

    /// From now on the batch, its partition's oldest, takes no more records.
    synchronized void take(ProducerBatch batch) {
        batch.queue.taken = true;
    }

    /// The oldest batch is answered or given up: it makes room for the next.
    synchronized void finished(ProducerBatch batch) {
        memoryBytes -= batch.memoryBytes();
        if (batch.queue.batches.remove() != batch) {
            throw new IllegalStateException("a batch of " + batch.queue.partition + " ended twice");
        }
        batch.queue.taken = false;
        notifyAll();
    }

    /// The oldest batch is too large for its topic: parts of it take its place, and from now on its
    /// partition's are no larger than these.
    synchronized void replace(ProducerBatch batch, List<ProducerBatch> parts) {
        PartitionQueue queue = batch.queue;
        if (queue.batches.remove() != batch) {
            throw new IllegalStateException("a batch of " + queue.partition + " is not the oldest");
        }
        for (ProducerBatch part : parts.reversed()) {
            queue.batches.addFirst(part);
        }
        queue.taken = false;
        queue.batchBytesMax = bytesMax(queue, Math.max(batch.sizeBytes() / parts.size(), 1));
        batch.replacedBy(parts);
    }

    /// What a batch is built with.
    RecordBatchBuilder builder() {
        return new RecordBatchBuilder(config.compression(), config.level());
    }

    /// From now on nothing lingers, until as many calls of [#endFlush] follow.
    ///
    /// @return the batches that are not finished
    synchronized List<ProducerBatch> beginFlush() {
        hurried++;
        List<ProducerBatch> begun = new ArrayList<>();
        queues.values().forEach(queue -> begun.addAll(queue.batches));
        return begun;
    }

    /// Waits until these batches are finished; each has a deadline, so that this ends.
    synchronized void endFlush(List<ProducerBatch> begun) {
        try {
            for (ProducerBatch batch : begun) {
                while (batch.isQueued()) {
                    wait();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while records were being written");
        } finally {
            hurried--;
        }
    }

    private synchronized void awaitMemory(int bytes, @Nullable Runnable starved) {
        if (memoryBytes == 0 || memoryBytes + bytes <= config.memoryBytesMax()) {
            return;
        }
        if (starved == null) {
            throw new IllegalStateException(
                    "the producer's memory is spent, and the client's thread cannot wait for it");
        }
        hurried++;
        starved.run();
        Deadline deadline = Deadline.after(clock, deliveryTimeoutMs);
        try {
            while (memoryBytes > 0 && memoryBytes + bytes > config.memoryBytesMax()) {
                if (deadline.passed(clock)) {
                    throw new TimedOut(
                            "%d bytes of records have waited for the brokers for %d ms"
                                    .formatted(memoryBytes, deliveryTimeoutMs));
                }
                wait(deadline.remainingMs(clock));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while waiting for the producer's memory");
        } finally {
            hurried--;
        }
    }

    private ProducerBatch begin(PartitionQueue queue) {
        ProducerBatch batch =
                new ProducerBatch(
                        queue,
                        builder(),
                        Deadline.after(clock, deliveryTimeoutMs),
                        Deadline.after(clock, config.lingerMs()));
        queue.batches.add(batch);
        return batch;
    }
}

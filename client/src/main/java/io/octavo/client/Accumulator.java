package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Gathers records into batches, within a memory limit. Guarded by one lock, which is never held
/// while something is compressed, sent or completed.
final class Accumulator {
    private final ProducerConfig config;
    private final Clock clock;
    private final int deliveryTimeoutMs;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<TopicPartition, PartitionQueue> queues = new HashMap<>();

    /// Those that have something to send, the one that was served last at the end.
    private final Set<PartitionQueue> active = new LinkedHashSet<>();

    private final Set<ProducerBatch> unfinished = new HashSet<>();
    private long memoryBytes;
    private int flushers;
    private int starving;

    Accumulator(ProducerConfig config, Clock clock, int deliveryTimeoutMs) {
        this.config = config;
        this.clock = clock;
        this.deliveryTimeoutMs = deliveryTimeoutMs;
    }

    /// What an append did.
    ///
    /// @param sealed whether a batch is ready to be sent
    /// @param opened whether a batch was begun, which lingers from now on
    record Appended(CompletableFuture<Written> future, boolean sealed, boolean opened) {}

    /// Adds a record; waits for memory as long as a delivery may take.
    ///
    /// @param bytes the most that the record takes
    /// @param starved called before a wait, and does not wait itself; null for a thread that may
    ///   not wait
    /// @throws TimedOut when no memory became free
    Appended append(
            TopicPartition partition,
            ProducerRecord record,
            long timestamp,
            int bytes,
            @Nullable Runnable starved) {
        lock.lock();
        try {
            awaitMemory(bytes, starved);
            PartitionQueue queue = queues.computeIfAbsent(partition, PartitionQueue::new);
            ProducerBatch batch = queue.open;
            boolean sealed = false;
            if (batch != null && batch.sizeBytes() + bytes > batchBytes()) {
                seal(queue, batch);
                sealed = true;
                batch = null;
            }
            boolean opened = batch == null;
            if (batch == null) {
                batch = begin(queue);
            }
            CompletableFuture<Written> future = batch.append(record, timestamp, bytes);
            memoryBytes += bytes;
            if (batch.sizeBytes() >= batchBytes()) {
                seal(queue, batch);
                sealed = true;
            }
            return new Appended(future, sealed, opened);
        } finally {
            lock.unlock();
        }
    }

    /// The partitions that have something to send now. A batch that has room is sealed when it has
    /// lingered, or nobody wants to wait, but not while enough are on their way: it goes on
    /// filling.
    List<PartitionQueue> ready(int inFlightMax) {
        lock.lock();
        try {
            List<PartitionQueue> ready = new ArrayList<>();
            for (PartitionQueue queue : active) {
                ProducerBatch open = queue.open;
                if (open != null
                        && queue.sealed.isEmpty()
                        && queue.inFlight.size() < inFlightMax
                        && (flushers + starving > 0 || open.lingerEnd.passed(clock))) {
                    seal(queue, open);
                }
                if (!queue.sealed.isEmpty()) {
                    ready.add(queue);
                }
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    @Nullable ProducerBatch head(PartitionQueue queue) {
        lock.lock();
        try {
            return queue.sealed.peek();
        } finally {
            lock.unlock();
        }
    }

    /// Takes the head, to be sent or given up; the partition's next turn comes after the others'.
    void takeHead(PartitionQueue queue) {
        lock.lock();
        try {
            queue.sealed.remove();
            active.remove(queue);
            if (queue.open != null || !queue.sealed.isEmpty()) {
                active.add(queue);
            }
        } finally {
            lock.unlock();
        }
    }

    void putBack(ProducerBatch batch) {
        lock.lock();
        try {
            batch.queue.putBack(batch);
            active.add(batch.queue);
        } finally {
            lock.unlock();
        }
    }

    void restart(PartitionQueue queue, ProducerIdentity identity) {
        lock.lock();
        try {
            queue.restart(identity);
        } finally {
            lock.unlock();
        }
    }

    boolean isOldest(ProducerBatch batch) {
        lock.lock();
        try {
            return batch.queue.isOldest(batch);
        } finally {
            lock.unlock();
        }
    }

    /// The batch is answered or given up: its memory is free again.
    void finished(ProducerBatch batch) {
        lock.lock();
        try {
            memoryBytes -= batch.memoryBytes();
            unfinished.remove(batch);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// From now on nothing lingers, until as many calls of [#endFlush] follow.
    ///
    /// @return the batches that are not finished now
    List<ProducerBatch> beginFlush() {
        lock.lock();
        try {
            flushers++;
            return List.copyOf(unfinished);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until none of these batches is unfinished; each has a deadline, so that this ends.
    void endFlush(List<ProducerBatch> begun) {
        lock.lock();
        try {
            for (ProducerBatch batch : begun) {
                while (unfinished.contains(batch)) {
                    changed.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while records were being written");
        } finally {
            flushers--;
            lock.unlock();
        }
    }

    private void awaitMemory(int bytes, @Nullable Runnable starved) {
        if (memoryBytes == 0 || memoryBytes + bytes <= config.memoryBytesMax()) {
            return;
        }
        if (starved == null) {
            throw new IllegalStateException(
                    "the producer's memory is spent, and its own thread cannot wait for it");
        }
        starving++;
        starved.run();
        Deadline deadline = Deadline.after(clock, deliveryTimeoutMs);
        try {
            while (memoryBytes > 0 && memoryBytes + bytes > config.memoryBytesMax()) {
                if (changed.awaitNanos(deadline.remainingNanos(clock)) <= 0) {
                    throw new TimedOut(
                            "for "
                                    + deliveryTimeoutMs
                                    + " ms "
                                    + memoryBytes
                                    + " bytes of records have waited for the brokers; the producer"
                                    + " holds no more");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while waiting for the producer's memory");
        } finally {
            starving--;
        }
    }

    private ProducerBatch begin(PartitionQueue queue) {
        ProducerBatch batch =
                new ProducerBatch(
                        queue,
                        queue.numberNext++,
                        new RecordBatchBuilder(config.compression(), config.level()),
                        Deadline.after(clock, deliveryTimeoutMs),
                        Deadline.after(clock, config.lingerMs()));
        queue.open = batch;
        active.add(queue);
        unfinished.add(batch);
        return batch;
    }

    private static void seal(PartitionQueue queue, ProducerBatch open) {
        queue.sealed.add(open);
        queue.open = null;
    }

    private int batchBytes() {
        return Math.min(config.batchBytes(), config.requestBytesMax());
    }
}

package io.octavo.client;

import io.octavo.ports.Deadline;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Reads partitions that it is told, from where it is told. For one thread, except [#wakeup()].
/// While the application works on what one poll returned, the next records are fetched.
public final class Consumer implements AutoCloseable {
    private final Client client;
    private final ConsumerConfig config;
    private final Readings readings;
    private final OffsetLookup offsets;
    private final Fetcher fetcher;

    public Consumer(Client client, ConsumerConfig config) {
        this.client = client;
        this.config = config;
        readings = new Readings(client.clock());
        offsets = new OffsetLookup(client, config.isolation());
        fetcher = new Fetcher(client, config, readings, offsets);
    }

    /// Adds a partition, or moves to another place in it.
    public void seek(TopicPartition partition, Position position) {
        readings.seek(partition, position);
        fetcher.wake();
    }

    /// Reads these partitions no more.
    public void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(readings::forget);
    }

    /// The next records, as soon as there are some; none when `timeoutMs` has passed or [#wakeup()]
    /// was called. A partition's records come in order.
    ///
    /// @throws ClientException once, when a partition cannot be read; it is left alone until
    ///   [#seek], and the others go on
    public List<ConsumerRecord> poll(long timeoutMs) {
        return poll(timeoutMs, config.recordsMax());
    }

    /// The same, with so many records at most.
    public List<ConsumerRecord> poll(long timeoutMs, int recordsMax) {
        Deadline deadline = Deadline.after(client.clock(), timeoutMs);
        List<ConsumerRecord> records = take(recordsMax);
        while (records.isEmpty() && readings.await(deadline)) {
            records = take(recordsMax);
        }
        return records;
    }

    /// Makes the poll that waits, or the next one that would, return at once. For any thread.
    public void wakeup() {
        readings.wakeup();
    }

    /// The offset of the record that the next poll begins with; waits while it is being found.
    public long position(TopicPartition partition) {
        readings.awaitPosition(
                partition, Deadline.after(client.clock(), client.config().apiTimeoutMs()));
        return readings.position(partition);
    }

    /// The same for every partition whose offset is known; waits for none.
    public Map<TopicPartition, Long> positions() {
        return readings.positions();
    }

    /// Where readers' records ended (the high watermark, or the last stable offset) by the last
    /// fetch's answer; -1 before the first. The reader's distance from the end is this less its
    /// position.
    public long knownEnd(TopicPartition partition) {
        return readings.knownEnd(partition);
    }

    /// Asks the brokers where positions are now.
    public Map<TopicPartition, Long> offsets(Map<TopicPartition, Position> positions) {
        return Completion.await(offsets.find(positions));
    }

    /// Reads no more. What was fetched is forgotten.
    @Override
    public void close() {
        fetcher.close();
    }

    private List<ConsumerRecord> take(int recordsMax) {
        List<ConsumerRecord> records = readings.take(Math.min(recordsMax, config.recordsMax()));
        fetcher.wake();
        return records;
    }
}

package io.octavo.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Reads partitions that it is told, from where it is told. For one thread, except [#wakeup()].
public final class Consumer implements AutoCloseable {
    public Consumer(Client client, ConsumerConfig config) {}

    /// Adds a partition, or moves to another place in it.
    public void seek(TopicPartition partition, Position position) {}

    /// Reads these partitions no more.
    public void forget(Collection<TopicPartition> partitions) {}

    /// The next records, as soon as there are some; none when `timeoutMs` has passed or [#wakeup()]
    /// was called. A partition's records come in order.
    ///
    /// @throws ClientException when a partition cannot be read; the others can be afterwards
    public List<ConsumerRecord> poll(long timeoutMs) {
        return List.of();
    }

    /// Makes the poll that waits, or the next one, return at once. For any thread.
    public void wakeup() {}

    /// The offset of the record that the next poll begins with.
    public long position(TopicPartition partition) {
        return -1;
    }

    /// Where readers' records ended (the high watermark, or the last stable offset) by the last
    /// fetch's answer; -1 before the first. The reader's distance from the end is this less its
    /// position.
    public long knownEnd(TopicPartition partition) {
        return -1;
    }

    /// Asks the brokers where positions are now.
    public Map<TopicPartition, Long> offsets(Map<TopicPartition, Position> positions) {
        return Map.of();
    }

    @Override
    public void close() {}
}

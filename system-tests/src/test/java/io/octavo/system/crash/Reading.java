package io.octavo.system.crash;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What a stock consumer reads of some partitions from their beginning, as [Sent]'s identities. For
/// one thread. A position beyond a partition's end is an error: something that was read is gone.
final class Reading implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long SILENCE_MS_MAX = 60_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Identities> read = new HashMap<>();

    Reading(String address, List<TopicPartition> partitions) {
        this.partitions = partitions;
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        address,
                        "auto.offset.reset",
                        "none",
                        "reconnect.backoff.max.ms",
                        100);
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, 0);
            read.put(partition, new Identities());
        }
    }

    /// Reads what is there now, or in a moment.
    ///
    /// @return how many records
    int poll() {
        int records = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            of(partition).add(record.offset(), Sent.identity(record.value()));
            records++;
        }
        return records;
    }

    /// Reads to where the partitions end now.
    void toEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long heardMs = Clock.system().millis();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (poll() > 0) {
                heardMs = Clock.system().millis();
            } else if (Clock.system().millis() - heardMs > SILENCE_MS_MAX) {
                throw new AssertionError("nothing more is read below " + ends);
            }
        }
    }

    /// The identities of the records of a partition, by their offsets.
    long[] identities(TopicPartition partition) {
        return of(partition).toArray();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Identities of(TopicPartition partition) {
        return read.computeIfAbsent(partition, _ -> new Identities());
    }

    private static final class Identities {
        private long[] identities = new long[1 << 10];
        private int count;

        void add(long offset, long identity) {
            if (offset != count) {
                throw new AssertionError("offset " + offset + " after " + (count - 1));
            }
            if (count == identities.length) {
                identities = Arrays.copyOf(identities, 2 * count);
            }
            identities[count++] = identity;
        }

        long[] toArray() {
            return Arrays.copyOf(identities, count);
        }
    }
}

package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A load program: reads partition 0 of a topic with an assigned consumer (no group; every setting
/// the client's default), from the beginning, again and again until it has its number of records.
///
/// Arguments: BOOTSTRAP TOPIC RECORDS. Finds `bytes` (of values) and `seconds`.
final class HotReader {
    private static final Duration POLL = Duration.ofMillis(500);

    /// A reader that gets nothing for so long gives up: 20 s.
    private static final int EMPTY_POLLS_MAX = 40;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private long records;
    private long bytes;

    private HotReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
    }

    public static void main(String[] args) {
        long wanted = Long.parseLong(args[2]);
        Map<String, Object> settings = Settings.of("bootstrap.servers=" + args[0]);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            new HotReader(consumer, new TopicPartition(args[1], 0)).read(wanted);
        }
    }

    private void read(long wanted) {
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        long last = consumer.position(partition) - 1;
        consumer.seekToBeginning(List.of(partition));
        Clock clock = Clock.system();
        long startNanos = clock.nanos();
        int emptyPolls = 0;
        while (records < wanted) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
            if (emptyPolls > EMPTY_POLLS_MAX) {
                throw new IllegalStateException("no more records after " + records);
            }
            if (count(polled) == last) {
                consumer.seekToBeginning(List.of(partition));
            }
        }
        System.out.println(Findings.line("bytes", (double) bytes));
        System.out.println(Findings.line("seconds", (clock.nanos() - startNanos) / 1e9));
    }

    /// @return the offset of the last record in `polled`, -1 when there is none
    private long count(ConsumerRecords<byte[], byte[]> polled) {
        long offset = -1;
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            records++;
            bytes += record.value().length;
            offset = record.offset();
        }
        return offset;
    }
}

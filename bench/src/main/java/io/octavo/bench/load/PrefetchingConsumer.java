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

/// A load program: the paper's consumer. One consumer reads all messages of partition 0, each pull
/// fetching "up to 1000 messages or about 200KB".
///
/// Arguments: those of [MessageLoad]. Prints a [Timeline].
final class PrefetchingConsumer {
    private static final Duration POLL = Duration.ofMillis(500);

    /// A reader that gets nothing for so long gives up: 20 s.
    private static final int EMPTY_POLLS_MAX = 40;

    private PrefetchingConsumer() {}

    public static void main(String[] args) throws InterruptedException {
        MessageLoad load = MessageLoad.parse(args);
        Map<String, Object> settings =
                Settings.of(
                        "max.partition.fetch.bytes=200000 max.poll.records=1000 bootstrap.servers="
                                + load.address());
        var bytes = new ByteArrayDeserializer();
        List<TopicPartition> partition = List.of(new TopicPartition(load.destination(), 0));
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            consumer.position(partition.getFirst());
            read(consumer, load);
        }
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, MessageLoad load)
            throws InterruptedException {
        Timeline timeline = Timeline.begin(Clock.system(), load.messages());
        int emptyPolls = 0;
        for (long left = load.messages(); left > 0; ) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
            if (emptyPolls > EMPTY_POLLS_MAX) {
                throw new IllegalStateException(left + " messages did not come");
            }
            for (ConsumerRecord<byte[], byte[]> record : polled) {
                timeline.received(load, record.value());
            }
            left -= polled.count();
        }
        timeline.print();
    }
}

package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The reading half of [SteadyPace], on a thread of its own: an assigned consumer with the client's
/// default settings that follows the end of partition 0 until the last record has come.
///
/// A value begins with the instant the record was due (in [Clock#nanos()] of this process) and its
/// index.
final class ArrivalReader implements Runnable {
    private static final Duration POLL = Duration.ofMillis(500);

    /// Nothing for 20 s: the broker or the sender is gone.
    private static final int EMPTY_POLLS_MAX = 40;

    private final String bootstrap;
    private final TopicPartition partition;
    private final Pace pace;
    private final Clock clock;
    private final Arrivals received;
    private final CountDownLatch positioned = new CountDownLatch(1);
    private final CountDownLatch warm = new CountDownLatch(1);
    private volatile boolean complete;

    ArrivalReader(String bootstrap, String topic, Pace pace, Clock clock) {
        this.bootstrap = bootstrap;
        this.partition = new TopicPartition(topic, 0);
        this.pace = pace;
        this.clock = clock;
        this.received = new Arrivals(pace.countedRecords());
    }

    /// Returns once the reader stands at the partition's beginning (or has failed).
    void awaitPositioned() throws InterruptedException {
        positioned.await();
    }

    /// Returns once all of the warm-up has come (or the reader has failed).
    void awaitWarm() throws InterruptedException {
        warm.await();
    }

    /// The records that count; to be read when the thread has ended.
    ///
    /// @throws IllegalStateException when not every record came
    Arrivals received() {
        if (!complete) {
            throw new IllegalStateException("the reader failed; its own message is above");
        }
        return received;
    }

    @Override
    public void run() {
        Map<String, Object> settings = Settings.of("bootstrap.servers=" + bootstrap);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.position(partition);
            positioned.countDown();
            follow(consumer);
            complete = true;
        } finally {
            positioned.countDown();
            warm.countDown();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        long expected = 0;
        int emptyPolls = 0;
        while (expected < pace.records()) {
            if (expected >= pace.warmUpRecords()) {
                warm.countDown();
            }
            var polled = consumer.poll(POLL);
            long nowNanos = clock.nanos();
            emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
            if (emptyPolls > EMPTY_POLLS_MAX) {
                throw new IllegalStateException("record " + expected + " did not come");
            }
            for (ConsumerRecord<byte[], byte[]> record : polled) {
                ByteBuffer value = ByteBuffer.wrap(record.value());
                long dueNanos = value.getLong();
                long index = value.getLong();
                if (index != expected++) {
                    throw new IllegalStateException("record " + index + " came out of order");
                }
                if (index >= pace.warmUpRecords()) {
                    received.add(dueNanos, nowNanos);
                }
            }
        }
    }
}

package io.octavo.bench.load;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A load program: consumers that read a topic from its beginning until they have, together, their
/// number of records; each has a thread of its own. The clock starts with the first record that
/// comes, so that the forming of a group is not in the speed.
///
/// Arguments: BOOTSTRAP TOPIC RECORDS CONSUMERS GROUPED AGAIN, as in [ReadLoad]. Finds `bytes` (of
/// values), `seconds` and `requests`.
final class Readers {
    private static final Clock CLOCK = Clock.system();
    private static final Duration POLL = Duration.ofMillis(500);

    /// Readers that get nothing for so long give up; a group may take some seconds to form.
    private static final long SILENCE_MS_MAX = 30_000;

    private static final String GROUP = "readers";

    private final String topic;
    private final int consumers;
    private final boolean grouped;
    private final boolean again;
    private final Map<String, Object> settings;
    private final AtomicLong left;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private final DoubleAdder requests = new DoubleAdder();
    private volatile Deadline silence = Deadline.after(CLOCK, SILENCE_MS_MAX);
    private volatile @Nullable Exception failed;

    private Readers(String[] args) {
        topic = args[1];
        left = new AtomicLong(Long.parseLong(args[2]));
        consumers = Integer.parseInt(args[3]);
        grouped = Boolean.parseBoolean(args[4]);
        again = Boolean.parseBoolean(args[5]);
        settings = new HashMap<>(Settings.of("bootstrap.servers=" + args[0]));
        if (grouped) {
            settings.putAll(Settings.of("auto.offset.reset=earliest group.id=" + GROUP));
        }
    }

    public static void main(String[] args) throws InterruptedException {
        Readers all = new Readers(args);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < all.consumers; i++) {
            int index = i;
            threads.add(Thread.ofPlatform().start(() -> all.run(index)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (all.failed != null) {
            throw new IllegalStateException("a consumer failed", all.failed);
        }
        double seconds = (all.lastNanos.get() - all.firstNanos.get()) / 1e9;
        System.out.println(Findings.line("bytes", (double) all.bytes.get()));
        System.out.println(Findings.line("seconds", seconds));
        System.out.println(Findings.line("requests", all.requests.sum()));
    }

    private void run(int index) {
        var bytesReader = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, bytesReader, bytesReader)) {
            if (grouped) {
                consumer.subscribe(List.of(topic));
            } else {
                List<TopicPartition> mine = share(consumer.partitionsFor(topic), index);
                consumer.assign(mine);
                consumer.seekToBeginning(mine);
            }
            read(consumer);
            requests.add(Requests.of("consumer-metrics", consumer.metrics()));
        } catch (RuntimeException e) {
            failed = e;
        }
    }

    private List<TopicPartition> share(List<PartitionInfo> partitions, int index) {
        return partitions.stream()
                .filter(partition -> partition.partition() % consumers == index)
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        while (left.get() > 0 && failed == null) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            long nowNanos = CLOCK.nanos();
            if (polled.isEmpty()) {
                if (silence.passed(CLOCK)) {
                    throw new IllegalStateException("no more records; missing: " + left.get());
                }
                continue;
            }
            silence = Deadline.after(CLOCK, SILENCE_MS_MAX);
            firstNanos.compareAndSet(0, nowNanos);
            lastNanos.accumulateAndGet(nowNanos, Math::max);
            left.addAndGet(-polled.count());
            bytes.addAndGet(valueBytes(polled));
            if (again) {
                beginAgain(consumer, polled, ends);
            }
        }
    }

    private static long valueBytes(ConsumerRecords<byte[], byte[]> polled) {
        long sum = 0;
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            sum += record.value().length;
        }
        return sum;
    }

    /// @param ends the end of each partition, asked for when its first records come
    private static void beginAgain(
            KafkaConsumer<byte[], byte[]> consumer,
            ConsumerRecords<byte[], byte[]> polled,
            Map<TopicPartition, Long> ends) {
        for (TopicPartition partition : polled.partitions()) {
            long end =
                    ends.computeIfAbsent(
                            partition,
                            asked -> consumer.endOffsets(List.of(asked)).getOrDefault(asked, 0L));
            if (polled.records(partition).getLast().offset() + 1 == end) {
                consumer.seekToBeginning(List.of(partition));
            }
        }
    }
}

package io.octavo.system.churn;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A program that is a member of a group by Apache's own client, and says what it does; a line is a
/// monotonic time, a word, an epoch or generation, and partitions:
///
/// ```
/// 123 started -1
/// 123 assigned 5 0 1 2         all that it has now
/// 123 revoked 5 0 1            committed before
/// 123 lost -1 0 1
/// 123 consumed 5 3:100-150     before it commits that
/// ```
///
/// It leaves when it is asked to stop (SIGTERM), and ends when nobody listens.
final class GroupMember implements ConsumerRebalanceListener {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_MAX = Duration.ofSeconds(3);
    private static final Duration LEAVE_MAX = Duration.ofSeconds(3);
    private static final long COMMIT_MS = 300;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CountDownLatch left = new CountDownLatch(1);
    private volatile boolean stops;
    private long committedMs;

    private GroupMember(Map<String, Object> settings) {
        var bytes = new ByteArrayDeserializer();
        consumer = new KafkaConsumer<>(settings, bytes, bytes);
    }

    /// @param arguments the topic, and `name=value` for the consumer
    public static void main(String[] arguments) {
        Map<String, Object> settings = new HashMap<>();
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            String[] setting = argument.split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        GroupMember member = new GroupMember(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(member::stop));
        member.run(arguments[0]);
    }

    private void run(String topic) {
        try {
            consumer.subscribe(List.of(topic), this);
            say("started", -1, "");
            while (!stops && !System.out.checkError()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                process(records);
                if (Clock.system().millis() - committedMs >= COMMIT_MS) {
                    commit();
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(LEAVE_MAX));
            left.countDown();
        }
    }

    private void stop() {
        stops = true;
        try {
            left.await(LEAVE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(ConsumerRecords<byte[], byte[]> records) {
        StringBuilder ranges = new StringBuilder();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            long from = some.getFirst().offset();
            long end = some.getLast().offset() + 1;
            if (end - from != some.size()) {
                say("gap", -1, partition + " " + from + "-" + end + ": " + some.size());
            }
            ranges.append(partition.partition())
                    .append(':')
                    .append(from)
                    .append('-')
                    .append(end)
                    .append(' ');
        }
        if (!ranges.isEmpty()) {
            say("consumed", consumer.groupMetadata().generationId(), ranges.toString());
        }
    }

    /// A commit may be refused: then somebody else goes on from the last one.
    private void commit() {
        try {
            consumer.commitSync(COMMIT_MAX);
        } catch (KafkaException refused) {
            say("refused", -1, refused.toString());
        }
        committedMs = Clock.system().millis();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        say("assigned", consumer.groupMetadata().generationId(), numbers(consumer.assignment()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit();
        say("revoked", consumer.groupMetadata().generationId(), numbers(partitions));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        say("lost", -1, numbers(partitions));
    }

    private static String numbers(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> Integer.toString(partition.partition()))
                .collect(Collectors.joining(" "));
    }

    private static void say(String word, int epoch, String rest) {
        System.out.println(Clock.system().nanos() + " " + word + " " + epoch + " " + rest);
    }
}

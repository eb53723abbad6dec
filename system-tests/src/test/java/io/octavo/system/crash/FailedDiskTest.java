package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.BrokerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fails under a running broker: from one moment on it takes no write and no force.
final class FailedDiskTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final int FAILED_EXIT_CODE = 70;
    private static final long END_WAIT_SECONDS = 20;
    private static final String TOPIC = "spread";
    private static final int PARTITIONS = 4;
    private static final int VALUE_BYTES = 100;
    private static final int ANSWER_MS_MAX = 4_000;

    @TempDir private Path directory;

    @Test
    void aBrokerEndsWithTheDirectoryThatHoldsItsTopics() {
        try (Ext4Image disk = Ext4Image.make(directory, DISK_BYTES);
                BrokerProcess broker = BrokerProcess.start(disk.root().resolve("data"));
                Beside beside = new Beside(broker.address());
                Probe probe = new Probe(broker.address())) {
            beside.create(Probe.TOPIC, 1);
            assertThat(probe.refusal()).isNull();

            disk.cutPower();

            assertThat(probe.refusal()).isNotNull();
            assertThat(broker.child().exitCode(END_WAIT_SECONDS)).isEqualTo(FAILED_EXIT_CODE);
            assertThat(broker.child().output())
                    .contains("nothing in it is acknowledged any more", "octavo: stopped: ")
                    .contains(disk.root().resolve("data") + ": a write failed");
        }
    }

    @Test
    void anotherDirectoryTakesOnlyItsOwnPartitionsOutOfServiceUntilTheNextStart() {
        try (Ext4Image good = Ext4Image.make(directory.resolve("good"), DISK_BYTES);
                Ext4Image disk = Ext4Image.make(directory.resolve("failing"), DISK_BYTES)) {
            Path one = good.root().resolve("one");
            Path two = disk.root().resolve("two");
            BrokerProcess broker =
                    BrokerProcess.start(directory.resolve("unused"), "log.dirs=" + one + "," + two);
            Map<Integer, List<Integer>> acknowledged = new HashMap<>();
            try (Beside beside = new Beside(broker.address())) {
                beside.create(TOPIC, PARTITIONS);
                assertThat(produce(broker, 0, acknowledged)).isEqualTo(PARTITIONS);
                assertThat(partitionsIn(two)).hasSize(PARTITIONS / 2);

                disk.cutPower();

                assertThat(produce(broker, 1, acknowledged)).isEqualTo(PARTITIONS / 2);
                for (int partition : partitionsIn(one)) {
                    beside.look(new TopicPartition(TOPIC, partition));
                }
                assertThat(broker.child().isAlive()).isTrue();
                assertThat(broker.child().output()).contains(two + ": a write failed");

                broker.child().stop();
                disk.mountAgain();
                broker = broker.restart();
                assertThat(produce(broker, 2, acknowledged)).isEqualTo(PARTITIONS);
                List<TopicPartition> all = Crashes.partitions(TOPIC, PARTITIONS).toList();
                try (Reading reading = new Reading(broker.address(), all)) {
                    reading.toEnd();
                    for (TopicPartition read : all) {
                        assertThat(reading.identities(read))
                                .containsSubsequence(
                                        acknowledged
                                                .getOrDefault(read.partition(), List.of())
                                                .stream()
                                                .mapToLong(value -> value)
                                                .toArray());
                    }
                }
            } finally {
                broker.close();
            }
        }
    }

    /// Sends a record to each partition.
    ///
    /// @param acknowledged the numbers of those that were, by partition
    /// @return how many were acknowledged now
    private static int produce(
            BrokerProcess broker, int number, Map<Integer, List<Integer>> acknowledged) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "acks",
                        "all",
                        "linger.ms",
                        0,
                        "request.timeout.ms",
                        ANSWER_MS_MAX / 2,
                        "delivery.timeout.ms",
                        ANSWER_MS_MAX);
        int now = 0;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                byte[] value = Sent.value(0, number, VALUE_BYTES);
                sent.add(producer.send(new ProducerRecord<>(TOPIC, partition, null, value)));
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                try {
                    sent.get(partition).get();
                    acknowledged.computeIfAbsent(partition, _ -> new ArrayList<>()).add(number);
                    now++;
                } catch (ExecutionException refused) {
                    assertThat(refused).hasCauseInstanceOf(RetriableException.class);
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return now;
    }

    private static List<Integer> partitionsIn(Path root) {
        return IntStream.range(0, PARTITIONS)
                .filter(partition -> Files.exists(root.resolve(TOPIC + "-" + partition)))
                .boxed()
                .toList();
    }
}

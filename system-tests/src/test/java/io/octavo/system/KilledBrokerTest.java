package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerConfig;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.Position;
import io.octavo.client.Producer;
import io.octavo.client.ProducerConfig;
import io.octavo.client.ProducerRecord;
import io.octavo.client.TopicPartition;
import io.octavo.client.Written;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker that is killed while our producer writes, and started again.
final class KilledBrokerTest {
    private static final String TOPIC = "killed";
    private static final int PARTITIONS = 3;
    private static final int KILLS = 3;
    private static final int RECORDS_BETWEEN = 5_000;
    private static final long POLL_MS = 1_000;

    @TempDir private Path directory;

    @Test
    void everyRecordIsThereOnceAndInOrder() {
        BrokerProcess broker = BrokerProcess.start(directory.resolve("data"));
        List<CompletableFuture<Written>> written = new ArrayList<>();
        try (Client client = Client.open(ClientConfig.of(broker.address()))) {
            new Admin(client).createTopic(TOPIC, PARTITIONS, 1, Map.of());
            try (Producer producer = new Producer(client, ProducerConfig.defaults())) {
                for (int kill = 0; kill < KILLS; kill++) {
                    send(producer, written);
                    written.get(written.size() - RECORDS_BETWEEN / 2).join();
                    broker.child().kill();
                    send(producer, written);
                    broker = broker.restart();
                }
            }

            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(read(client, partition)).isEqualTo(numbers(partition, written.size()));
            }
            assertThat(written).allMatch(one -> !one.isCompletedExceptionally());
            broker.child().stop();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Path> segments = DumpedLog.files(broker, TOPIC + "-" + partition, ".log");
                DumpedLog.verify("after recoveries", segments, List.of());
            }
        } finally {
            broker.close();
        }
    }

    private static void send(Producer producer, List<CompletableFuture<Written>> written) {
        for (int i = 0; i < RECORDS_BETWEEN; i++) {
            int number = written.size();
            ByteBuffer value = ByteBuffer.allocate(Integer.BYTES).putInt(0, number);
            written.add(
                    producer.send(
                            new ProducerRecord(
                                    TOPIC,
                                    number % PARTITIONS,
                                    ProducerRecord.NOW,
                                    null,
                                    value,
                                    List.of())));
        }
    }

    private static List<Integer> read(Client client, int index) {
        TopicPartition partition = new TopicPartition(TOPIC, index);
        List<Integer> numbers = new ArrayList<>();
        try (Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            long end =
                    consumer.offsets(Map.of(partition, Position.END)).getOrDefault(partition, -1L);
            consumer.seek(partition, Position.BEGINNING);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord record : consumer.poll(POLL_MS)) {
                    ByteBuffer value = record.value();
                    numbers.add(value == null ? -1 : value.getInt(value.position()));
                }
            }
        }
        return numbers;
    }

    private static List<Integer> numbers(int partition, int end) {
        return IntStream.range(0, end).filter(n -> n % PARTITIONS == partition).boxed().toList();
    }
}

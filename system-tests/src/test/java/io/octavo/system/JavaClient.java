package io.octavo.system;

import io.octavo.ports.Clock;
import io.octavo.system.Message.Line;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Apache's own Java client, with its own defaults: an idempotent producer, `acks=all`.
final class JavaClient implements StockClient {
    private static final long READ_WAIT_MS = 30_000;

    /// Creates topics and waits until they are there.
    static void create(String address, List<NewTopic> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("topics were not created", e);
        }
    }

    @Override
    public void produce(String address, String topic, LogFile file, Codec codec, boolean keyed) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "compression.type", codec.toString());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < file.lines().size(); i++) {
                byte[] value = file.lines().get(i).bytes();
                ProducerRecord<byte[], byte[]> record =
                        keyed
                                ? new ProducerRecord<>(topic, utf8(Integer.toString(i)), value)
                                : new ProducerRecord<>(topic, value);
                if (keyed) {
                    record.headers().add("from", utf8(file.name()));
                }
                sent.add(producer.send(record));
            }
        }
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(topic + ": a record was not acknowledged", e);
        }
    }

    @Override
    public List<Message> consume(String address, String topic) {
        return consume(address, topic, "read_uncommitted");
    }

    /// The records that a consumer of an isolation level gets.
    List<Message> consume(String address, String topic, String isolationLevel) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        address,
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        isolationLevel);
        List<Message> messages = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(one -> new TopicPartition(topic, one.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = Clock.system().millis() + READ_WAIT_MS;
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                if (Clock.system().millis() > deadline) {
                    throw new AssertionError(topic + ": read " + messages.size() + " to " + ends);
                }
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(READ_WAIT_MS))) {
                    messages.add(message(record));
                }
            }
        }
        return messages;
    }

    private static Message message(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder header = new StringBuilder();
        for (Header one : record.headers()) {
            header.append(one.key()).append('=').append(text(one.value()));
        }
        byte[] key = record.key();
        return new Message(
                record.partition(),
                record.offset(),
                key == null ? null : text(key),
                new Line(record.value()),
                header.toString());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What goes on beside producing: a stock consumer, and a stock admin client.
final class Beside implements AutoCloseable {
    private static final String MADE = "made";
    private static final int ANSWER_MS_MAX = 10_000;

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Beside(String address) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers", address,
                        "request.timeout.ms", ANSWER_MS_MAX,
                        "default.api.timeout.ms", ANSWER_MS_MAX);
        admin = Admin.create(settings);
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void create(String topic, int partitions) {
        await(
                "create " + topic,
                () ->
                        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                                .all()
                                .get());
    }

    void delete(String topic) {
        await("delete " + topic, () -> admin.deleteTopics(List.of(topic)).all().get());
    }

    /// Reads from the beginning of `partition`; lists, describes, makes, alters and deletes topics.
    /// All of it must work.
    void round(TopicPartition partition) {
        look(partition);
        change();
    }

    /// Reads from the beginning of `partition`; lists and describes topics.
    void look(TopicPartition partition) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long deadline = Clock.system().millis() + ANSWER_MS_MAX;
        while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
            assertThat(Clock.system().millis()).as("nothing is read").isLessThan(deadline);
        }
        String topic = partition.topic();
        await("list topics", () -> assertThat(admin.listTopics().names().get()).contains(topic));
        await(
                "describe topics",
                () ->
                        assertThat(admin.describeTopics(List.of(topic)).allTopicNames().get())
                                .containsKey(topic));
    }

    private void change() {
        create(MADE, 2);
        await(
                "alter a topic",
                () ->
                        admin.incrementalAlterConfigs(
                                        Map.of(
                                                new ConfigResource(ConfigResource.Type.TOPIC, MADE),
                                                List.of(
                                                        new AlterConfigOp(
                                                                new ConfigEntry(
                                                                        "segment.bytes", "2000000"),
                                                                AlterConfigOp.OpType.SET))))
                                .all()
                                .get());
        delete(MADE);
    }

    @Override
    public void close() {
        admin.close();
        consumer.close();
    }

    private static void await(String what, Request request) {
        try {
            request.run();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(what, e);
        }
    }

    private interface Request {
        void run() throws ExecutionException, InterruptedException;
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.client.Written;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.Header;
import io.octavo.system.Message.Line;
import io.octavo.system.StockClient.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our own client against a broker, and against what Kafka's client writes and reads there.
final class OwnClientTest {
    private static final long POLL_MS = 1_000;

    @TempDir private static Path directory;

    private static BrokerProcess broker;
    private static Client client;
    private static Admin admin;

    @BeforeAll
    static void startABroker() {
        broker = BrokerProcess.start(directory.resolve("data"));
        client = Client.open(ClientConfig.of(broker.address()));
        admin = new Admin(client);
    }

    @AfterAll
    static void stopIt() {
        client.close();
        broker.close();
    }

    @ParameterizedTest
    @EnumSource
    void kafkasClientReadsWhatItWrites(Codec codec) {
        LogFile file = file();
        String topic = "written-" + codec;
        admin.createTopic(topic, 1, Admin.BROKER_DEFAULT, Map.of());

        write(topic, file, codec);

        List<Message> read = new JavaClient().consume(broker.address(), topic);
        assertThat(read).isEqualTo(messages(file));
    }

    @ParameterizedTest
    @EnumSource
    void itReadsWhatKafkasClientWrites(Codec codec) {
        LogFile file = file();
        String topic = "read-" + codec;
        admin.createTopic(topic, 1, Admin.BROKER_DEFAULT, Map.of());

        new JavaClient().produce(broker.address(), topic, file, codec, true);

        assertThat(read(topic, Position.BEGINNING)).isEqualTo(messages(file));
    }

    @Test
    void everyPositionIsWhereItSays() {
        LogFile file = file();
        String topic = "positions";
        TopicPartition partition = new TopicPartition(topic, 0);
        admin.createTopic(topic, 1, Admin.BROKER_DEFAULT, Map.of());
        Producer producer = new Producer(client, ProducerConfig.defaults());
        for (int i = 0; i < file.lines().size(); i++) {
            var _ =
                    producer.send(
                            new ProducerRecord(
                                    topic, 0, 1_000_000 + i, null, value(file, i), List.of()));
        }
        producer.close();
        long end = file.lines().size();
        List<Message> all = messages(file);

        assertThat(offset(partition, Position.BEGINNING)).isZero();
        assertThat(offset(partition, Position.END)).isEqualTo(end);
        for (long offset = 0; offset < end; offset += end / 7) {
            assertThat(offset(partition, Position.since(1_000_000 + offset))).isEqualTo(offset);
            List<Message> read = read(topic, Position.at(offset));
            assertThat(read).hasSize((int) (end - offset));
            assertThat(read.get(0).line()).isEqualTo(all.get((int) offset).line());
        }
        assertThat(offset(partition, Position.since(2_000_000 + end))).isEqualTo(end);
    }

    @Test
    void aTopicIsCreatedDescribedChangedAndDeleted() {
        String topic = "administered";
        admin.createTopic(topic, 2, 1, Map.of("retention.ms", "12345678"));

        assertThat(admin.describeTopic(topic).partitions())
                .extracting(Admin.PartitionDescription::index)
                .containsExactly(0, 1);
        assertThat(setting(topic, "retention.ms").value()).isEqualTo("12345678");
        assertThat(setting(topic, "retention.ms").source()).isEqualTo(Admin.Source.TOPIC);

        admin.addPartitions(topic, 5);
        Map<String, @Nullable String> changes = new HashMap<>();
        changes.put("retention.ms", null);
        changes.put("segment.bytes", "2097152");
        admin.alterTopic(topic, changes);

        assertThat(admin.describeTopic(topic).partitions()).hasSize(5);
        assertThat(setting(topic, "retention.ms").source()).isEqualTo(Admin.Source.DEFAULT);
        assertThat(setting(topic, "segment.bytes").value()).isEqualTo("2097152");
        assertThat(admin.listTopics(false))
                .extracting(Admin.TopicDescription::name)
                .contains(topic);

        admin.deleteTopic(topic);

        assertThat(codeOf(() -> admin.deleteTopic(topic)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aWrongRequestIsRefusedInTheBrokersWords() {
        admin.createTopic("taken", 1, 1, Map.of());

        assertThat(codeOf(() -> admin.createTopic("taken", 1, 1, Map.of())))
                .isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(codeOf(() -> admin.createTopic("not a name", 1, 1, Map.of())))
                .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(codeOf(() -> admin.createTopic("t", 1, 1, Map.of("no.such", "1"))))
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(codeOf(() -> admin.addPartitions("taken", 1)))
                .isEqualTo(ErrorCode.INVALID_PARTITIONS);
    }

    @Test
    void theClusterNamesItsBrokers() {
        Admin.ClusterDescription cluster = admin.cluster();

        assertThat(cluster.id()).isNotEmpty();
        assertThat(cluster.brokers()).hasSize(1);
        assertThat(cluster.brokers().get(0).endpoint()).hasToString(broker.address());
        assertThat(admin.brokerSettings(cluster.brokers().get(0).id())).isNotEmpty();
    }

    private static void write(String topic, LogFile file, Codec codec) {
        ProducerConfig config =
                ProducerConfig.defaults()
                        .withCompression(
                                Compression.valueOf(codec.name()), Compression.DEFAULT_LEVEL);
        List<CompletableFuture<Written>> written = new ArrayList<>();
        try (Producer producer = new Producer(client, config)) {
            for (int i = 0; i < file.lines().size(); i++) {
                List<Header> headers = List.of(new Header("from", utf8(file.name())));
                written.add(
                        producer.send(
                                new ProducerRecord(
                                        topic,
                                        ProducerRecord.ANY_PARTITION,
                                        ProducerRecord.NOW,
                                        utf8(Integer.toString(i)),
                                        value(file, i),
                                        headers)));
            }
        }
        for (int i = 0; i < written.size(); i++) {
            assertThat(written.get(i).join().offset()).isEqualTo(i);
        }
    }

    private static List<Message> read(String topic, Position from) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long end = offset(partition, Position.END);
        List<Message> messages = new ArrayList<>();
        try (Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            consumer.seek(partition, from);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord record : consumer.poll(POLL_MS)) {
                    StringBuilder header = new StringBuilder();
                    record.headers()
                            .forEach(h ->
                                    header.append(h.key()).append('=').append(text(h.value())));
                    messages.add(
                            new Message(
                                    record.partition().partition(),
                                    record.offset(),
                                    text(record.key()),
                                    new Line(bytes(record.value())),
                                    header.toString()));
                }
            }
        }
        return messages;
    }

    private static List<Message> messages(LogFile file) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < file.lines().size(); i++) {
            messages.add(
                    new Message(
                            0, i, Integer.toString(i), file.lines().get(i), "from=" + file.name()));
        }
        return messages;
    }

    private static LogFile file() {
        return LogFile.all(directory).get(0);
    }

    private static long offset(TopicPartition partition, Position position) {
        return admin.offsets(Map.of(partition, position)).getOrDefault(partition, -1L);
    }

    private static Admin.Setting setting(String topic, String name) {
        return admin.topicSettings(topic).stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ErrorCode codeOf(Runnable call) {
        ErrorCode[] code = {ErrorCode.NONE};
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(Refused.class, refused -> code[0] = refused.code());
        return code[0];
    }

    private static ByteBuffer value(LogFile file, int line) {
        return ByteBuffer.wrap(file.lines().get(line).bytes());
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(@Nullable ByteBuffer buffer) {
        byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
        if (buffer != null) {
            buffer.get(buffer.position(), bytes);
        }
        return bytes;
    }

    private static @Nullable String text(@Nullable ByteBuffer buffer) {
        return buffer == null ? null : new String(bytes(buffer), StandardCharsets.UTF_8);
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A machine on which the codecs' native code cannot be unpacked: there is no directory for
/// temporary files, as where the root file system is read-only.
final class MissingCodecTest {
    private static final long TIME = 1_700_000_000_000L;
    private static final long SECONDS_MAX = 60;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "snappy"})
    void whatNeedsTheCodecIsRefusedAndAllElseGoesOn(String codec) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        String options = "-Djava.io.tmpdir=" + file.resolve("none");
        try (OctavoProcess broker = OctavoProcess.startWith(options, directory.resolve("data"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            NewTopic compacted = new NewTopic("compacted", 1, (short) 1);
            admin.createTopics(
                            List.of(
                                    compacted.configs(Map.of("cleanup.policy", "compact")),
                                    new NewTopic("plain", 1, (short) 1)))
                    .all()
                    .get();

            assertThatThrownBy(() -> send(broker, codec, "compacted"))
                    .hasCauseInstanceOf(UnsupportedCompressionTypeException.class)
                    .hasMessageContaining(codec + " is not to be had here");
            assertThat(send(broker, codec, "plain").offset()).isZero();
            TopicPartition plain = new TopicPartition("plain", 0);
            assertThat(
                            admin.listOffsets(Map.of(plain, OffsetSpec.forTimestamp(TIME)))
                                    .partitionResult(plain)
                                    .get()
                                    .offset())
                    .isZero();

            assertThat(send(broker, "none", "compacted").offset()).isZero();
            assertThat(broker.child().isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "snappy"})
    void whoNeedsTheCodecForItselfIsToldSo(String codec) throws Exception {
        Path lines = Files.writeString(directory.resolve("lines"), "one\ntwo\n");
        String options = "-Djava.io.tmpdir=" + lines.resolve("none");
        try (OctavoProcess broker = OctavoProcess.start(directory.resolve("whole"))) {
            List<String> at = List.of("--bootstrap", broker.address());
            List<String> create = new ArrayList<>(List.of("topic", "create", "plain", "-p", "1"));
            create.addAll(at);
            assertThat(OctavoProcess.octavo(create).exitCode(SECONDS_MAX)).isZero();
            List<String> produce = new ArrayList<>(List.of("produce", "plain", "-z", codec));
            produce.addAll(List.of("--file", lines.toString()));
            produce.addAll(at);

            Child unwritten = OctavoProcess.octavo(produce, options);
            assertThat(unwritten.exitCode(SECONDS_MAX)).as(unwritten.output()).isEqualTo(1);
            assertThat(unwritten.output()).contains(codec + " is not to be had here");

            assertThat(OctavoProcess.octavo(produce).exitCode(SECONDS_MAX)).isZero();
            List<String> consume = new ArrayList<>(List.of("consume", "plain"));
            consume.addAll(at);
            Child unread = OctavoProcess.octavo(consume, options);
            assertThat(unread.exitCode(SECONDS_MAX)).as(unread.output()).isEqualTo(1);
            assertThat(unread.output()).contains(codec + " is not to be had here");
        }
    }

    private static RecordMetadata send(OctavoProcess broker, String codec, String topic)
            throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "compression.type",
                        codec,
                        "enable.idempotence",
                        false);
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(topic, 0, TIME, text, text))
                    .get(20, TimeUnit.SECONDS);
        }
    }
}

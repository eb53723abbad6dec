package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.StockClient.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tools that ship with Apache Kafka work against the broker, and accept the files that it
/// writes.
final class StockToolsTest {
    /// The smallest segment that Kafka's own validation allows.
    private static final int SEGMENT_BYTES = 1 << 20;

    private static final int ROUNDS_THAT_ROLL_SEGMENTS = 4;

    @TempDir private Path directory;
    private BrokerProcess broker;

    @BeforeEach
    void startTheBroker() {
        broker = BrokerProcess.start(directory.resolve("data"));
    }

    @AfterEach
    void stopTheBroker() {
        broker.close();
    }

    @Test
    void kafkaTopicsCreatesListsDescribesAltersAndDeletes() {
        KafkaTool.TOPICS.against(
                broker,
                "--create",
                "--topic",
                "tools",
                "--partitions",
                "3",
                "--config",
                "retention.ms=3600000");
        assertThat(KafkaTool.TOPICS.against(broker, "--list")).contains("tools");
        assertThat(KafkaTool.TOPICS.against(broker, "--describe", "--topic", "tools"))
                .contains("PartitionCount: 3", "ReplicationFactor: 1", "retention.ms=3600000")
                .containsPattern("Partition: 2\\s+Leader: \\d+\\s+Replicas: \\d+\\s+Isr: \\d+");
        KafkaTool.TOPICS.against(broker, "--alter", "--topic", "tools", "--partitions", "5");
        assertThat(KafkaTool.TOPICS.against(broker, "--describe", "--topic", "tools"))
                .contains("PartitionCount: 5");
        KafkaTool.TOPICS.against(broker, "--delete", "--topic", "tools");
        assertThat(KafkaTool.TOPICS.against(broker, "--list")).doesNotContain("tools");
    }

    @Test
    void kafkaConfigsAltersAndDescribesTopicsAndBrokers() {
        KafkaTool.TOPICS.against(broker, "--create", "--topic", "tools");
        String[] topic = {"--entity-type", "topics", "--entity-name", "tools"};
        configs(topic, "--alter", "--add-config", "retention.ms=7200000,cleanup.policy=delete");
        assertThat(configs(topic, "--describe"))
                .contains("retention.ms=7200000", "DYNAMIC_TOPIC_CONFIG:retention.ms=7200000");
        configs(topic, "--alter", "--delete-config", "retention.ms");
        assertThat(configs(topic, "--describe"))
                .contains("cleanup.policy=delete")
                .doesNotContain("retention.ms");
        assertThat(configs(topic, "--describe", "--all"))
                .contains("retention.ms=604800000", "segment.bytes=1073741824");
        String[] node = {"--entity-type", "brokers", "--entity-name", "1"};
        assertThat(configs(node, "--describe", "--all"))
                .contains("log.retention.hours=168", "DEFAULT_CONFIG:log.retention.hours=168");
    }

    @Test
    void theConsoleProducersLinesAreCountedAndReadBack() throws IOException {
        KafkaTool.TOPICS.against(broker, "--create", "--topic", "lines", "--partitions", "1");
        Path input = Files.writeString(directory.resolve("input"), "one\ntwo\nthree\n");
        KafkaTool.CONSOLE_PRODUCER.against(broker, input, "--topic", "lines");
        assertThat(KafkaTool.GET_OFFSETS.against(broker, "--topic", "lines")).contains("lines:0:3");
        assertThat(KafkaTool.GET_OFFSETS.against(broker, "--topic", "lines", "--time", "earliest"))
                .contains("lines:0:0");
        assertThat(
                        KafkaTool.GET_OFFSETS.against(
                                broker, "--topic", "lines", "--time", "max-timestamp"))
                .containsPattern("lines:0:\\d");
        String[] fromTheSecond = {
            "--topic", "lines", "--partition", "0", "--offset", "1", "--max-messages", "2"
        };
        assertThat(KafkaTool.CONSOLE_CONSUMER.against(broker, fromTheSecond))
                .contains("two\nthree");
    }

    @Test
    void kafkaDumpLogFindsNothingWrongInRolledSegmentsAndAfterACleanStop() {
        for (Codec codec : List.of(Codec.NONE, Codec.LZ4)) {
            KafkaTool.TOPICS.against(
                    broker,
                    "--create",
                    "--topic",
                    "rolled-" + codec,
                    "--partitions",
                    "1",
                    "--config",
                    "segment.bytes=" + SEGMENT_BYTES);
        }
        for (int round = 0; round < ROUNDS_THAT_ROLL_SEGMENTS; round++) {
            StockClient client = round % 2 == 0 ? new JavaClient() : new Kcat(directory);
            for (LogFile file : LogFile.all(directory)) {
                client.produce(broker.address(), "rolled-none", file, Codec.NONE, false);
                client.produce(broker.address(), "rolled-lz4", file, Codec.LZ4, true);
            }
        }
        List<Path> segments = DumpedLog.files(broker, "rolled-none-0", ".log");
        assertThat(segments).as("segments").hasSizeGreaterThan(2);
        DumpedLog.verify("while running", segments.subList(0, segments.size() - 1), List.of());

        assertThat(broker.child().stop()).as(broker.child().output()).isIn(0, 143);
        for (String partition : List.of("rolled-none-0", "rolled-lz4-0")) {
            List<Path> snapshots = DumpedLog.files(broker, partition, ".snapshot");
            assertThat(snapshots).as("snapshots").isNotEmpty();
            DumpedLog.verify(
                    "after a clean stop", DumpedLog.files(broker, partition, ".log"), snapshots);
        }
    }

    private String configs(String[] entity, String... arguments) {
        return KafkaTool.CONFIGS.against(
                broker,
                Stream.concat(Stream.of(entity), Stream.of(arguments)).toArray(String[]::new));
    }
}

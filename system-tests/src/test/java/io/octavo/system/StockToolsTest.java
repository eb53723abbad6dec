package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.StockClient.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern INDEX_ENTRY = Pattern.compile("offset: \\d+ position: \\d+");
    private static final Pattern TIME_ENTRY = Pattern.compile("timestamp: \\d+ offset: \\d+");
    private static final Pattern PRODUCER = Pattern.compile("^producerId: \\d+", Pattern.MULTILINE);
    private static final Pattern BATCH = Pattern.compile("baseOffset: \\d+ .*isvalid: true");

    /// The tool of Kafka 4.3 says of every segment's first batch that offset -1 comes before it; a
    /// gap shows between offsets that exist.
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "isvalid: false|Mismatches in|mismatch in|out of order|not found in the log|"
                            + " \\d+ is followed by|invalid bytes|Exception|corrupt",
                    Pattern.CASE_INSENSITIVE);

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
        List<Path> segments = files("rolled-none-0", ".log");
        assertThat(segments).as("segments").hasSizeGreaterThan(2);
        verify("while running", segments.subList(0, segments.size() - 1), List.of());

        assertThat(broker.child().stop()).as(broker.child().output()).isIn(0, 143);
        for (String partition : List.of("rolled-none-0", "rolled-lz4-0")) {
            List<Path> snapshots = files(partition, ".snapshot");
            assertThat(snapshots).as("snapshots").isNotEmpty();
            verify("after a clean stop", files(partition, ".log"), snapshots);
        }
    }

    private String configs(String[] entity, String... arguments) {
        return KafkaTool.CONFIGS.against(
                broker,
                Stream.concat(Stream.of(entity), Stream.of(arguments)).toArray(String[]::new));
    }

    /// The files of a partition with this suffix, oldest first.
    private List<Path> files(String partition, String suffix) {
        try (Stream<Path> files = Files.list(broker.logDirectory().resolve(partition))) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has Kafka's tool read these segments, every record of them, and each index entry against the
    /// batch it points to.
    private static void verify(String when, List<Path> segments, List<Path> snapshots) {
        List<String> files = new ArrayList<>();
        for (Path segment : segments) {
            String name = segment.toString().replaceFirst("\\.log$", "");
            files.addAll(List.of(name + ".log", name + ".index", name + ".timeindex"));
        }
        snapshots.forEach(snapshot -> files.add(snapshot.toString()));
        String said = KafkaTool.DUMP_LOG.on("--deep-iteration", "--files", String.join(",", files));
        assertThat(COMPLAINT.matcher(said).results().map(r -> line(said, r.start())).toList())
                .as(when)
                .isEmpty();
        System.out.printf(
                "kafka-dump-log %s: %d segments, %d batches, %d + %d index entries, %d producers%n",
                when,
                segments.size(),
                count(BATCH, said),
                count(INDEX_ENTRY, said),
                count(TIME_ENTRY, said),
                count(PRODUCER, said));
        assertThat(count(BATCH, said)).isGreaterThan(segments.size());
    }

    private static long count(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().count();
    }

    private static String line(String text, int at) {
        int end = text.indexOf('\n', at);
        return text.substring(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length() : end);
    }
}

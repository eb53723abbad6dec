package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A topic that is compacted under stock clients: what Kafka's consumer makes of it is the same
/// before and after, and Kafka's tool reads every segment.
///
/// Record number `n` is at offset `n`, and its key and value follow from `n`, so that nothing has
/// to be remembered of ten million of them.
final class CompactedTopicTest {
    private static final String TOPIC = "compacted";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final long WAIT_MS = 600_000;
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final int TOMBSTONES_OF = 10;
    private static final int NONE = -1;
    private static final int DEEP_RECORDS_MAX = 1_000_000;
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "isvalid: false|mismatch|out of order|not found in the log|invalid bytes"
                            + "|exception|corrupt",
                    Pattern.CASE_INSENSITIVE);

    @TempDir private Path directory;

    @Test
    void theLastRecordOfEachKeyIsLeftAfterManyPassesOfASmallMap() {
        compactedIsTheSame(150_000, 15_000, 128 << 10, 1 << 20);
    }

    @Test
    @Tag("soak")
    void tenMillionRecordsOfAMillionKeysAreCompactedWithAMapOf64MiB() {
        compactedIsTheSame(10_000_000, 1_000_000, 64 << 20, 64 << 20);
    }

    private void compactedIsTheSame(int records, int keys, int mapBytes, int segmentBytes) {
        try (OctavoProcess broker =
                OctavoProcess.start(
                        directory.resolve("data"),
                        "log.cleaner.backoff.ms=200",
                        "log.cleaner.dedupe.buffer.size=" + mapBytes)) {
            create(broker, segmentBytes);
            produce(broker, 0, records, keys);
            int[] before = state(consume(broker, records, keys), keys);
            long beganMs = Clock.system().millis();
            compact(broker);
            long firstEnd = awaitCompacted(broker);
            long tookMs = Clock.system().millis() - beganMs;

            BitSet left = consume(broker, records, keys);
            assertThat(state(left, keys)).isEqualTo(before);
            // A second pass may find tombstones of the first past their time already.
            assertLastOfEachKey(left, (int) firstEnd, keys, passes(broker) == 1);

            int end = records;
            do {
                produce(broker, end, end + records / 5, keys);
                end += records / 5;
            } while (activeBase(broker) == firstEnd);
            long secondEnd = awaitCompacted(broker);
            BitSet leftThen = consume(broker, end, keys);
            BitSet all = new BitSet();
            all.set(0, end);
            assertThat(state(leftThen, keys)).isEqualTo(state(all, keys));
            assertLastOfEachKey(leftThen, (int) secondEnd, keys, false);
            for (int n = leftThen.nextSetBit(0); n < firstEnd; n = leftThen.nextSetBit(n + 1)) {
                assertThat(isTombstone(n)).as("tombstone %s is past its time", n).isFalse();
            }

            assertThat(broker.child().stop()).as(broker.child().output()).isIn(0, 143);
            verifyWithKafkasTool(broker, records < DEEP_RECORDS_MAX);
            keep(
                    "%,d records of %,d keys, map of %,d bytes: %,d left below offset %,d after %d"
                                    .formatted(
                                            records,
                                            keys,
                                            mapBytes,
                                            left.get(0, (int) firstEnd).cardinality(),
                                            firstEnd,
                                            passes(broker))
                            + " passes in all, the first part in "
                            + tookMs
                            + " ms; state, order, offsets and tombstones are right");
        }
    }

    /// Below `end` there is the last record of each key and no other; all else is untouched.
    private static void assertLastOfEachKey(BitSet left, int end, int keys, boolean tombstones) {
        int[] last = new int[keys];
        Arrays.fill(last, NONE);
        for (int n = 0; n < end; n++) {
            last[key(n, keys)] = n;
        }
        for (int n = left.nextSetBit(0); n >= 0 && n < end; n = left.nextSetBit(n + 1)) {
            assertThat(last[key(n, keys)]).isEqualTo(n);
        }
        for (int n : last) {
            if (n != NONE && (tombstones || !isTombstone(n))) {
                assertThat(left.get(n)).as("record %s", n).isTrue();
            }
        }
    }

    /// The last record of each key that is no tombstone, as a consumer keeps it.
    private static int[] state(BitSet seen, int keys) {
        int[] state = new int[keys];
        Arrays.fill(state, NONE);
        for (int n = seen.nextSetBit(0); n >= 0; n = seen.nextSetBit(n + 1)) {
            state[key(n, keys)] = isTombstone(n) ? NONE : n;
        }
        return state;
    }

    private static int key(int n, int keys) {
        return (int) Math.floorMod((n * 0x9E3779B97F4A7C15L) >>> 20, (long) keys);
    }

    private static boolean isTombstone(int n) {
        return Math.floorMod((n * 0xC2B2AE3D27D4EB4FL) >>> 24, (long) TOMBSTONES_OF) == 0;
    }

    private static void create(OctavoProcess broker, int segmentBytes) {
        NewTopic topic = new NewTopic(TOPIC, 1, (short) 1);
        topic.configs(
                Map.of(
                        "segment.bytes",
                        Integer.toString(segmentBytes),
                        "min.cleanable.dirty.ratio",
                        "0.01",
                        "delete.retention.ms",
                        "1"));
        JavaClient.create(broker.address(), List.of(topic));
    }

    /// Only now, so that a consumer has seen all records before.
    private static void compact(OctavoProcess broker) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        AlterConfigOp compacted =
                new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(compacted))).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("the topic was not altered", e);
        }
    }

    private static void produce(OctavoProcess broker, int from, int to, int keys) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "compression.type",
                        "lz4",
                        "linger.ms",
                        "5",
                        "batch.size",
                        "65536");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int n = from; n < to; n++) {
                byte[] value = isTombstone(n) ? null : bytes(n);
                var _ = producer.send(new ProducerRecord<>(TOPIC, 0, bytes(key(n, keys)), value));
            }
        }
    }

    /// Reads the partition; every record has to be as it was written, and in its place.
    ///
    /// @return the numbers of the records there are
    private static BitSet consume(OctavoProcess broker, int end, int keys) {
        BitSet seen = new BitSet(end);
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            assertThat(consumer.endOffsets(List.of(PARTITION)))
                    .containsEntry(PARTITION, (long) end);
            long deadlineMs = Clock.system().millis() + WAIT_MS;
            long last = -1;
            while (consumer.position(PARTITION) < end) {
                assertThat(Clock.system().millis()).isLessThan(deadlineMs);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    int n = (int) record.offset();
                    if (record.offset() <= last
                            || ByteBuffer.wrap(record.key()).getInt() != key(n, keys)
                            || (record.value() == null) != isTombstone(n)
                            || (record.value() != null
                                    && ByteBuffer.wrap(record.value()).getInt() != n)) {
                        throw new AssertionError("another record at offset " + n);
                    }
                    last = n;
                    seen.set(n);
                }
            }
        }
        return seen;
    }

    /// @return where the active segment begins, to which the log is compacted then
    private static long awaitCompacted(OctavoProcess broker) {
        long active = activeBase(broker);
        broker.child()
                .awaitLine(
                        line -> line.contains("is compacted to offset " + active + ":"), WAIT_MS);
        return active;
    }

    /// The first offset of the segment that is written to, which is not compacted.
    private static long activeBase(OctavoProcess broker) {
        String name = segments(broker).getLast().getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    private static long passes(OctavoProcess broker) {
        Matcher passes = Pattern.compile("is compacted to offset").matcher(broker.child().output());
        return passes.results().count();
    }

    /// @param deep whether each record is read too, of which the tool says a line
    private static void verifyWithKafkasTool(OctavoProcess broker, boolean deep) {
        for (Path log : segments(broker)) {
            String files = log + "," + log.toString().replaceFirst("\\.log$", ".index");
            String said =
                    deep
                            ? KafkaTool.DUMP_LOG.on("--deep-iteration", "--files", files)
                            : KafkaTool.DUMP_LOG.on("--files", files);
            assertThat(COMPLAINT.matcher(said).results().map(MatchResult::group).toList())
                    .as("what kafka-dump-log says of %s", log)
                    .isEmpty();
            // Of the first segment nothing may be left.
            assertThat(said.contains("baseOffset: ")).isEqualTo(log.toFile().length() > 0);
        }
    }

    private static List<Path> segments(OctavoProcess broker) {
        try (Stream<Path> files = Files.list(broker.data().resolve(TOPIC + "-0"))) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Prints it, and behind -Psoak writes it to docs/evidence.
    private static void keep(String line) {
        System.out.println("compaction: " + line);
        String evidence = System.getProperty("octavo.evidence", "");
        if (!evidence.isEmpty()) {
            try {
                Files.createDirectories(Path.of(evidence));
                Files.writeString(Path.of(evidence, "compaction.txt"), line + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, number).array();
    }
}

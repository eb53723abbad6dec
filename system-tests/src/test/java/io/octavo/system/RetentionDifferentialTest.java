package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records are deleted, found by their time, and refused for it, as by Apache Kafka; and what
/// retention leaves is what Kafka's tools expect.
final class RetentionDifferentialTest {
    private static final long SEED = 20260201;
    private static final byte TOPIC = 2;
    private static final int TIMEOUT_MS = 5_000;
    private static final long GONE_WAIT_MS = 30_000;

    /// The smallest segment that Kafka's own validation allows.
    private static final int SEGMENT_BYTES = 1 << 20;

    /// Batches that fill several segments.
    private static final int BATCHES = 400;

    private static final long KEPT_BYTES = 2L * SEGMENT_BYTES;
    private static final int RECORDS_MAX = 10;
    private static final int VALUE_BYTES_MAX = 4_000;
    private static final long FIRST_MS = 1_700_000_000_000L;

    /// As many different times as records, so that some are alike.
    private static final int SPAN_MS = 2_200;

    private static final int TIMES = 200;
    private static final int TIMES_AGAIN = 40;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long HOUR_MS = 3_600_000;

    /// Requests of later versions name topics by an id, which each broker gives.
    private static final int PRODUCE_VERSION_MAX = 12;

    /// What lies between is alike, in batches of five records.
    private static final int STEP = 3;

    private static final int FETCH_VERSION_MAX = 12;
    private static final int PRODUCE_VERSION = 9;
    private static final int LIST_VERSION = 7;

    @TempDir private static Path directory;
    private static Pair pair;

    @BeforeAll
    static void startBoth() {
        String check = "log.retention.check.interval.ms=100";
        pair = new Pair(directory, List.of(check), List.of(check, "log.initial.task.delay.ms=1"));
    }

    @AfterAll
    static void stopBoth() {
        pair.close();
    }

    @Test
    void recordsAreDeletedAsByApacheKafka() {
        create("cut", Map.of());
        create("all", Map.of());
        create("kept", Map.of("cleanup.policy", "compact"));
        create("both", Map.of("cleanup.policy", "compact,delete"));
        pair.awaitTopics(List.of("cut", "all", "kept", "both"));
        Randomness random = Randomness.seeded(SEED);
        for (int i = 0; i < 10; i++) {
            for (String topic : List.of("cut", "all", "kept", "both")) {
                pair.ask(
                        "fill",
                        RecordRequests.production(topic, batch(random, i, 5)),
                        PRODUCE_VERSION);
            }
        }
        for (long offset : new long[] {Long.MIN_VALUE, -2, 51, Long.MAX_VALUE, 0, 7, 7, 3, 25}) {
            pair.ask("delete before " + offset, RecordRequests.deletion("cut", 0, offset));
            look("cut", 0, 50);
        }
        pair.ask("delete all", RecordRequests.deletion("cut", 0, 50));
        look("cut", 48, 51);
        pair.ask("delete all that is visible", RecordRequests.deletion("all", 0, -1));
        look("all", 48, 51);
        pair.ask(
                "after a deletion",
                RecordRequests.production("all", batch(random, 11, 5)),
                PRODUCE_VERSION);
        look("all", 48, 56);
        for (long offset : new long[] {-2, -1, 7, 51}) {
            pair.ask("of a compacted topic, " + offset, RecordRequests.deletion("kept", 0, offset));
            pair.ask("of no topic, " + offset, RecordRequests.deletion("none", 0, offset));
            pair.ask("of no name, " + offset, RecordRequests.deletion("not valid", 0, offset));
            pair.ask("of no partition, " + offset, RecordRequests.deletion("cut", 9, offset));
            pair.ask(
                    "of a partition below 0, " + offset,
                    RecordRequests.deletion("cut", -1, offset));
        }
        look("kept", 0, 50);
        pair.ask("of a topic that is compacted and deleted", RecordRequests.deletion("both", 0, 7));
        look("both", 0, 50);
        pair.ask("of nothing", new DeleteRecordsRequestData().setTimeoutMs(TIMEOUT_MS));
        DeleteRecordsRequestData twice = RecordRequests.deletion("both", 0, 9);
        twice.topics()
                .getFirst()
                .setPartitions(
                        List.of(RecordRequests.partition(0, 9), RecordRequests.partition(0, 8)));
        pair.ask("of a partition twice", twice);
        DeleteRecordsRequestData named = RecordRequests.deletion("both", 0, 12);
        named.setTopics(
                List.of(RecordRequests.topic("both", 0, 12), RecordRequests.topic("both", 0, 11)));
        pair.ask("of a topic twice", named);
        look("both", 0, 50);
        pair.check("DeleteRecords");
    }

    @Test
    void recordsAreFoundByTheirTimeAsByApacheKafka() {
        create("timed", Map.of());
        pair.awaitTopics(List.of("timed"));
        Randomness random = Randomness.seeded(SEED);
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            MemoryRecords batch = batch(random, i, 0);
            batch.records().forEach(record -> times.add(record.timestamp()));
            pair.ask("fill", RecordRequests.production("timed", batch), PRODUCE_VERSION);
        }
        search(random, TIMES);

        List<Integer> segments = kafkaSegments();
        assertThat(segments).hasSizeGreaterThan(4);
        int second = segments.get(1);
        pair.ask("delete a segment", RecordRequests.deletion("timed", 0, second));
        awaitUntil("Kafka removes the segment", () -> kafkaSegments().getFirst() == second);
        search(random, TIMES_AGAIN);

        int start = segments.get(3) - RECORDS_MAX;
        pair.ask("delete a part of a segment", RecordRequests.deletion("timed", 0, start));
        awaitUntil(
                "Kafka removes the segments before",
                () -> kafkaSegments().getFirst().equals(segments.get(2)));
        pair.ask("earliest", RecordRequests.search("timed", EARLIEST));
        pair.check("ListOffsets");
        long afterTheRest = times.get(latest(times, start, segments.get(3))) + 1;
        searchFrom(start, times, afterTheRest, random);
    }

    /// Where the log starts within a segment, Apache Kafka looks no further than the first segment
    /// that has a late enough record, before the start too. Ours finds what is there.
    private static void searchFrom(int start, List<Long> times, long firstTime, Randomness random) {
        int foundByKafka = 0;
        for (int i = 0; i < TIMES; i++) {
            long time = i == 0 ? firstTime : FIRST_MS + random.nextInt(SPAN_MS);
            Found there = first(start, times, time);
            Found byKafka = found(pair.kafkaWire(), "timed", time);
            assertThat(found(pair.ourWire(), "timed", time))
                    .as("from time %d", time)
                    .isEqualTo(there);
            assertThat(byKafka).as("from time %d", time).isIn(there, Found.NONE);
            foundByKafka += byKafka.equals(there) ? 1 : 0;
        }
        int latest = latest(times, start, times.size());
        assertThat(found(pair.ourWire(), "timed", MAX_TIMESTAMP))
                .isEqualTo(new Found(times.get(latest), latest));
        System.out.printf("Kafka finds %d of %d times from %d%n", foundByKafka, TIMES, start);
    }

    /// The first of the latest records from `start` and before `end`.
    private static int latest(List<Long> times, int start, int end) {
        int latest = start;
        for (int offset = start; offset < end; offset++) {
            if (times.get(offset) > times.get(latest)) {
                latest = offset;
            }
        }
        return latest;
    }

    private static Found first(int start, List<Long> times, long time) {
        for (int offset = start; offset < times.size(); offset++) {
            if (times.get(offset) >= time) {
                return new Found(times.get(offset), offset);
            }
        }
        return Found.NONE;
    }

    private record Found(long timestamp, long offset) {
        static final Found NONE = new Found(-1, -1);
    }

    private static List<Integer> kafkaSegments() {
        return DumpedLog.files(pair.brokers().getLast(), "timed-0", ".log").stream()
                .map(RetentionDifferentialTest::baseOffset)
                .toList();
    }

    private static int baseOffset(Path segment) {
        return Integer.parseInt(segment.getFileName().toString().replace(".log", ""));
    }

    private static void awaitUntil(String what, BooleanSupplier holds) {
        long deadline = Clock.system().millis() + GONE_WAIT_MS;
        while (!holds.getAsBoolean()) {
            assertThat(Clock.system().millis()).as(what).isLessThan(deadline);
        }
    }

    private static void search(Randomness random, int times) {
        for (long special = -7; special < 0; special++) {
            pair.ask("offset for " + special, RecordRequests.search("timed", special));
            pair.ask(
                    "stable offset for " + special,
                    RecordRequests.search("timed", special).setIsolationLevel((byte) 1));
        }
        for (int i = 0; i < times; i++) {
            long time = FIRST_MS - 10 + random.nextInt(SPAN_MS + 20);
            pair.ask("offset for " + time, RecordRequests.search("timed", time));
        }
        for (long time : new long[] {0, 1, FIRST_MS, FIRST_MS + SPAN_MS, Long.MAX_VALUE}) {
            pair.ask("offset for " + time, RecordRequests.search("timed", time));
        }
    }

    @Test
    void recordsOfAnotherTimeAreRefusedAsByApacheKafka() {
        Map<String, String> limits =
                Map.of(
                        "message.timestamp.before.max.ms",
                        "" + HOUR_MS,
                        "message.timestamp.after.max.ms",
                        "" + HOUR_MS);
        create("near", limits);
        create("default", Map.of());
        create("stamped", Map.of("message.timestamp.type", "LogAppendTime"));
        List<String> topics = List.of("near", "default", "stamped");
        pair.awaitTopics(topics);
        long now = Clock.system().wallMs();
        long early = now - 2 * HOUR_MS;
        long late = now + 2 * HOUR_MS;
        for (CompressionType type : List.of(CompressionType.NONE, CompressionType.LZ4)) {
            Compression codec = Compression.of(type).build();
            for (String topic : topics) {
                for (long[] times :
                        new long[][] {
                            {now},
                            {early},
                            {late},
                            {-1},
                            {0},
                            {Long.MAX_VALUE},
                            {now, early, now},
                            {now, now, late},
                            {early, now, late, now},
                            {-1, now, early}
                        }) {
                    refuse(topic, codec, times);
                }
            }
        }
        pair.check("Timestamps");
    }

    private static void refuse(String topic, Compression codec, long... times) {
        SimpleRecord[] records = new SimpleRecord[times.length];
        for (int i = 0; i < times.length; i++) {
            records[i] = new SimpleRecord(times[i], new byte[10]);
        }
        MemoryRecords batch = MemoryRecords.withRecords(codec, records);
        String what = topic + " " + codec.type() + " " + List.of(records);
        for (int version = 3; version <= PRODUCE_VERSION_MAX; version++) {
            pair.ask(what, RecordRequests.production(topic, batch), version);
        }
    }

    @Test
    void kafkaDumpLogFindsNothingWrongInWhatDeletionAndRetentionLeave() throws IOException {
        Path data = directory.resolve("alone");
        try (BrokerProcess broker =
                        BrokerProcess.start(data, "log.retention.check.interval.ms=100");
                Wire wire = new Wire(broker.address())) {
            JavaClient.create(broker.address(), List.of(newTopic("shrinking", Map.of())));
            Randomness random = Randomness.seeded(SEED);
            long end = 0;
            for (int i = 0; i < BATCHES; i++) {
                end += produce(wire, "shrinking", batch(random, i, 0));
            }
            int segments = segments(broker).size();
            assertThat(segments).isGreaterThan(4);

            long deleted = end / 3;
            Path offsets =
                    Files.writeString(
                            directory.resolve("offsets.json"),
                            "{\"partitions\": [{\"topic\": \"shrinking\", \"partition\": 0,"
                                    + " \"offset\": "
                                    + deleted
                                    + "}], \"version\": 1}");
            assertThat(
                            KafkaTool.DELETE_RECORDS.against(
                                    broker, "--offset-json-file", offsets.toString()))
                    .contains("low_watermark: " + deleted);
            assertThat(earliest(wire, "shrinking")).isEqualTo(deleted);

            wire.ask(retention("shrinking", KEPT_BYTES), 1);
            awaitUntil(
                    "whole segments go",
                    () -> {
                        long start = earliest(wire, "shrinking");
                        return start > deleted && baseOffset(segments(broker).getFirst()) == start;
                    });
            assertThat(broker.child().stop()).as(broker.child().output()).isIn(0, 143);
            List<Path> left = segments(broker);
            long leftBytes = 0;
            for (Path segment : left) {
                leftBytes += Files.size(segment);
            }
            System.out.printf(
                    "%d of %d segments are left, %d bytes, offsets %d to %d%n",
                    left.size(), segments, leftBytes, baseOffset(left.getFirst()), end);
            assertThat(leftBytes).isBetween(KEPT_BYTES, KEPT_BYTES + SEGMENT_BYTES);
            DumpedLog.verify(
                    "after retention and a clean stop",
                    segments(broker),
                    DumpedLog.files(broker, "shrinking-0", ".snapshot"));
        }
    }

    private static IncrementalAlterConfigsRequestData retention(String topic, long bytes) {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources()
                .add(
                        AdminRequests.alteration(
                                TOPIC,
                                topic,
                                AdminRequests.set("retention.bytes", Long.toString(bytes))));
        return request;
    }

    private static List<Path> segments(BrokerProcess broker) {
        return DumpedLog.files(broker, "shrinking-0", ".log");
    }

    private static void create(String name, Map<String, String> settings) {
        for (BrokerProcess broker : pair.brokers()) {
            JavaClient.create(broker.address(), List.of(newTopic(name, settings)));
        }
    }

    private static NewTopic newTopic(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("segment.bytes", Integer.toString(SEGMENT_BYTES));
        all.put("retention.ms", "-1");
        return new NewTopic(name, Optional.of(1), Optional.empty()).configs(all);
    }

    /// @param count of records; 0 leaves it to chance
    private static MemoryRecords batch(Randomness random, int number, int count) {
        SimpleRecord[] records =
                new SimpleRecord[count == 0 ? 1 + random.nextInt(RECORDS_MAX) : count];
        for (int i = 0; i < records.length; i++) {
            byte[] value = new byte[random.nextInt(VALUE_BYTES_MAX)];
            for (int at = 0; at < value.length; at++) {
                value[at] = (byte) random.nextInt(256);
            }
            byte[] key = {(byte) random.nextInt(256)};
            records[i] = new SimpleRecord(FIRST_MS + random.nextInt(SPAN_MS), key, value);
        }
        CompressionType type = CompressionType.forId(number % CompressionType.values().length);
        return MemoryRecords.withRecords(Compression.of(type).build(), records);
    }

    /// What is told of a topic whose records before some offset may be gone.
    private static void look(String topic, long from, long to) {
        pair.ask("earliest of " + topic, RecordRequests.search(topic, EARLIEST));
        pair.ask("latest of " + topic, RecordRequests.search(topic, -1));
        for (long offset = from; offset <= to; offset += STEP) {
            for (int version = 4; version <= FETCH_VERSION_MAX; version += 4) {
                pair.ask(
                        "fetch from " + topic + " at " + offset,
                        RecordRequests.fetch(topic, offset),
                        version);
            }
        }
    }

    private static long earliest(Wire wire, String topic) {
        return found(wire, topic, EARLIEST).offset();
    }

    private static Found found(Wire wire, String topic, long time) {
        ListOffsetsPartitionResponse answer =
                ((ListOffsetsResponseData)
                                wire.ask(RecordRequests.search(topic, time), LIST_VERSION))
                        .topics()
                        .getFirst()
                        .partitions()
                        .getFirst();
        assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
        return new Found(answer.timestamp(), answer.offset());
    }

    private static long produce(Wire wire, String topic, MemoryRecords batch) {
        ProduceResponseData answer =
                (ProduceResponseData)
                        wire.ask(RecordRequests.production(topic, batch), PRODUCE_VERSION);
        assertThat(answer.responses().iterator().next().partitionResponses().getFirst().errorCode())
                .isEqualTo(Errors.NONE.code());
        return batch.firstBatch().lastOffset() + 1;
    }
}

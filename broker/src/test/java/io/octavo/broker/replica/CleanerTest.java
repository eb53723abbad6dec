package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.Log;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanerTest {
    private static final String[] COMPACTED = {
        "cleanup.policy", "compact", "internal.segment.bytes", "2048"
    };
    private static final long BACKOFF_MS = 1_000;
    private static final int KEYS = 20;

    /// Somewhat more than the reserve of a disk of a gigabyte, a hundredth.
    private static final long CRAMPED_BYTES = 11 << 20;

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;
    private ManualLoop loop;
    private Cleaner cleaner;

    @BeforeEach
    void open() throws IOException {
        start(Map.of());
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void aDirtyLogIsCompactedAndACleanOneLeftAlone() throws IOException {
        broker.create("t", 1, COMPACTED);
        broker.create("kept", 1, "internal.segment.bytes", "2048");
        fill("t", 10);
        fill("kept", 10);
        Map<String, String> state = state("t");

        loop.advanceMs(BACKOFF_MS);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
        assertThat(state("t")).isEqualTo(state);
        assertThat(records("kept")).hasSize(10 * KEYS);
        assertThat(broker.log("t", 0).endOffset()).isEqualTo(10 * KEYS);
    }

    @Test
    void aLogWithoutRecordsIsNotOpened() throws IOException {
        broker.create("t", 1, COMPACTED);
        Topic topic = broker.known("t");
        broker.close();
        start(Map.of());
        broker.restore(topic);

        loop.advanceMs(BACKOFF_MS);
        broker.worker().run();

        assertThat(broker.partition("t", 0).openLog()).isNull();
    }

    @Test
    void theRateIsKept() throws IOException {
        broker.close();
        start(Map.of("log.cleaner.io.max.bytes.per.second", "1000"));
        broker.create("t", 1, COMPACTED);
        fill("t", 10);

        loop.advanceMs(BACKOFF_MS);
        assertThat(records("t")).hasSize(10 * KEYS);
        for (int second = 0; second < 120; second++) {
            loop.advanceMs(1_000);
        }

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    @Test
    void aRateThatWasTooLowIsNotKeptForLonger() throws IOException {
        broker.close();
        start(Map.of("log.cleaner.io.max.bytes.per.second", "0"));
        broker.create("t", 1, COMPACTED);
        fill("t", 10);
        loop.advanceMs(BACKOFF_MS);
        loop.advanceMs(10_000);
        assertThat(records("t")).hasSize(10 * KEYS);

        broker.config().alter(Map.of(), Map.of("log.cleaner.io.max.bytes.per.second", "1e9"));
        loop.advanceMs(2_000);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    @Test
    void aPauseThatWasTooLongIsNotKeptForLonger() throws IOException {
        broker.config()
                .alter(Map.of(), Map.of("log.cleaner.backoff.ms", Long.toString(Long.MAX_VALUE)));
        broker.create("t", 1, COMPACTED);
        loop.advanceMs(BACKOFF_MS);
        fill("t", 10);
        loop.advanceMs(3_600_000);
        assertThat(records("t")).hasSize(10 * KEYS);

        broker.config()
                .alter(Map.of(), Map.of("log.cleaner.backoff.ms", Long.toString(BACKOFF_MS)));
        loop.advanceMs(60_000);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    @Test
    void aLogThatCannotBeDecodedIsSetAsideAndTheOthersGoOn() throws IOException {
        broker.create("bad", 1, "internal.segment.bytes", "2048");
        append("bad", undecodable());
        fill("bad", 10);
        broker.configure("bad", COMPACTED);
        broker.create("good", 1, COMPACTED);
        fill("good", 10);

        loop.advanceMs(BACKOFF_MS);

        assertThat(records("good")).hasSizeLessThan(5 * KEYS);
        assertThat(cleaner.asideCount()).isEqualTo(1);
        assertThat(broker.log("bad", 0).endOffset()).isEqualTo(10 * KEYS + 1);
    }

    @Test
    void aSettingsChangeGivesALogThatWasSetAsideAnotherTry() throws IOException {
        broker.create("bad", 1, "internal.segment.bytes", "2048");
        append("bad", undecodable());
        fill("bad", 20);
        broker.configure("bad", COMPACTED);
        loop.advanceMs(BACKOFF_MS);
        assertThat(cleaner.asideCount()).isEqualTo(1);
        Log log = broker.log("bad", 0);
        log.advanceStart(10 * KEYS);

        loop.advanceMs(BACKOFF_MS);
        assertThat(records("bad")).hasSize(10 * KEYS + 1);
        broker.configure(
                "bad",
                COMPACTED[0],
                COMPACTED[1],
                COMPACTED[2],
                COMPACTED[3],
                "segment.ms",
                "9999");
        loop.advanceMs(BACKOFF_MS);

        assertThat(records("bad")).hasSizeLessThan(5 * KEYS);
    }

    @Test
    void aRecordThatIsTooOldIsCompactedThoughTheLogIsIdle() throws IOException {
        broker.create("t", 1, "cleanup.policy", "compact", "max.compaction.lag.ms", "60000");
        fill("t", 2);
        loop.advanceMs(BACKOFF_MS);
        assertThat(records("t")).hasSize(2 * KEYS);

        loop.advanceMs(60_001);
        loop.advanceMs(BACKOFF_MS);

        assertThat(records("t")).hasSize(KEYS);
    }

    @Test
    void aRecordThatIsTooYoungStays() throws IOException {
        broker.create(
                "t",
                1,
                "cleanup.policy",
                "compact",
                "internal.segment.bytes",
                "2048",
                "min.compaction.lag.ms",
                "60000");
        fill("t", 10);
        loop.advanceMs(BACKOFF_MS);
        assertThat(records("t")).hasSize(10 * KEYS);

        loop.advanceMs(60_001);
        loop.advanceMs(BACKOFF_MS);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    /// Each try would write what room there is full.
    @Test
    void whatFoundNoRoomIsTriedAgainOnceThereIsMore() throws IOException {
        findNoRoom();
        int reads = disk.reads();
        disk.free(CRAMPED_BYTES + (8 << 20));
        loop.advanceMs(10 * BACKOFF_MS);
        assertThat(disk.reads()).isEqualTo(reads);

        disk.free(CRAMPED_BYTES + (16 << 20));
        loop.advanceMs(BACKOFF_MS);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    /// What is in the log, and what else the disk holds, may have changed.
    @Test
    void whatFoundNoRoomIsTriedAgainAfterTenMinutes() throws IOException {
        findNoRoom();
        disk.free(CRAMPED_BYTES + (2 << 20));

        loop.advanceMs(600_000);

        assertThat(records("t")).hasSizeLessThan(5 * KEYS);
    }

    private void findNoRoom() throws IOException {
        broker.create("t", 1, COMPACTED);
        fill("t", 10);
        disk.free(CRAMPED_BYTES);
        loop.advanceMs(BACKOFF_MS);
        assertThat(records("t")).hasSize(10 * KEYS);
    }

    @Test
    void nothingIsCompactedWhereItIsTurnedOff() throws IOException {
        broker.close();
        start(Map.of("log.cleaner.enable", "false"));
        broker.create("t", 1, COMPACTED);
        fill("t", 10);

        loop.advanceMs(10 * BACKOFF_MS);

        assertThat(records("t")).hasSize(10 * KEYS);
    }

    private void start(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("log.cleaner.backoff.ms", Long.toString(BACKOFF_MS));
        broker = new TestBroker(root, disk, all);
        loop = new ManualLoop(broker.clock());
        cleaner = new Cleaner(loop, broker.clock(), broker.partitions(), broker.config());
        cleaner.start();
    }

    private void fill(String topic, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int key = 0; key < KEYS; key++) {
                RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
                builder.append(
                        broker.clock().wallMs(),
                        Batches.bytes("key " + key),
                        Batches.bytes("value " + round + "/" + key),
                        List.of());
                append(topic, builder.build());
            }
        }
    }

    private void append(String topic, ByteBuffer batch) {
        Partition partition = broker.partition(topic, 0);
        partition.append(Append.of(partition, new RecordBatch(batch), false, _ -> {}));
    }

    /// Under a right CRC, what is no gzip.
    private static ByteBuffer undecodable() {
        ByteBuffer batch = Batches.of("not compressed");
        batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) Compression.GZIP.id());
        new RecordBatch(batch).stampProducer(-1, (short) -1, -1);
        return batch;
    }

    private Map<String, String> state(String topic) throws IOException {
        Map<String, String> state = new HashMap<>();
        for (LogRecord record : records(topic)) {
            state.put(text(record.key()), text(record.value()));
        }
        return state;
    }

    private List<LogRecord> records(String topic) throws IOException {
        Log log = broker.log(topic, 0);
        List<LogRecord> records = new ArrayList<>();
        long offset = log.startOffset();
        while (true) {
            ReadResult result = log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true);
            if (!(result instanceof LogSlice slice)) {
                return records;
            }
            ByteBuffer bytes = slice.toBytes();
            slice.release();
            RecordBatch batch = RecordBatch.next(bytes);
            while (batch != null) {
                records.addAll(batch.records());
                offset = batch.nextOffset();
                batch = RecordBatch.next(bytes);
            }
        }
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}

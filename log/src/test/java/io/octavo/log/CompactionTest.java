package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
    private static final long RETENTION_MS = 1_000;
    private static final long MAP_BYTES = 1 << 20;
    private static final LogConfig CONFIG =
            LogConfig.defaults()
                    .withSegmentBytesMax(1024)
                    .with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, RETENTION_MS));

    @TempDir Path root;
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root);
        log = disk.log(CONFIG);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void aTombstoneStaysUntilItsTimeHasPassedSinceTheFirstPass() throws IOException {
        append("a", "1");
        append("a", null);
        compact();
        assertThat(offsets()).containsExactly(1L);

        disk.clock.advanceMs(RETENTION_MS - 1);
        append("b", "1");
        compact();
        assertThat(offsets()).containsExactly(1L, 2L);

        disk.clock.advanceMs(1);
        append("c", "1");
        compact();
        assertThat(offsets()).containsExactly(2L, 3L);
    }

    /// Nothing is appended behind the roll that would make the new segment durable.
    @Test
    void aLogThatIsForcedAndIdleIsCompacted() throws IOException {
        append("a", "1");
        append("a", "2");
        log.force();
        disk.checkpoint();

        compact();

        assertThat(offsets()).containsExactly(1L);
    }

    @Test
    void aCommitMarkerStaysWhileThereIsDataOfItsTransactionAndThenAsATombstone()
            throws IOException {
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, true), 0);
        // So that neither the data nor the marker is what the producer wrote last.
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);
        compact();
        assertThat(bases()).containsExactly(0L, 1L, 2L, 3L);

        append("a", "later");
        compact();
        assertThat(bases()).containsExactly(1L, 2L, 3L, 4L);

        append("b", "1");
        compact();
        disk.clock.advanceMs(RETENTION_MS);
        append("c", "1");
        compact();
        assertThat(bases()).containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void whatWasAbortedGoesAndReplacesNothing() throws IOException {
        append("a", "kept");
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);

        compact();

        assertThat(offsets()).containsExactly(0L, 3L);
        assertThat(bases()).containsExactly(0L, 2L, 3L, 4L);
    }

    @Test
    void whatIsKnownOfAbortedTransactionsStaysWithTheirMarkers() throws IOException {
        append("a", "kept");
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.roll();
        log.append(transactional("b", 2), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 3), 0);
        log.append(Batches.marker(7, 0, true), 0);
        Path index = disk.file("00000000000000000000.txnindex");
        disk.checkpoint();
        assertThat(index).hasSize(34);
        List<AbortedTransaction> both =
                List.of(new AbortedTransaction(7, 1, 2, 3), new AbortedTransaction(7, 3, 4, 5));

        compact();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(aborted()).isEqualTo(both);
        disk.checkpoint();
        assertThat(index).hasSize(68);
        restartKilled();
        assertThat(aborted()).isEqualTo(both);

        append("b", "1");
        compact();
        disk.clock.advanceMs(RETENTION_MS);
        append("c", "1");
        compact();
        assertThat(bases()).doesNotContain(2L, 4L);
        assertThat(aborted()).isEmpty();
        disk.checkpoint();
        restartKilled();
        assertThat(aborted()).isEmpty();
        assertThat(index).doesNotExist();
    }

    /// What the snapshot knows is of the segments before.
    @Test
    void abortedTransactionsAreToldFromTheLogWhereASwapIsAllThatIsKnown() throws IOException {
        log.append(Batches.of(1), 0);
        log.roll();
        log.append(transactional("b", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);
        log.roll();
        disk.checkpoint();
        Path snapshot = disk.file("00000000000000000005.snapshot");
        byte[] before = Files.readAllBytes(snapshot);
        compact();
        disk.checkpoint();

        Files.write(snapshot, before);
        restartKilled();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(log.aborted().noted()).isEmpty();
    }

    @Test
    void aTransactionThatIsNotDecidedHoldsCompactionUp() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        log.append(transactional("b", 1), 0);
        append("b", "2");
        append("a", "3");

        compact();

        assertThat(offsets()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(log.compacted().cleanEnd()).isEqualTo(2);
    }

    @Test
    void recordsWithoutAKeyGoAndAreCounted() throws IOException {
        log.append(Batches.of(3), 0);
        append("a", "1");
        log.roll();
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());

        try (Compaction pass = begin(what)) {
            CompactionModel.run(pass);

            assertThat(pass.keyless()).isEqualTo(3);
        }
        assertThat(offsets()).containsExactly(3L);
    }

    @Test
    void theLastBatchOfAProducerStaysIfOnlyAsAHeader() throws IOException {
        log.append(new RecordBatch(batch("a", "1").producer(5, (short) 2, 0).build()), 0);
        append("a", "2");

        compact();

        RecordBatch left = CompactionModel.batches(log).getFirst();
        assertThat(left.count()).isZero();
        assertThat(left.lastOffset()).isZero();
        assertThat(left.producerId()).isEqualTo(5);
        assertThat(left.producerEpoch()).isEqualTo((short) 2);
        assertThat(left.lastSequence()).isZero();
        assertThat(log.maxTimestamp()).isNotNull().extracting("offset").isEqualTo(1L);
    }

    @Test
    void theTimestampOfABatchWithoutRecordsIsNoRecordsBehindTheStartEither() throws IOException {
        append("x", "1");
        RecordBatchBuilder late = new RecordBatchBuilder(Compression.NONE);
        late.append(Batches.TIME + 100, bytes("a"), bytes("1"), List.of());
        log.append(new RecordBatch(late.producer(5, (short) 2, 0).build()), 0);
        append("a", "2");
        compact();

        log.advanceStart(1);

        assertThat(CompactionModel.batches(log).getFirst().count()).isZero();
        assertThat(log.maxTimestamp()).isNotNull().extracting("offset").isEqualTo(2L);
    }

    /// What is behind the high watermark may be lost; nothing else would know the producer then.
    @Test
    void theLastBatchBeforeTheHighWatermarkStaysWhateverIsInFlight() throws IOException {
        for (int inFlight : new int[] {1, 4, 5, 9}) {
            long id = 10L + inFlight;
            long first = log.endOffset();
            appendFrom(id, 0);
            appendFrom(id, 1);
            append("a", "later");
            log.roll();
            long highWatermark = log.endOffset();
            for (int i = 0; i < inFlight; i++) {
                appendFrom(id, 2 + i);
            }
            Dirtiness what = Dirtiness.of(log, highWatermark, disk.clock.wallMs());
            try (Compaction pass =
                    Compaction.begin(log, what, highWatermark, MAP_BYTES, disk.clock.wallMs())) {
                CompactionModel.run(pass);
            }

            assertThat(bases()).as("%s in flight", inFlight).doesNotContain(first);
            assertThat(bases()).as("%s in flight", inFlight).contains(first + 1);
        }
    }

    @Test
    void aLogThatIsDeletedMeanwhileOvertakesThePass() throws IOException {
        for (int steps = 0; steps < 6; steps++) {
            append("a", "1");
            append("a", "2");
            log.roll();
            Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
            try (Compaction pass = begin(what)) {
                for (int i = 0; i < steps && pass.stage() != Compaction.Stage.PUBLISH; i++) {
                    pass.step();
                }
                log.delete();

                CompactionModel.run(pass);

                assertThat(pass.progressed()).isFalse();
            }
            log = disk.log(CONFIG);
        }
    }

    @Test
    void aTombstoneBehindTheMappedKeysHasItsTimeFromTheNextPassOn() throws IOException {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < 100; i++) {
            builder.append(Batches.TIME, bytes("key " + i), i < 99 ? bytes("1") : null, List.of());
        }
        log.append(new RecordBatch(builder.build()), 0);
        log.roll();
        long fewKeys = 64 * KeyMap.ENTRY_BYTES;
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
        try (Compaction pass =
                Compaction.begin(log, what, log.endOffset(), fewKeys, disk.clock.wallMs())) {
            CompactionModel.run(pass);
        }
        assertThat(log.compacted().cleanEnd()).isBetween(50L, 64L);
        assertThat(CompactionModel.batches(log).getFirst().hasDeleteHorizon()).isFalse();

        compact();

        assertThat(CompactionModel.batches(log).getFirst().hasDeleteHorizon()).isTrue();
        assertThat(offsets()).hasSize(100);
    }

    @Test
    void smallSegmentsBecomeOne() throws IOException {
        for (int i = 0; i < 10; i++) {
            append("key " + i, "1");
            log.roll();
        }
        assertThat(log.view().segments()).isEqualTo(11);

        compact();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(offsets()).hasSize(10);
        disk.restart();
        log = disk.log(CONFIG);
        assertThat(offsets()).hasSize(10);
    }

    @Test
    void aSegmentInWhichNothingIsLeftIsNotTheOldest() throws IOException {
        appendHalfASegment();
        log.roll();
        appendHalfASegment();

        compact();

        long bytes = log.view().bytes(1);
        assertThat(log.view().bytes(0)).isZero();
        assertThat(bytes).isPositive();
        assertThat(log.oldest().bytes()).isEqualTo(bytes);
        String name = log.path().getFileName().toString();
        disk.restart();
        assertThat(disk.directory().partitions().oldest(name).bytes()).isEqualTo(bytes);
    }

    @Test
    void aBatchThatIsNotWhatWasAppendedEndsThePassAndChangesNothing() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        disk.directory().checkpoint();
        Path file = disk.file("00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(this::compact)
                .isInstanceOf(DamagedLog.class)
                .hasMessageContaining("wrong CRC");

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(disk.file(".")).isDirectoryNotContaining("glob:**.tmp");
        // Nobody gets what is known to be wrong.
        disk.directory().checkpoint();
        assertThat(log.damagedRanges()).hasSize(1);
        assertThatThrownBy(() -> log.read(1, Long.MAX_VALUE, 1, true))
                .isInstanceOf(DamagedLog.class);
    }

    @Test
    void aTopicThatIsNotCompactedAnyMoreKeepsWhatItHas() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        overtaken(() -> log.configure(CONFIG.with(LogConfig.Compaction.NONE)));
        assertThat(offsets()).containsExactly(0L, 1L);
        assertThat(disk.file(".")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatIsAppendedBehindACutIsDirtyAgain() throws IOException {
        append("a", "1");
        append("b", "1");
        append("c", "1");
        compact();
        log.truncate(1);

        append("a", "2");
        compact();

        assertThat(offsets()).containsExactly(1L);
    }

    @Test
    void aSegmentThatIsDroppedMeanwhileOvertakesThePass() throws IOException {
        for (int i = 0; i < 4; i++) {
            append("a", "1");
            log.roll();
        }
        overtaken(() -> log.advanceStart(2));
        assertThat(offsets()).containsExactly(2L, 3L);
        compact();
        assertThat(offsets()).containsExactly(3L);
    }

    /// What was copied may have been right only in memory, or wrong: the verdict comes first.
    @Test
    void damageThatIsSuspectedMeanwhileOvertakesThePass() throws IOException {
        for (int i = 0; i < 4; i++) {
            append("a", "1");
            log.roll();
        }
        overtaken(() -> log.damage().suspectDisk(1));
        assertThat(offsets()).containsExactly(0L, 1L, 2L, 3L);
        disk.checkpoint();
        compact();
        assertThat(offsets()).containsExactly(3L);
    }

    /// A pass of which nothing is published, because of something that happens after it has copied.
    private void overtaken(Runnable meanwhile) throws IOException {
        Dirtiness what = Dirtiness.of(log, log.endOffset(), disk.clock.wallMs());
        try (Compaction pass = begin(what)) {
            while (pass.step() != Compaction.Stage.PUBLISH) {
                assertThat(pass.stage()).isNotEqualTo(Compaction.Stage.DONE);
            }
            meanwhile.run();

            pass.publish();

            assertThat(pass.stage()).isEqualTo(Compaction.Stage.OVERTAKEN);
        }
    }

    private Compaction begin(Dirtiness what) {
        return Compaction.begin(log, what, log.endOffset(), MAP_BYTES, disk.clock.wallMs());
    }

    private void compact() throws IOException {
        log.roll();
        CompactionModel.compact(log, disk.clock.wallMs(), MAP_BYTES);
    }

    private void restartKilled() throws IOException {
        log.force();
        disk.restartKilled();
        log = disk.log(CONFIG);
    }

    private List<AbortedTransaction> aborted() throws IOException {
        LogSlice slice = (LogSlice) log.read(0, Long.MAX_VALUE, Integer.MAX_VALUE, true);
        try {
            return Objects.requireNonNull(log.aborted().in(slice, 0, true));
        } finally {
            slice.release();
        }
    }

    private void append(String key, @Nullable String value) throws IOException {
        log.append(new RecordBatch(batch(key, value).build()), 0);
    }

    /// More than half, so that no two become one.
    private void appendHalfASegment() throws IOException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer value = ByteBuffer.allocate(CONFIG.segments().bytesMax() / 2);
        batch.append(Batches.TIME, bytes("a"), value, List.of());
        log.append(new RecordBatch(batch.build()), 0);
    }

    private void appendFrom(long id, int sequence) throws IOException {
        log.append(new RecordBatch(batch("a", "1").producer(id, (short) 0, sequence).build()), 0);
    }

    private static RecordBatch transactional(String key, int sequence) {
        return new RecordBatch(
                batch(key, "value").producer(7, (short) 0, sequence - 1).transactional().build());
    }

    private static RecordBatchBuilder batch(String key, @Nullable String value) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.GZIP);
        builder.append(Batches.TIME, bytes(key), value == null ? null : bytes(value), List.of());
        return builder;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Long> offsets() throws IOException {
        return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
    }

    private List<Long> bases() throws IOException {
        return CompactionModel.batches(log).stream().map(RecordBatch::baseOffset).toList();
    }
}

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
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptionTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int RECORDS = 3;
    private static final String FIRST = "00000000000000000000.log";

    @TempDir Path temp;
    private final LogFiles files = new UnforcedFiles();
    private Path source;
    private byte[] first;

    /// A log of two segments and two epochs, by whoever.
    @BeforeEach
    void write() throws IOException {
        try (Disk disk = new Disk(temp.resolve("theirs"))) {
            Log log = disk.log();
            for (int i = 0; i < 4; i++) {
                log.append(Batches.of(RECORDS), 5 + i / 2);
                if (i == 1) {
                    log.roll();
                }
            }
            disk.directory().checkpoint();
        }
        source = temp.resolve("theirs").resolve(Disk.NAME);
        first = Files.readAllBytes(source.resolve(FIRST));
        Files.delete(temp.resolve("theirs").resolve(Checkpoint.FILE));
        Files.delete(temp.resolve("theirs").resolve(RunMarker.FILE));
    }

    @Test
    void anAdoptedLogIsServedAsItWasAndGoesOn() throws IOException {
        Disk ours = adopted();

        assertThat(ours.directory().partitions().adopted()).isEqualTo(Map.of(Disk.NAME, 6));
        Log log = ours.log();
        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.durableEnd()).isEqualTo(12);
        assertThat(log.epochs().entries())
                .extracting(EpochHistory.Epoch::startOffset)
                .containsExactly(0L, 6L);
        assertThat(ours.file(FIRST)).hasBinaryContent(first);
        assertThat(log.append(Batches.of(RECORDS), 7)).isEqualTo(12);
        ours.directory().checkpoint();
        assertThat(ours.directory().partitions().adopted()).isEmpty();
        assertThat(source.resolve(FIRST)).hasBinaryContent(first);
    }

    @Test
    void aLogThatIsThereIsNotReplaced() throws IOException {
        Disk ours = adopted();
        ours.directory().close();

        assertThatThrownBy(() -> Adoption.of(files, source).into(ours.root))
                .hasMessageContaining("is there already");
    }

    @Test
    void damageIsAdoptedAsDamage() throws IOException {
        byte[] changed = first.clone();
        changed[changed.length - 1] ^= 1;
        Files.write(source.resolve(FIRST), changed);

        Log log = adopted().log();

        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.read(0, ALL, ALL, true)).isInstanceOf(LogSlice.class);
        assertThatThrownBy(() -> log.read(3, ALL, ALL, true)).isInstanceOf(DamagedLog.class);
        assertThat(log.read(6, ALL, ALL, true)).isInstanceOf(LogSlice.class);
    }

    @Test
    void aLogWithGapsIsTakenForCompacted() throws IOException {
        Files.write(source.resolve(FIRST), java.util.Arrays.copyOf(first, first.length / 2));

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.sparse()).isTrue();
        assertThat(adoption.findings()).isEmpty();
        Log log = adopted().log();
        assertThat(log.endOffset()).isEqualTo(12);
        assertThat(log.read(3, ALL, ALL, true)).isInstanceOf(LogSlice.class);
    }

    /// It brings no `compacted.octavo`: all but its last segment may be sparse, and nothing of it
    /// counts as clean.
    @Test
    void aLogThatAnotherHasCompactedIsServedVerifiedAndCompactedOn() throws IOException {
        LogConfig config =
                LogConfig.defaults().with(new LogConfig.Compaction(true, 0, 0, ALL, 60_000));
        compactByAnother(config);
        List<Long> theirs = List.of(5L, 36L, 37L, 38L, 39L, 40L, 41L, 42L, 43L, 44L, 45L, 46L, 47L);

        Adoption adoption = Adoption.of(files, source);
        Disk ours = adopted();

        assertThat(adoption.sparse()).isTrue();
        assertThat(adoption.findings()).isEmpty();
        Log log = ours.log(config);
        assertThat(offsets(log)).isEqualTo(theirs);
        assertThat(log.endOffset()).isEqualTo(48);
        assertThat(log.damagedRanges()).isEmpty();
        ours.restart();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
        ours.restartKilled();
        log = ours.log(config);
        assertThat(offsets(log)).isEqualTo(theirs);

        log.append(keyed("key 0"), 0);
        log.roll();
        CompactionModel.compact(log, ours.clock.wallMs(), 1 << 16);

        assertThat(offsets(log)).containsExactly(5L, 45L, 46L, 47L, 48L);
        ours.restartKilled();
        assertThat(ours.log(config).damagedRanges()).isEmpty();
        ours.close();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
    }

    @Test
    void whatIsNoPartitionIsRefused() {
        assertThatThrownBy(() -> Adoption.of(files, temp.resolve("theirs")))
                .hasMessageContaining("is no partition's directory");
    }

    /// Four keys in turn, and one that occurs once; the last eight records are not compacted.
    private void compactByAnother(LogConfig config) throws IOException {
        Path root = temp.resolve("compacted");
        try (Disk disk = new Disk(root)) {
            Log log = disk.log(config);
            for (int i = 0; i < 48; i++) {
                log.append(keyed(i == 5 ? "once" : "key " + i % 4), 0);
                if (i % 10 == 9) {
                    log.roll();
                }
            }
            log.force();
            CompactionModel.compact(log, disk.clock.wallMs(), 1 << 16);
        }
        source = root.resolve(Disk.NAME);
        Files.delete(source.resolve(CompactedRange.FILE));
        Files.delete(root.resolve(Checkpoint.FILE));
        Files.delete(root.resolve(RunMarker.FILE));
    }

    private static RecordBatch keyed(String key) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
        builder.append(Batches.TIME, bytes, bytes, List.of());
        return new RecordBatch(builder.build());
    }

    private static List<Long> offsets(Log log) throws IOException {
        return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
    }

    private Disk adopted() throws IOException {
        Adoption.of(files, source).into(temp.resolve("ours"));
        return new Disk(temp.resolve("ours"));
    }
}

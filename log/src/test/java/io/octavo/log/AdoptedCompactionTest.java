package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Adopted logs in which offsets are missing because they were compacted.
class AdoptedCompactionTest extends AdoptionScene {
    private static final LogConfig COMPACTED =
            LogConfig.defaults().with(new LogConfig.Compaction(true, 0, 0, ALL, 60_000));

    @Test
    void aLogWithGapsIsTakenForCompacted() throws IOException {
        Files.write(source.resolve(FIRST), Arrays.copyOf(first, first.length / 2));

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
        compactByAnother();
        List<Long> theirs = List.of(5L, 36L, 37L, 38L, 39L, 40L, 41L, 42L, 43L, 44L, 45L, 46L, 47L);

        Adoption adoption = Adoption.of(files, source);
        Disk ours = adopted();

        assertThat(adoption.sparse()).isTrue();
        assertThat(adoption.findings()).isEmpty();
        Log log = ours.log(COMPACTED);
        assertThat(offsets(log)).isEqualTo(theirs);
        assertThat(log.endOffset()).isEqualTo(48);
        assertThat(log.damagedRanges()).isEmpty();
        ours.restart();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
        ours.restartKilled();
        log = ours.log(COMPACTED);
        assertThat(offsets(log)).isEqualTo(theirs);

        log.append(keyed("key 0"), 0);
        log.roll();
        CompactionModel.compact(log, ours.clock.wallMs(), 1 << 16);

        assertThat(offsets(log)).containsExactly(5L, 45L, 46L, 47L, 48L);
        ours.restartKilled();
        assertThat(ours.log(COMPACTED).damagedRanges()).isEmpty();
        ours.close();
        assertThat(Verification.of(files, ours.root).findings()).isEmpty();
    }

    /// Nobody is left who could end them: they count as committed.
    @Test
    void transactionsWithoutAnEndDoNotHoldUpCompaction() throws IOException {
        writeAgain(
                COMPACTED,
                log -> {
                    log.append(Batches.inTransaction(8, 0, 0, 1), 0);
                    log.append(keyed("a"), 0);
                    log.append(keyed("a"), 0);
                });
        Disk ours = adopted();
        Log log = ours.log(COMPACTED);
        log.append(keyed("a"), 0);
        log.roll();

        CompactionModel.compact(log, ours.clock.wallMs(), 1 << 16);

        assertThat(offsets(log)).contains(3L).doesNotContain(1L, 2L);
    }

    /// Who replicates a log that was compacted has it in one segment.
    @Test
    void aLogWithGapsInItsOnlySegmentIsServedWhole() throws IOException {
        for (int batch : new int[] {0, 1, 2}) {
            writeAgain(
                    LogConfig.defaults(),
                    log -> {
                        for (int i = 0; i < 4; i++) {
                            log.append(Batches.of(RECORDS), 5);
                        }
                    });
            byte[] bytes = Files.readAllBytes(source.resolve(FIRST));
            int size = bytes.length / 4;
            byte[] left = new byte[bytes.length - size];
            System.arraycopy(bytes, 0, left, 0, batch * size);
            int behind = (batch + 1) * size;
            System.arraycopy(bytes, behind, left, batch * size, bytes.length - behind);
            Files.write(source.resolve(FIRST), left);
            Path root = temp.resolve("ours " + batch);

            Adoption adoption = Adoption.of(files, source);
            assertThat(adoption.sparse()).isTrue();
            adoption.into(root);
            try (Disk ours = new Disk(root)) {
                Log log = ours.log();
                assertThat(offsets(log)).hasSize(9).doesNotContain((long) batch * RECORDS);
                assertThat(log.endOffset()).isEqualTo(12);
                assertThat(log.damagedRanges()).isEmpty();
                assertThat(log.append(Batches.of(1), 6)).isEqualTo(12);
            }
        }
    }

    /// The records of the last segment's offsets, or before it, were compacted away.
    @Test
    void anEmptyLastSegmentIsWhereItEnds() throws IOException {
        Files.write(source.resolve(FIRST), Arrays.copyOf(first, first.length / 2));
        Path last = source.resolve(SECOND);
        Files.write(last, new byte[0]);

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.endOffset()).isEqualTo(6);
        assertThat(adopted().log().append(Batches.of(1), 7)).isEqualTo(6);
    }

    /// A second start, before the checkpoint knows it, has to find what the first one did.
    @Test
    void aCompactedLogWithATornEndIsWholeAtTheSecondStartToo() throws IOException {
        Path last = source.resolve(SECOND);
        byte[] bytes = Files.readAllBytes(last);
        int size = bytes.length / 2;
        byte[] torn = Arrays.copyOfRange(bytes, size, bytes.length + 20);
        Arrays.fill(torn, size, size + 20, (byte) 9);
        Files.write(last, torn);

        Disk ours = adopted();
        for (int start = 0; start < 3; start++) {
            Log log = ours.log();
            assertThat(offsets(log)).hasSize(9).contains(9L, 10L, 11L);
            assertThat(log.endOffset()).isEqualTo(12);
            ours.restartKilled();
        }
        assertThat(ours.file(SECOND + "." + size + ".cut")).hasSize(20);
    }

    @Test
    void aLogOfOursThatWasCompactedIsOne() throws IOException {
        compactByAnother();
        new CompactedRange(files, source).thinOut(40);

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.sparse()).isTrue();
        assertThat(offsets(adopted().log(COMPACTED))).hasSize(13);
    }

    /// Four keys in turn, and one that occurs once; the last eight records are not compacted.
    private void compactByAnother() throws IOException {
        Path root = temp.resolve("compacted");
        try (Disk disk = new Disk(root)) {
            Log log = disk.log(COMPACTED);
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
}

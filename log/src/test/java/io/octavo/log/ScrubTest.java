package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Clock;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading everything again finds what nobody else looks at: a byte that changed inside of a batch.
class ScrubTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int RECORDS = 3;
    private static final int SIZE = Batches.of(RECORDS).sizeBytes();
    private static final long WEEK_MS = 7 * 24 * 3_600_000L;

    @TempDir Path temp;
    private final List<String> opened = new ArrayList<>();
    private Disk disk;

    /// Far behind when the files of a test are written.
    private long nowMs = 4_000_000_000_000L;

    /// A log of three segments with a record in the last.
    @BeforeEach
    void fill() throws IOException {
        disk = new Disk(temp.resolve("data"));
        begin();
        Log log = disk.log();
        append(log);
        log.roll();
        append(log);
        append(log);
        log.roll();
        append(log);
        log.force();
        disk.directory().checkpoint();
    }

    @Test
    void aByteThatRotsInsideOfABatchIsFoundAndNotServed() throws IOException {
        Log log = log();
        rot(3, SIZE + RecordBatch.HEADER_BYTES + 2);
        assertThat(read(log, 6)).as("nobody has looked").isEqualTo(SIZE);

        round();
        disk.directory().checkpoint();

        assertThat(log.damagedRanges()).extracting(DamagedRange::from).containsExactly(6L);
        assertThatThrownBy(() -> read(log, 6)).isInstanceOf(DamagedLog.class);
        assertThat(read(log, 3)).isEqualTo(SIZE);
        assertThat(read(log, 9)).isEqualTo(SIZE);
        assertThat(disk.directory().figures().damagedRanges())
                .containsExactly(Map.entry(Disk.NAME, 1));
    }

    @Test
    void whatIsDurableOfTheLastSegmentIsReadToo() throws IOException {
        Log log = log();
        rot(9, RecordBatch.HEADER_BYTES + 2);

        round();
        disk.directory().checkpoint();

        assertThat(log.damagedRanges()).extracting(DamagedRange::from).containsExactly(9L);
        assertThat(log.append(Batches.of(RECORDS), 0)).isEqualTo(12);
    }

    @Test
    void aLastSegmentThatIsWrittenToIsNotRead() throws IOException {
        nowMs = Clock.system().wallMs() - WEEK_MS;

        assertThat(round()).isEqualTo(3 * SIZE);
    }

    @Test
    void whatIsWholeIsLeftAlone() throws IOException {
        Log log = log();
        log.append(Batches.of(RECORDS), 0);

        assertThat(round()).isEqualTo(4 * SIZE);

        disk.directory().checkpoint();
        assertThat(log.damagedRanges()).isEmpty();
        assertThat(log.damage().isDue()).isFalse();
        assertThat(disk.directory().scrub().readBytes()).isEqualTo(4L * SIZE);
    }

    @Test
    void whatIsKnownIsNotSuspectedAgain() throws IOException {
        Log log = log();
        rot(3, SIZE + RecordBatch.HEADER_BYTES + 2);
        round();
        disk.directory().checkpoint();

        round();

        assertThat(log.damage().isDue()).isFalse();
    }

    @Test
    void aLogThatIsNotOpenHearsOfItWhenItIs() throws IOException {
        disk.restart();
        begin();
        rot(0, RecordBatch.HEADER_BYTES + 2);

        round();

        assertThat(opened).containsExactly(Disk.NAME);
        Log log = disk.log();
        disk.directory().checkpoint();
        assertThat(log.damagedRanges()).extracting(DamagedRange::from).containsExactly(0L);
    }

    @Test
    void aSegmentThatIsGoneIsDamage() throws IOException {
        disk.restart();
        begin();
        Files.delete(disk.file(name(3)));

        assertThat(round()).isEqualTo(2 * SIZE);

        assertThat(opened).containsOnly(Disk.NAME);
        assertThat(disk.log().damagedRanges()).containsExactly(DamagedRange.missing(3, 9));
    }

    @Test
    void theFirstAndTheLastSegmentThatAreGoneAreDamage() throws IOException {
        Disk whole = disk;
        for (long gone : new long[] {0, 9}) {
            disk = whole.killed(temp.resolve("gone-" + gone));
            begin();
            Files.delete(disk.file(name(gone)));

            round();

            assertThat(opened).containsOnly(Disk.NAME);
            opened.clear();
            assertThat(disk.log().damagedRanges())
                    .extracting(DamagedRange::from)
                    .containsExactly(gone);
        }
    }

    @Test
    void whatIsFoundWhileALogIsBeingOpenedIsToldToItThen() throws IOException {
        disk.restart();
        begin();
        rot(0, RecordBatch.HEADER_BYTES + 2);
        rot(3, RecordBatch.HEADER_BYTES + 2);
        round();

        Log log = disk.log();
        disk.directory().checkpoint();

        assertThat(log.damagedRanges()).extracting(DamagedRange::from).containsExactly(0L, 3L);
    }

    @Test
    void aSegmentThatIsGoneWhileItIsUsedIsDamage() throws IOException {
        disk.restart();
        begin();
        Log log = disk.log();
        disk.directory().limitOpenFiles(0);
        disk.directory().checkpoint();
        Files.delete(disk.file(name(3)));

        round();
        disk.directory().checkpoint();

        assertThat(log.damagedRanges()).containsExactly(DamagedRange.missing(3, 9));
        assertThat(read(log, 9)).isEqualTo(SIZE);
    }

    @Test
    void whatTheStartHasPassedIsNotSuspected() throws IOException {
        Log log = log();
        log.advanceStart(6);
        disk.directory().checkpoint();
        rot(3, RecordBatch.HEADER_BYTES + 2);

        round();

        assertThat(log.damage().isDue()).isFalse();
    }

    @Test
    void nothingTakesThePlaceOfASegmentThatIsSuspected() throws IOException {
        Log log = log();
        assertThat(log.damage().replacing(() -> true)).isTrue();

        rot(3, SIZE + RecordBatch.HEADER_BYTES + 2);
        round();
        assertThat(log.damage().replacing(() -> true)).as("suspected").isFalse();

        disk.directory().checkpoint();
        assertThat(log.damage().replacing(() -> true)).as("damaged").isFalse();
    }

    @Test
    void aNewDirectoryIsReadAfterTheIntervalAndAgainAfterEach() throws IOException {
        Scrub scrub = disk.directory().scrub();
        assertThat(scrub.step(nowMs, WEEK_MS)).isEqualTo(-1);
        assertThat(scrub.step(nowMs + WEEK_MS - 1, WEEK_MS)).isEqualTo(-1);

        assertThat(scrub.step(nowMs + WEEK_MS, WEEK_MS)).isEqualTo(SIZE);
    }

    @Test
    void aRoundGoesOnWhereTheLastRunWas() throws IOException {
        Scrub scrub = disk.directory().scrub();
        assertThat(scrub.step(nowMs, WEEK_MS)).isEqualTo(-1);
        nowMs += WEEK_MS;
        assertThat(scrub.step(nowMs, WEEK_MS)).isEqualTo(SIZE);
        disk.clock.advanceMs(120_000);
        assertThat(scrub.step(nowMs, WEEK_MS)).isEqualTo(2 * SIZE);

        disk.restart();
        begin();

        assertThat(rest()).as("the last segment is left").isEqualTo(SIZE);
        assertThat(disk.directory().scrub().step(nowMs + WEEK_MS - 1, WEEK_MS)).isEqualTo(-1);
    }

    @Test
    void aClockThatWentBackBeginsARound() throws IOException {
        round();

        assertThat(disk.directory().scrub().step(nowMs - 1, WEEK_MS)).isEqualTo(SIZE);
    }

    @Test
    void offsetsThatCompactionRemovedAreNotMissed() throws IOException {
        Log log = log();
        log.compacted().thinOut(log.endOffset());
        disk.directory().close();
        byte[] two = Files.readAllBytes(disk.file(name(3)));
        Files.write(disk.file(name(3)), Arrays.copyOfRange(two, SIZE, 2 * SIZE));
        disk.restartKilled();
        begin();

        round();

        assertThat(opened).isEmpty();
    }

    @Test
    void aLogThatIsWrittenAndCutMeanwhileIsNeverDamaged() throws IOException {
        Log log = log();
        for (int i = 0; i < 50; i++) {
            nowMs += WEEK_MS;
            for (int step = 0; step < 4; step++) {
                var _ = disk.directory().scrub().step(nowMs, WEEK_MS);
                append(log);
                if (step == 1) {
                    log.roll();
                }
                if (step == 2) {
                    log.truncate(log.endOffset() - RECORDS);
                }
                log.advanceStart(Math.max(log.startOffset(), log.endOffset() - 20));
                log.force();
                disk.checkpoint();
            }
        }

        assertThat(log.damagedRanges()).isEmpty();
    }

    private void begin() {
        disk.watch(opened::add);
    }

    private Log log() {
        Log log = disk.directory().openLog(Disk.NAME);
        return Objects.requireNonNull(log);
    }

    private static void append(Log log) throws IOException {
        var _ = log.append(Batches.of(RECORDS), 0);
    }

    /// Reads everything once.
    private int round() throws IOException {
        var _ = disk.directory().scrub().step(nowMs, WEEK_MS);
        nowMs += WEEK_MS;
        return rest();
    }

    private int rest() throws IOException {
        int bytes = 0;
        for (int read = 0; read >= 0; read = disk.directory().scrub().step(nowMs, WEEK_MS)) {
            bytes += read;
        }
        return bytes;
    }

    private void rot(long segment, int position) throws IOException {
        Path path = disk.file(name(segment));
        byte[] bytes = Files.readAllBytes(path);
        bytes[position] ^= 0x41;
        Files.write(path, bytes);
    }

    private static String name(long segment) {
        return "%020d.log".formatted(segment);
    }

    private static int read(Log log, long offset) throws IOException {
        LogSlice slice = (LogSlice) log.read(offset, offset + RECORDS, ALL, true);
        try {
            ByteBuffer bytes = slice.toBytes();
            return bytes.remaining();
        } finally {
            slice.release();
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRetentionTest {
    private static final long HOUR_MS = 3_600_000;
    private static final LogConfig HOURLY =
            LogConfig.defaults().with(new LogConfig.Retention(HOUR_MS, -1));
    private static final LogConfig COMPACTED =
            HOURLY.with(new LogConfig.Compaction(true, 0, 0, Long.MAX_VALUE, HOUR_MS));
    private static final long MAP_BYTES = 1 << 16;

    @TempDir Path temp;
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void expiredSegmentsGoAndTheirFilesAfterTheCheckpoint() throws IOException {
        Log log = segments(now(), now(), now() + HOUR_MS);
        disk.clock.advanceMs(HOUR_MS + 1);

        log.expire(log.expiredEnd(log.endOffset()));

        assertThat(log.startOffset()).isEqualTo(2);
        assertThat(log.read(1, 9, 9_999, true)).isInstanceOf(ReadResult.OutOfRange.class);
        disk.checkpoint();
        assertThat(logFiles()).containsExactly("00000000000000000002.log");
    }

    @Test
    void aLogToWhichNothingIsAppendedShrinksToNothing() throws IOException {
        Log log = segments(now(), now());
        disk.clock.advanceMs(HOUR_MS + 1);

        log.expire(log.expiredEnd(log.endOffset()));

        disk.checkpoint();
        assertThat(log.startOffset()).isEqualTo(2);
        assertThat(log.sizeBytes()).isZero();
        assertThat(logFiles()).containsExactly("00000000000000000002.log");
        log.expire(log.expiredEnd(log.endOffset()));
        assertThat(logFiles()).containsExactly("00000000000000000002.log");
        disk.restartKilled();
        assertThat(disk.log(HOURLY).startOffset()).isEqualTo(2);
    }

    @Test
    void aSegmentWhoseFileIsGoneKeepsNothingElse() throws IOException {
        Log log = segments(now(), now(), now() + HOUR_MS);
        disk.directory().checkpoint();
        disk.directory().limitOpenFiles(0);
        disk.directory().checkpoint();
        Files.delete(disk.file("00000000000000000000.log"));
        assertThatThrownBy(() -> log.read(0, 9, 9_999, true)).isInstanceOf(IOException.class);
        disk.directory().checkpoint();
        disk.clock.advanceMs(HOUR_MS + 1);

        log.expire(log.expiredEnd(log.endOffset()));

        assertThat(log.startOffset()).isEqualTo(2);
    }

    @Test
    void whatIsAppendedMeanwhileStays() throws IOException {
        Log log = segments(now(), now());
        disk.clock.advanceMs(HOUR_MS + 1);
        long expiredEnd = log.expiredEnd(log.endOffset());
        log.append(Batches.of(1), 0);

        log.expire(expiredEnd);

        assertThat(log.startOffset()).isEqualTo(1);
        assertThat(log.endOffset()).isEqualTo(3);
    }

    @Test
    void aSegmentOfTheFutureCountsByTheTimeOfItsFile() throws IOException {
        Log log = segments(now() + 9_999 * HOUR_MS, now() + 9_999 * HOUR_MS);
        written(0, now() - HOUR_MS - 1);
        written(1, now() - HOUR_MS);

        assertThat(log.expiredEnd(2)).isEqualTo(1);
    }

    @Test
    void aSegmentWithoutTimestampsCountsByTheTimeOfItsFile() throws IOException {
        Log log = segments(-1, -1);
        written(0, now() - HOUR_MS - 1);
        written(1, now());

        assertThat(log.expiredEnd(2)).isEqualTo(1);
    }

    @Test
    void compactionMakesNoSegmentYounger() throws IOException {
        Log log = keyedSegments("a", "a");
        written(0, now() - HOUR_MS - 1);
        written(1, now() - HOUR_MS - 1);
        assertThat(log.expiredEnd(2)).isEqualTo(2);

        CompactionModel.compact(log, now(), MAP_BYTES);

        assertThat(CompactionModel.records(log)).hasSize(1);
        assertThat(log.expiredEnd(2)).isEqualTo(2);
        disk.checkpoint();
        disk.restart();
        assertThat(disk.log(COMPACTED).expiredEnd(2)).isEqualTo(2);
    }

    @Test
    void theCopyOfSeveralSegmentsIsAsOldAsTheYoungest() throws IOException {
        Log log = keyedSegments("a", "b", "c");
        written(0, now() - HOUR_MS - 1);
        written(1, now() - HOUR_MS);
        written(2, now() - HOUR_MS - 1);

        CompactionModel.compact(log, now(), MAP_BYTES);

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(log.expiredEnd(3)).isEqualTo(Log.NOTHING_EXPIRED);
        disk.clock.advanceMs(1);
        assertThat(log.expiredEnd(3)).isEqualTo(3);
    }

    @Test
    void aDamagedSegmentCountsByTheTimeOfItsFile() throws IOException {
        segments(now(), now());
        disk.checkpoint();
        disk.restart();
        for (String name : new String[] {".log", ".timeindex"}) {
            try (LogFile file = LogFiles.system().open(file(0, name), LogFiles.Mode.WRITE)) {
                file.write(ByteBuffer.allocate(8), 4);
            }
        }
        Log log = disk.log(HOURLY);
        written(0, now() - HOUR_MS - 1);

        assertThat(log.expiredEnd(2)).isEqualTo(1);
    }

    @Test
    void theLatestRecordOfASegmentDecidesAlsoAfterARestart() throws IOException {
        segments(now() + HOUR_MS, now());
        disk.restartKilled();
        Log log = disk.log(HOURLY);
        disk.clock.advanceMs(HOUR_MS + 1);

        assertThat(log.expiredEnd(2)).isEqualTo(Log.NOTHING_EXPIRED);
        disk.clock.advanceMs(HOUR_MS);
        assertThat(log.expiredEnd(2)).isEqualTo(2);
    }

    @Test
    void recordsThatWereDeletedGoAlthoughAllIsKept() throws IOException {
        Log log = segments(now());
        log.configure(LogConfig.defaults());
        log.advanceStart(1);
        assertThat(log.sizeBytes()).isPositive();

        log.expire(log.expiredEnd(log.endOffset()));

        assertThat(log.sizeBytes()).isZero();
    }

    @Test
    void theLargestTimestampIsThatOfARecordThatIsLeft() throws IOException {
        Log log = disk.log();
        log.append(Batches.at(Compression.NONE, 900, 300, 500), 0);
        log.append(Batches.at(Compression.NONE, 400, 500, 200), 0);
        log.roll();
        log.append(Batches.at(Compression.NONE, 450), 0);

        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(900, 0, 0));
        log.advanceStart(1);
        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(500, 2, 0));
        log.advanceStart(3);
        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(500, 4, 0));
        log.advanceStart(5);
        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(450, 6, 0));
    }

    @Test
    void aNewLimitHoldsAtOnce() throws IOException {
        Log log = segments(now(), now());
        log.configure(HOURLY.with(new LogConfig.Retention(-1, 0)));

        assertThat(log.expiredEnd(2)).isEqualTo(2);
    }

    /// A log with one segment for each timestamp, of one record.
    private Log segments(long... timestamps) throws IOException {
        Log log = disk.log(HOURLY);
        for (long timestamp : timestamps) {
            log.roll();
            log.append(Batches.of(1, 10, timestamp), 0);
        }
        return log;
    }

    /// A log with one segment for each key, of one record a year ahead, and an empty one.
    private Log keyedSegments(String... keys) throws IOException {
        Log log = disk.log(COMPACTED);
        for (String key : keys) {
            log.append(Batches.keyed(key, now() + 365 * 24 * HOUR_MS), 0);
            log.roll();
        }
        return log;
    }

    private long now() {
        return disk.clock.wallMs();
    }

    private void written(long base, long ms) throws IOException {
        Files.setLastModifiedTime(file(base, ".log"), FileTime.fromMillis(ms));
    }

    private Path file(long base, String suffix) {
        return disk.file("%020d%s".formatted(base, suffix));
    }

    private List<String> logFiles() throws IOException {
        return LogFiles.system().list(temp.resolve(Disk.NAME)).stream()
                .filter(name -> name.endsWith(".log"))
                .toList();
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A search by time beside a log that changes.
class TimestampSearchTest {
    private static final LogConfig DENSE = LogConfig.defaults().withIndexIntervalBytes(0);

    /// Of these small batches a segment has some 32 KB.
    private static final int MORE = 400;

    private static final int BATCH_BYTES = Batches.at(Compression.NONE, Batches.TIME).sizeBytes();

    private static final int SEGMENT_PART_BYTES = 16 << 10;

    @TempDir Path temp;
    private final HookedFiles files = new HookedFiles();
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp, files);
    }

    @Test
    void anIndexThatIsAheadOfTheViewIsNoDamage() throws IOException {
        Log log = twoSegments(3 + MORE);
        long end = log.endOffset();
        files.opening =
                path -> {
                    if (isFirstTimeIndex(path)) {
                        append(log, LongStream.range(end + 1, end + 1 + MORE).toArray());
                        files.logBytesRead = 0;
                    }
                };

        assertThat(offsetFor(log, end + MORE)).isNull();

        assertThat(files.logBytesRead).isLessThan(SEGMENT_PART_BYTES);
        files.opening = HookedFiles.NOTHING;
        assertThat(offsetFor(log, end + MORE)).isEqualTo(found(end + MORE, end + MORE - 1));
        assertThat(offsetFor(log, 3)).isEqualTo(found(3, 2));
    }

    @Test
    void whatIsNotFoundInALogThatIsClosedMeanwhileIsNoAnswer() throws IOException {
        Log log = twoSegments(3);
        files.opening =
                path -> {
                    if (isFirstTimeIndex(path)) {
                        files.opening = HookedFiles.NOTHING;
                        log.close();
                    }
                };

        assertThatThrownBy(() -> offsetFor(log, 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was closed");
    }

    @Test
    void segmentsWhoseLatestTimeIsKnownAreNotOpened() throws IOException {
        disk.directory().limitOpenFiles(2);
        Log log = disk.log(DENSE);
        for (int i = 0; i < 20; i++) {
            append(log, i);
            log.roll();
        }
        log.force();
        disk.directory().checkpoint();
        files.logsOpened = 0;

        assertThat(offsetFor(log, 19)).isEqualTo(found(19, 19));
        assertThat(log.maxTimestamp()).isEqualTo(found(19, 19));

        assertThat(files.logsOpened).isLessThanOrEqualTo(2);
    }

    /// One that was opened anew: the largest timestamp of the first is not in memory.
    private Log twoSegments(int records) throws IOException {
        Log log = disk.log(DENSE);
        append(log, 1);
        log.roll();
        append(log, LongStream.rangeClosed(2, records).toArray());
        disk.restart();
        return disk.log(DENSE);
    }

    /// Of the segment it was known before.
    @Test
    void theLatestTimeIsThatOfARecordThatIsThere() throws IOException {
        Log log = disk.log(DENSE);
        append(log, 1, 9, 5);
        log.roll();
        append(log, 2);
        assertThat(log.maxTimestamp()).isEqualTo(found(9, 1));
        rot(BATCH_BYTES + RecordBatch.MAGIC_AT);

        assertThatThrownBy(() -> log.read(1, Long.MAX_VALUE, 1, true))
                .isInstanceOf(DamagedLog.class);
        disk.checkpoint();

        assertThat(log.damagedRanges()).hasSize(1);
        assertThat(log.maxTimestamp()).isEqualTo(found(5, 2));
    }

    /// What its records say is not to be believed.
    @Test
    void aBatchWithAWrongCrcIsNoAnswer() throws IOException {
        Log log = disk.log(DENSE);
        append(log, 1, 9, 5);
        log.roll();
        append(log, 2);
        rot(2 * BATCH_BYTES - 1);

        assertThatThrownBy(() -> offsetFor(log, 6))
                .isInstanceOf(DamagedLog.class)
                .hasMessageContaining("wrong CRC");
        disk.checkpoint();

        assertThat(log.damagedRanges()).hasSize(1);
        assertThat(offsetFor(log, 3)).isEqualTo(found(5, 2));
    }

    /// Or a swap, and with it every checkpoint, would wait for a segment to be read.
    @Test
    void nothingIsLockedWhileASegmentIsIndexedAnew() throws IOException {
        Log log = twoSegments(3);
        files.delete(disk.file("00000000000000000000.timeindex"));
        boolean[] locked = {false, false};
        files.reading =
                () -> locked[Thread.holdsLock(disk.directory().files().naming) ? 1 : 0] = true;

        assertThat(log.maxTimestamp()).isEqualTo(found(3, 2));

        assertThat(locked).containsExactly(true, false);
        assertThat(disk.file("00000000000000000000.timeindex")).isNotEmptyFile();
    }

    /// A byte of the first segment is another from now on.
    private void rot(int position) throws IOException {
        Path first = disk.file("00000000000000000000.log");
        try (LogFile file = files.open(first, LogFiles.Mode.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {77}), position);
        }
    }

    private static void append(Log log, long... timestamps) throws IOException {
        for (long timestamp : timestamps) {
            log.append(Batches.at(Compression.NONE, Batches.TIME + timestamp), 0);
        }
    }

    private static @Nullable TimestampedOffset offsetFor(Log log, long timestamp)
            throws IOException {
        return log.offsetForTimestamp(Batches.TIME + timestamp);
    }

    private static TimestampedOffset found(long timestamp, long offset) {
        return new TimestampedOffset(Batches.TIME + timestamp, offset, 0);
    }

    private static boolean isFirstTimeIndex(Path path) {
        return path.endsWith("00000000000000000000.timeindex");
    }

    private static final class HookedFiles extends UnforcedFiles {
        static final Hook NOTHING = _ -> {};

        private Hook opening = NOTHING;
        private Runnable reading = () -> {};
        private int logsOpened;
        private int logBytesRead;

        interface Hook {
            void on(Path path) throws IOException;
        }

        @Override
        void reading(Path path, ByteBuffer into, long position) {
            if (path.toString().endsWith(SegmentPaths.LOG)) {
                logBytesRead += into.remaining();
                reading.run();
            }
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            if (path.toString().endsWith(SegmentPaths.LOG)) {
                logsOpened++;
            }
            if (mode == Mode.READ) {
                opening.on(path);
            }
            return super.open(path, mode);
        }
    }
}

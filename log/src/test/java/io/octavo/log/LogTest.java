package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    private static final int ALL = Integer.MAX_VALUE;

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
    void aLogWithoutRecordsHasNoFiles() throws IOException {
        Log log = disk.log();

        disk.checkpoint();

        assertThat(disk.directory().partitions().names()).isEmpty();
        assertThat(log.startOffset()).isZero();
        assertThat(log.endOffset()).isZero();
        assertThat(log.force()).isZero();
        assertThat(log.read(0, ALL, ALL, true)).isInstanceOf(ReadResult.Empty.class);
    }

    @Test
    void offsetsAndEpochAreStampedIntoTheBatch() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 5);
        RecordBatch batch = Batches.of(2);

        long base = log.append(batch, 6);

        assertThat(base).isEqualTo(3);
        assertThat(batch.baseOffset()).isEqualTo(3);
        assertThat(batch.leaderEpoch()).isEqualTo(6);
        assertThat(log.endOffset()).isEqualTo(5);
        assertThat(log.epochs().entries())
                .containsExactly(new EpochHistory.Epoch(5, 0), new EpochHistory.Epoch(6, 3));
    }

    @Test
    void anEpochBelowTheLastIsRefused() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(1), 5);

        assertThatThrownBy(() -> log.append(Batches.of(1), 4))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(log.endOffset()).isEqualTo(1);
    }

    @Test
    void bytesComeBackAsTheyWereAppended() throws IOException {
        Log log = disk.log();
        RecordBatch first = Batches.of(3);
        RecordBatch second = Batches.of(2);
        log.append(first, 0);
        log.append(second, 0);

        List<RecordBatch> read = read(log, 0, ALL, ALL, true);

        assertThat(read).hasSize(2);
        assertThat(read.get(0).bytes()).isEqualTo(first.bytes());
        assertThat(read.get(1).bytes()).isEqualTo(second.bytes());
        assertThat(read.get(1).crcValid()).isTrue();
    }

    @Test
    void aReadInTheMiddleOfABatchBeginsWithThatBatch() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 100; i++) {
            log.append(Batches.of(3), 0);
        }

        for (long offset = 0; offset < 300; offset++) {
            List<RecordBatch> read = read(log, offset, ALL, 1, true);
            assertThat(read).hasSize(1);
            assertThat(read.getFirst().baseOffset()).isEqualTo(offset / 3 * 3);
        }
    }

    @Test
    void theLastBatchIsCutAtTheLimit() throws IOException {
        Log log = disk.log();
        int size = Batches.of(3).sizeBytes();
        log.append(Batches.of(3), 0);
        log.append(Batches.of(3), 0);

        LogSlice slice = (LogSlice) log.read(0, ALL, size + 10, true);

        assertThat(slice.sizeBytes()).isEqualTo(size + 10);
        slice.release();
    }

    @Test
    void aFirstBatchAboveTheLimitIsGivenOnlyWhenAskedFor() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);

        assertThat(log.read(0, ALL, 10, false)).isInstanceOf(ReadResult.Empty.class);
        assertThat(read(log, 0, ALL, 10, true)).hasSize(1);
    }

    @Test
    void nothingAtTheBoundOrBehindIsRead() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 100; i++) {
            log.append(Batches.of(3), 0);
        }

        for (long end = 0; end <= 300; end++) {
            ReadResult result = log.read(0, end, ALL, true);
            if (end < 3) {
                assertThat(result).isInstanceOf(ReadResult.Empty.class);
            } else {
                LogSlice slice = (LogSlice) result;
                assertThat(Batches.in(slice.toBytes()).getLast().nextOffset())
                        .isEqualTo(end / 3 * 3);
                slice.release();
            }
        }
    }

    @Test
    void anOffsetThatIsNotInTheLogIsOutOfRange() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);

        assertThat(log.read(4, ALL, ALL, true)).isEqualTo(new ReadResult.OutOfRange(0, 3));
        assertThat(log.read(-1, ALL, ALL, true)).isEqualTo(new ReadResult.OutOfRange(0, 3));
        assertThat(log.read(3, ALL, ALL, true)).isInstanceOf(ReadResult.Empty.class);
    }

    @Test
    void aSegmentIsRolledBeforeItOutgrowsItsSize() throws IOException {
        int size = Batches.of(10, 100, Batches.TIME).sizeBytes();
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(3 * size));

        for (int i = 0; i < 7; i++) {
            log.append(Batches.of(10, 100, Batches.TIME), 0);
        }

        assertThat(logFiles())
                .containsExactly(
                        "00000000000000000000.log",
                        "00000000000000000030.log",
                        "00000000000000000060.log");
        assertThat(log.sizeBytes()).isEqualTo(7L * size);
    }

    @Test
    void aBatchLargerThanASegmentHasOneForItself() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
        log.append(Batches.of(1), 0);
        log.append(Batches.of(1, 5000, Batches.TIME), 0);
        log.append(Batches.of(1), 0);

        assertThat(logFiles()).hasSize(3);
        assertThat(read(log, 1, ALL, ALL, true)).hasSize(1);
    }

    @Test
    void aSegmentIsRolledWhenItsFirstRecordIsOld() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentMsMax(1000));
        log.append(Batches.of(1), 0);
        disk.clock.advanceMs(999);
        log.append(Batches.of(1), 0);
        disk.clock.advanceMs(1);
        log.append(Batches.of(1), 0);

        assertThat(logFiles()).hasSize(2);
    }

    @Test
    void aSegmentIsRolledWhenItsIndexIsFull() throws IOException {
        LogConfig config = LogConfig.defaults().withIndexIntervalBytes(0).withIndexBytesMax(80);
        Log log = disk.log(config);
        for (int i = 0; i < 12; i++) {
            log.append(Batches.of(1, 10, Batches.TIME), 0);
        }

        disk.checkpoint();

        assertThat(logFiles()).hasSize(2);
        assertThat(Files.size(disk.file("00000000000000000000.index"))).isEqualTo(80);
    }

    @Test
    void aSliceOutlivesItsSegmentAndItsLog() throws IOException {
        Log log = disk.log();
        RecordBatch batch = Batches.of(3);
        log.append(batch, 0);
        LogSlice slice = (LogSlice) log.read(0, ALL, ALL, true);

        log.delete();
        disk.checkpoint();

        assertThat(disk.root.resolve(Disk.NAME)).doesNotExist();
        assertThat(slice.toBytes()).isEqualTo(batch.bytes());
        FileChannel channel = Objects.requireNonNull(slice.channel());
        assertThat(channel.isOpen()).isTrue();
        slice.release();
        disk.directory().checkpoint();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAdvancedStartDropsWholeSegmentsAndLasts() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
        for (int i = 0; i < 100; i++) {
            log.append(Batches.of(10), i / 50);
        }

        log.advanceStart(707);
        disk.checkpoint();

        assertThat(log.startOffset()).isEqualTo(707);
        assertThat(log.read(706, ALL, ALL, true)).isInstanceOf(ReadResult.OutOfRange.class);
        assertThat(read(log, 707, ALL, ALL, true).getFirst().baseOffset()).isEqualTo(700);
        assertThat(log.epochs().entries()).containsExactly(new EpochHistory.Epoch(1, 707));
        assertThat(SegmentPaths.offsetOf(logFiles().getFirst(), SegmentPaths.LOG))
                .isBetween(600L, 707L);
        disk.restart();
        Log again = disk.log();
        assertThat(again.startOffset()).isEqualTo(707);
        assertThat(again.endOffset()).isEqualTo(1000);
        assertThat(again.epochs().entries()).containsExactly(new EpochHistory.Epoch(1, 707));
    }

    @Test
    void theStartNeverGoesBackAndNeverPassesTheEnd() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);
        log.advanceStart(5);

        log.advanceStart(3);

        assertThat(log.startOffset()).isEqualTo(5);
        assertThatThrownBy(() -> log.advanceStart(11)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLogWhoseRecordsAreAllGoneKeepsItsEnd() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 3);
        log.advanceStart(10);
        log.roll();
        log.advanceStart(10);
        disk.checkpoint();
        disk.restart();

        Log again = disk.log();

        assertThat(again.startOffset()).isEqualTo(10);
        assertThat(again.endOffset()).isEqualTo(10);
        assertThat(again.append(Batches.of(1), 3)).isEqualTo(10);
    }

    @Test
    void forcingMakesTheEndDurable() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
        for (int i = 0; i < 50; i++) {
            log.append(Batches.of(10), 0);
        }
        assertThat(log.durableEnd()).isZero();

        long durable = log.force();

        assertThat(durable).isEqualTo(500);
        assertThat(log.durableEnd()).isEqualTo(500);
    }

    @Test
    void aCheckpointMakesSealedSegmentsDurable() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);
        log.roll();
        log.append(Batches.of(10), 0);

        disk.checkpoint();

        assertThat(log.durableEnd()).isEqualTo(10);
    }

    @Test
    void aTruncatedLogGoesOnWhereItWasCut() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
        for (int i = 0; i < 100; i++) {
            log.append(Batches.from(i % 3, 0, i / 3 * 10, 10), i / 10);
        }
        log.force();

        log.truncate(455);

        assertThat(log.endOffset()).isEqualTo(450);
        assertThat(log.durableEnd()).isEqualTo(450);
        assertThat(log.epochs().latest()).isEqualTo(4);
        assertThat(log.append(Batches.of(1), 7)).isEqualTo(450);
        assertThat(read(log, 449, ALL, ALL, true)).hasSizeGreaterThan(1);
        assertThat(log.epochs().endOf(4, 7, 451)).isEqualTo(new EpochHistory.EpochEnd(4, 450));
        assertThat(log.producers().check(Batches.from(0, 0, 150, 10)))
                .isInstanceOf(ProducerCheck.Accepted.class);
        assertThat(log.producers().check(Batches.from(1, 0, 150, 10)))
                .isInstanceOf(ProducerCheck.Accepted.class);
    }

    @Test
    void aClosedLogIsOpenedAsItWas() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 1000; i++) {
            log.append(Batches.of(10), i / 400);
        }
        log.close();

        Log again = disk.log();

        assertThat(again.endOffset()).isEqualTo(10_000);
        assertThat(again.durableEnd()).isEqualTo(10_000);
        assertThat(again.epochs().entries()).hasSize(3);
        assertThat(again.append(Batches.of(1), 2)).isEqualTo(10_000);
        assertThat(read(again, 9_995, ALL, ALL, true)).hasSize(2);
    }

    private List<RecordBatch> read(
            Log log, long offset, long end, int bytesMax, boolean atLeastOneBatch)
            throws IOException {
        LogSlice slice = (LogSlice) log.read(offset, end, bytesMax, atLeastOneBatch);
        try {
            return Batches.in(slice.toBytes());
        } finally {
            slice.release();
        }
    }

    private List<String> logFiles() throws IOException {
        return LogFiles.system().list(disk.root.resolve(Disk.NAME)).stream()
                .filter(name -> name.endsWith(SegmentPaths.LOG))
                .toList();
    }
}

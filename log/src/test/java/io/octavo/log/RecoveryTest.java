package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    private static final String SEGMENT = "00000000000000000000.log";

    @TempDir Path temp;
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp);
    }

    @Test
    void aLastBatchTornAtAnyByteIsCutAndKept() throws IOException {
        Log log = disk.log();
        log.append(Batches.from(1, 0, 0, 3), 0);
        log.append(Batches.from(1, 0, 3, 3), 0);
        disk.directory().checkpoint();
        long whole = Files.size(disk.file(SEGMENT));
        log.append(Batches.from(1, 0, 6, 3), 0);
        byte[] bytes = Files.readAllBytes(disk.file(SEGMENT));

        for (int size = (int) whole + 1; size < bytes.length; size++) {
            Files.write(disk.file(SEGMENT), Arrays.copyOf(bytes, size));
            disk.restartKilled();
            Log again = disk.log();

            assertThat(again.endOffset()).as("%d bytes", size).isEqualTo(6);
            assertThat(Files.size(disk.file(SEGMENT))).isEqualTo(whole);
            if (size - whole >= Long.BYTES) {
                // The first bytes of a small offset are zeros, and zeros need not be kept.
                assertThat(disk.file(SEGMENT + "." + whole + ".cut")).hasSize(size - whole);
            }
            assertThat(again.producers().check(Batches.from(1, 0, 6, 3)))
                    .isInstanceOf(ProducerCheck.Accepted.class);
        }
    }

    /// What is torn cannot be kept: something of that name is in the way.
    @Test
    void aLogThatCannotBeOpenedLeavesNoFileOpen() throws IOException {
        disk.log().append(Batches.of(3), 0);
        disk.directory().checkpoint();
        long whole = Files.size(disk.file(SEGMENT));
        Files.write(disk.file(SEGMENT), new byte[] {7, 7, 7, 7}, StandardOpenOption.APPEND);
        Files.createDirectory(disk.file(SEGMENT + "." + whole + ".cut"));
        disk.restartKilled();

        assertThatThrownBy(disk::log).isInstanceOf(IOException.class);

        assertThat(disk.directory().files().count()).isZero();
    }

    @Test
    void aLastBatchWithAnyByteChangedIsCut() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 4);
        disk.directory().checkpoint();
        int whole = (int) Files.size(disk.file(SEGMENT));
        log.append(Batches.of(3), 4);
        byte[] bytes = Files.readAllBytes(disk.file(SEGMENT));

        for (int at = whole; at < bytes.length; at++) {
            if (at - whole >= RecordBatch.LEADER_EPOCH_AT && at - whole < RecordBatch.MAGIC_AT) {
                // The epoch is outside the CRC, and a larger one is a right one.
                continue;
            }
            byte[] changed = bytes.clone();
            changed[at] ^= 0x40;
            Files.write(disk.file(SEGMENT), changed);
            disk.restartKilled();

            assertThat(disk.log().endOffset()).as("byte %d", at - whole).isEqualTo(3);
        }
    }

    /// Or what comes there next would never be compacted.
    @Test
    void nothingCountsAsCompactedBehindAnEndThatWasCut() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);
        int whole = (int) Files.size(disk.file(SEGMENT));
        log.append(Batches.of(3), 0);
        log.compacted().cleaned(6);
        byte[] bytes = Files.readAllBytes(disk.file(SEGMENT));
        Files.write(disk.file(SEGMENT), Arrays.copyOf(bytes, whole + 50));
        Files.deleteIfExists(temp.resolve(Checkpoint.FILE));

        disk.restartKilled();

        Log again = disk.log();
        assertThat(again.endOffset()).isEqualTo(3);
        assertThat(again.compacted().cleanEnd()).isEqualTo(3);
    }

    @Test
    void zerosBehindTheEndAreTheEnd() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);
        long whole = Files.size(disk.file(SEGMENT));
        write(SEGMENT, ByteBuffer.allocate(100_000), whole);

        disk.restartKilled();

        assertThat(disk.log().endOffset()).isEqualTo(3);
        assertThat(disk.file(SEGMENT)).hasSize(whole);
        assertThat(cuts()).isEmpty();
    }

    @Test
    void whatStandsBehindZerosIsTornAndKept() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);
        long whole = Files.size(disk.file(SEGMENT));
        write(SEGMENT, Batches.of(3).bytes(), whole + 5000);

        disk.restartKilled();

        assertThat(disk.log().endOffset()).isEqualTo(3);
        assertThat(cuts()).hasSize(1);
    }

    @Test
    void aRestartReadsNothingBelowWhatTheCheckpointVouchesFor() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 10; i++) {
            log.append(Batches.of(3), 0);
        }
        log.force();
        disk.directory().checkpoint();
        write(SEGMENT, ByteBuffer.wrap(new byte[] {99}), 150);

        disk.restartKilled();
        Log again = disk.log();

        assertThat(again.endOffset()).isEqualTo(30);
        assertThat(cuts()).isEmpty();
    }

    @Test
    void withoutACheckpointEveryBatchIsVerified() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 10; i++) {
            log.append(Batches.from(1, 0, 3 * i, 3), i / 4);
            log.roll();
        }
        disk.directory().checkpoint();
        Files.delete(disk.root.resolve(Checkpoint.FILE));

        disk.restartKilled();
        Log again = disk.log();

        assertThat(again.endOffset()).isEqualTo(30);
        assertThat(again.epochs().entries()).hasSize(3);
        assertThat(again.producers().check(Batches.from(1, 0, 27, 3)))
                .isEqualTo(new ProducerCheck.Duplicate(27, 29, Batches.TIME));
    }

    @Test
    void anEpochWhoseBatchesWereLostIsNotBelieved() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(3), 0);
        long whole = log.sizeBytes();
        log.append(Batches.of(3), 1);
        disk.directory().checkpoint();
        Files.delete(disk.root.resolve(Checkpoint.FILE));
        byte[] bytes = Files.readAllBytes(disk.file(SEGMENT));
        Files.write(disk.file(SEGMENT), Arrays.copyOf(bytes, (int) whole));

        disk.restartKilled();

        assertThat(disk.log().epochs().entries()).containsExactly(new EpochHistory.Epoch(0, 0));
    }

    /// Of what was not forced, a power cut leaves any part: here what is behind two MiB of room.
    @Test
    void whatAPowerCutLeavesBehindMuchRoomIsKept() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(1), 0);
        disk.directory().checkpoint();
        int end = Math.toIntExact(Files.size(disk.file(SEGMENT)));
        int at = end + (2 << 20) + (100 << 10);
        ByteBuffer left = Batches.of(1).bytes();
        int size = at + left.remaining();
        write(SEGMENT, left, at);

        disk.restartMachine();

        assertThat(disk.log().endOffset()).isOne();
        assertThat(cuts()).hasSize(1);
        assertThat(disk.file(cuts().getFirst())).hasSize(size - end);
    }

    @Test
    void aTailOfManyReadsIsThere() throws IOException {
        Log log = disk.log();
        int valueBytes = BatchCursor.SCAN_BYTES / 3;
        for (int i = 0; i < 10; i++) {
            log.append(Batches.of(i + 1, valueBytes, Batches.TIME + i), 0);
        }
        long end = log.endOffset();

        disk.restartKilled();

        assertThat(disk.log().endOffset()).isEqualTo(end);
        assertThat(cuts()).isEmpty();
    }

    private void write(String name, ByteBuffer bytes, long position) throws IOException {
        try (LogFile file = LogFiles.system().open(disk.file(name), LogFiles.Mode.WRITE)) {
            file.write(bytes, position);
        }
    }

    private List<String> cuts() throws IOException {
        return LogFiles.system().list(disk.root.resolve(Disk.NAME)).stream()
                .filter(name -> name.endsWith(".cut"))
                .toList();
    }

    /// What was killed may have left pages that seem to be on the disk, in logs that nobody asked
    /// for since.
    @Test
    void aCleanStopDoesNotSpeakForLogsThatWereNotOpened() throws IOException {
        disk.log().append(Batches.of(1), 0);
        disk.directory().checkpoint();
        disk.restartKilled();
        assertThat(disk.directory().lastRun()).isEqualTo(LastRun.KILLED);

        disk.restart();
        assertThat(disk.directory().lastRun()).isEqualTo(LastRun.KILLED);

        disk.log();
        disk.restart();
        assertThat(disk.directory().lastRun()).isEqualTo(LastRun.CLEAN);
    }

    @Test
    void aNameWhoseLastLogIsNotRemovedYetIsFreeLater() throws IOException {
        Log last = disk.log();
        last.append(Batches.of(1), 0);
        Uuid next = new Uuid(3, 4);

        assertThatThrownBy(() -> disk.directory().log(Disk.NAME, next, LogConfig.defaults()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not removed yet");

        last.delete();
        assertThat(disk.directory().log(Disk.NAME, next, LogConfig.defaults()).endOffset())
                .isZero();
    }
}

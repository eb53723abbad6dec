package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much of a log is read when it is opened after a kill.
class RecoveryReadsTest {
    private static final int MIB = 1 << 20;

    /// How much log there may be behind a snapshot.
    private static final int SNAPSHOT_BYTES = 8 * MIB;

    @TempDir Path temp;
    private final CountedReads files = new CountedReads();
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp, files);
    }

    @Test
    void runsThatAreKilledEarlyDoNotLeaveMoreAndMoreToRead() throws IOException {
        int runBytes = 3 * MIB;
        Log log = disk.log();
        log.append(Batches.from(11, 0, 0, 1), 0);
        for (int run = 1; run <= 8; run++) {
            append(log, runBytes, 4_000);
            disk.directory().checkpoint();

            log = openedAfterKill();

            assertThat(files.readBytes).as("run %d", run).isLessThan(SNAPSHOT_BYTES + runBytes);
        }
        assertThat(log.producers().count()).isEqualTo(1);
    }

    @Test
    void ofLargeBatchesThatAreDurableOnlyTheHeadersAreRead() throws IOException {
        Log before = disk.log();
        before.append(Batches.from(11, 0, 0, 1), 0);
        append(before, 6 * MIB, MIB / 2);
        disk.directory().checkpoint();

        Log log = openedAfterKill();

        // All of the last one, to see that it is the one that was noted.
        assertThat(files.readBytes).isLessThan(MIB);
        assertThat(log.producers().count()).isEqualTo(1);
    }

    @Test
    void ofTheRoomAheadOnlyASampleIsRead() throws IOException {
        Log before = disk.log();
        append(before, MIB, 4_000);
        disk.directory().checkpoint();
        append(before, 4_000, 4_000);
        long end = before.endOffset();
        setAside(64 * MIB, ByteBuffer.allocate(1));

        Log log = openedAfterKill();

        assertThat(log.endOffset()).isEqualTo(end);
        assertThat(files.readBytes).isLessThan(5 * MIB);
    }

    @Test
    void whatWasWrittenFarBehindTheEndIsKeptAside() throws IOException {
        Log before = disk.log();
        append(before, MIB, 4_000);
        disk.directory().checkpoint();
        long end = before.endOffset();
        setAside(16 * MIB, Batches.of(1, 300 << 10, Batches.TIME).bytes());

        Log log = openedAfterKill();

        assertThat(log.endOffset()).isEqualTo(end);
        try (Stream<Path> names = Files.list(log.path())) {
            assertThat(names).anyMatch(name -> name.toString().endsWith(FoundSegments.CUT));
        }
    }

    /// Makes the log's file larger, and writes something there.
    private void setAside(long position, ByteBuffer bytes) throws IOException {
        Path file = new SegmentPaths(temp.resolve(Disk.NAME), 0).log();
        try (LogFile open = files.open(file, LogFiles.Mode.WRITE)) {
            open.write(bytes, position);
        }
    }

    private Log openedAfterKill() throws IOException {
        disk.restartKilled();
        files.readBytes = 0;
        return disk.log();
    }

    private static void append(Log log, int bytes, int batchBytes) throws IOException {
        for (int i = 0; i < bytes / batchBytes; i++) {
            log.append(Batches.of(1, batchBytes, Batches.TIME), 0);
        }
        log.force();
    }

    private static final class CountedReads extends UnforcedFiles {
        private long readBytes;

        @Override
        void reading(Path path, ByteBuffer into, long position) {
            if (path.toString().endsWith(SegmentPaths.LOG)) {
                readBytes += into.remaining();
            }
        }
    }
}

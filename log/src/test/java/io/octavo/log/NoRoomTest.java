package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is full just when something about a log is to be written down.
class NoRoomTest {
    private static final String SEGMENT = "00000000000000000000.log";
    private static final int SIZE = Batches.of(3).sizeBytes();

    @TempDir Path root;
    private final FullFiles files = new FullFiles();

    @Test
    void whatIsDamagedIsPassedOverThoughItCannotBeWrittenDown() throws IOException {
        try (Disk disk = Disk.on(root, files)) {
            Log log = disk.log();
            for (int i = 0; i < 5; i++) {
                log.append(Batches.of(3), 0);
            }
            log.roll();
            log.append(Batches.of(3), 0);
            disk.checkpoint();
            try (LogFile file = files.open(disk.file(SEGMENT), LogFiles.Mode.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {77}), 2 * SIZE + RecordBatch.MAGIC_AT);
            }
            files.full = DamageFile.FILE + SegmentPaths.UNFINISHED;
            assertThatThrownBy(() -> log.read(6, Long.MAX_VALUE, 1, true))
                    .isInstanceOf(DamagedLog.class);

            disk.checkpoint();
            files.reads = 0;
            log.append(Batches.of(3), 0);
            disk.checkpoint();

            assertThat(files.reads).isZero();
            assertThat(log.damagedRanges()).hasSize(1);
            assertThat(Served.offsets(log)).containsExactly(0L, 3L, 9L, 12L, 15L, 18L);
            assertThat(noted(disk)).isEqualTo(21);
            assertThat(disk.file(DamageFile.FILE)).doesNotExist();
            files.full = "";
            disk.checkpoint();
            assertThat(disk.file(DamageFile.FILE)).exists();
        }
    }

    /// The next checkpoint counts what is there.
    @Test
    void aLogOfWhichASegmentIsGoneIsNotOpenedBeforeThatIsWrittenDown() throws IOException {
        try (Disk disk = Disk.on(root, files)) {
            Log log = disk.log();
            for (int i = 0; i < 3; i++) {
                log.append(Batches.of(3), 0);
                log.roll();
            }
            log.append(Batches.of(3), 0);
            log.force();
            disk.checkpoint();
            files.delete(disk.file("00000000000000000003.log"));
            disk.restartKilled();
            files.full = DamageFile.FILE + SegmentPaths.UNFINISHED;
            assertThatThrownBy(disk::log).isInstanceOf(NoSpace.class);
            disk.checkpoint();
            disk.restartKilled();
            files.full = "";

            Log again = disk.log();

            assertThat(again.damagedRanges()).hasSize(1);
            assertThat(Served.offsets(again)).containsExactly(0L, 6L, 9L);
        }
    }

    /// Then it takes as little room to go on as there was missing.
    @Test
    void aCheckpointIsAppendedToOnceThereIsRoomForThat() throws IOException {
        try (Disk disk = Disk.on(root, files)) {
            Log log = disk.log();
            log.append(Batches.of(3), 0);
            disk.checkpoint();
            log.append(Batches.of(3), 0);
            files.full = Checkpoint.FILE;
            assertThatThrownBy(disk::checkpoint).isInstanceOf(NoSpace.class);

            files.full = Checkpoint.FILE + SegmentPaths.UNFINISHED;
            disk.checkpoint();

            files.full = "";
            disk.restartKilled();
            assertThat(noted(disk)).isEqualTo(6);
        }
    }

    @Test
    void whatIsNotWrittenInFullTakesNoRoom() throws IOException {
        try (Disk _ = Disk.on(root, files)) {
            Path path = root.resolve("small");
            files.full = "small" + SegmentPaths.UNFINISHED;

            assertThatThrownBy(() -> WholeFile.replace(files, path, ByteBuffer.allocate(10)))
                    .isInstanceOf(NoSpace.class);

            assertThat(files.list(root)).doesNotContain("small", "small" + SegmentPaths.UNFINISHED);
        }
    }

    private static long noted(Disk disk) {
        Checkpoint.Entry entry = disk.directory().checkpointFile().entry(Disk.NAME);
        return entry == null ? -1 : entry.written().offset();
    }

    /// Has no room for one file, and counts how often large pieces are read.
    private static final class FullFiles extends ForwardingFiles {
        private static final int LARGE_BYTES = 1_000;
        private String full = "";
        private int reads;

        FullFiles() {
            super(new UnforcedFiles());
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            return new ForwardingFile(super.open(path, mode)) {
                @Override
                public void write(ByteBuffer from, long position) throws IOException {
                    if (String.valueOf(path.getFileName()).equals(full)) {
                        throw new NoSpace("full, for a test");
                    }
                    super.write(from, position);
                }

                @Override
                public int read(ByteBuffer into, long position) throws IOException {
                    reads += into.remaining() >= LARGE_BYTES ? 1 : 0;
                    return super.read(into, position);
                }
            };
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeSpaceTest {
    private static final long TOTAL = 100 << 20;
    private static final long RESERVE = 1 << 20;

    @TempDir Path root;

    private final SmallDisk files = new SmallDisk();
    private Disk disk;
    private Log log;

    @BeforeEach
    void open() throws IOException {
        disk = Disk.on(root, files);
        disk.directory().keepFree(-1);
        log = disk.log();
    }

    @Test
    void theReserveIsMadeWhenTheFirstRecordsAreThere() throws IOException {
        disk.directory().checkpoint();
        assertThat(reserve()).doesNotExist();

        log.append(Batches.of(1), 0);
        disk.directory().checkpoint();

        assertThat(reserve()).hasSize(RESERVE);
    }

    @Test
    void theReserveIsGivenUpWhenTheDiskIsFullAndMadeAgainLater() throws IOException {
        log.append(Batches.of(1), 0);
        disk.directory().checkpoint();
        files.free = 100;
        disk.directory().checkpoint();
        assertThat(reserve()).doesNotExist();

        files.free = TOTAL / 2;
        disk.directory().checkpoint();

        assertThat(reserve()).hasSize(RESERVE);
    }

    @Test
    void aStartOnAFullDiskTakesTheReserve() throws IOException {
        log.append(Batches.of(1), 0);
        disk.directory().checkpoint();
        assertThat(reserve()).hasSize(RESERVE);
        files.fullButForTheReserve = true;

        disk.restartKilled();

        assertThat(reserve()).doesNotExist();
        assertThat(disk.directory().failure()).isNull();
        assertThat(disk.log().endOffset()).isEqualTo(1);
    }

    @Test
    void aWriteThatFindsNoSpaceStopsProducingAndIsCutBack() throws IOException {
        log.append(Batches.of(3), 0);
        long size = Files.size(disk.file("00000000000000000000.log"));
        files.full = true;

        assertThatThrownBy(() -> log.append(Batches.of(1), 0)).isInstanceOf(NoSpace.class);

        assertThat(Files.size(disk.file("00000000000000000000.log"))).isEqualTo(size);
        assertThat(disk.directory().wantOfSpace()).contains("0 bytes free");
        files.full = false;
        disk.directory().checkpoint();
        assertThat(disk.directory().wantOfSpace()).isNull();
        assertThat(log.append(Batches.of(1), 0)).isEqualTo(3);
        assertThat(disk.directory().failure()).isNull();
    }

    /// The mark is 5 MiB, a 20th of the disk.
    @Test
    void producingGoesOnWhenThereIsSomewhatMoreThanTheMark() throws IOException {
        files.free = (5 << 20) - 1;
        disk.directory().checkpoint();
        assertThat(disk.directory().wantOfSpace()).contains("until there are 5570560");

        files.free = (5 << 20) + 4096;
        disk.directory().checkpoint();
        assertThat(disk.directory().wantOfSpace()).contains("5246976 bytes free");
        files.free = 5_570_560;
        disk.directory().checkpoint();
        assertThat(disk.directory().wantOfSpace()).isNull();
        files.free = 5 << 20;
        disk.directory().checkpoint();
        assertThat(disk.directory().wantOfSpace()).isNull();
    }

    @Test
    void aPartThatCannotBeCutBackIsTheEndOfTheDirectory() throws IOException {
        log.append(Batches.of(3), 0);
        files.full = true;
        files.uncuttable = true;

        assertThatThrownBy(() -> log.append(Batches.of(1), 0)).isInstanceOf(IOException.class);

        assertThat(disk.directory().failure()).hasMessageContaining("cannot be cut");
    }

    private Path reserve() {
        return root.resolve("reserve.octavo");
    }

    /// A disk of 100 MiB.
    private final class SmallDisk extends UnforcedFiles {
        private long free = TOTAL / 2;
        private boolean full;
        private boolean fullButForTheReserve;
        private boolean uncuttable;

        @Override
        public DiskSpace space(Path directory) {
            return new DiskSpace(TOTAL, free);
        }

        /// A full disk takes the first part.
        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            if (fullButForTheReserve && Files.exists(reserve())) {
                throw new NoSpace("full", new IOException("by a test"));
            }
            if (full && path.toString().endsWith(".log")) {
                try (LogFile file = LogFiles.system().open(path, Mode.WRITE)) {
                    file.write(from.slice(0, 20), position);
                }
                throw new NoSpace("full", new IOException("by a test"));
            }
        }

        @Override
        void cutting(Path path) throws IOException {
            if (uncuttable) {
                throw new IOException(path + " cannot be cut");
            }
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailStopTest {
    private static final LogConfig SMALL = LogConfig.defaults().withSegmentBytesMax(1024);
    private static final String OTHER = "other-0";

    @TempDir Path root;

    private final FailingForces files = new FailingForces();

    /// Whatever force fails, it is the last: a write would be reported as safe that is lost.
    @Test
    void whateverForceFailsIsTheLast() throws IOException {
        int forces = forcesOf("all", Integer.MAX_VALUE);
        assertThat(forces).isGreaterThan(30);
        for (int failing = 0; failing < forces; failing++) {
            assertThat(forcesOf("failing-" + failing, failing))
                    .as("forces behind the %sth, which failed", failing)
                    .isZero();
        }
    }

    @Test
    void whatFailsForOneLogKeepsNoOtherFromTheCheckpoint() throws IOException {
        Disk disk = new Disk(Files.createDirectory(root.resolve("data")), files);
        Log broken = disk.log(SMALL);
        broken.append(Batches.from(7, 0, 0, 1), 0);
        fill(broken);
        fill(disk.directory().log(OTHER, Disk.TOPIC, SMALL));
        broken.force();
        broken.advanceStart(20);
        files.unwritable = disk.file("");

        assertThatThrownBy(() -> disk.directory().checkpoint())
                .isInstanceOf(FileSystemException.class);

        assertThat(disk.directory().failure()).isNull();
        Checkpoint checkpoint = disk.directory().checkpointFile();
        assertThat(checkpoint.entry(OTHER)).extracting("written.offset").isEqualTo(40L);
        assertThat(disk.directory().remove()).isFalse();

        files.unwritable = null;
        disk.checkpoint();

        try (Disk killed = disk.killed(root.resolve("copy"))) {
            Log again = killed.log(SMALL);
            assertThat(again.startOffset()).isEqualTo(20);
            // Who wrote only before the start; that it is not known again after a kill would let
            // what it wrote in twice.
            assertThat(again.producers().count()).isEqualTo(2);
        }
        disk.close();
    }

    @Test
    void aDefectInOneLogKeepsNoOtherFromTheCheckpoint() throws IOException {
        Disk disk = new Disk(Files.createDirectory(root.resolve("data")), files);
        fill(disk.log(SMALL));
        fill(disk.directory().log(OTHER, Disk.TOPIC, SMALL));
        files.defective = disk.file("");

        assertThatThrownBy(() -> disk.directory().checkpoint())
                .isInstanceOf(IllegalStateException.class);

        Checkpoint checkpoint = disk.directory().checkpointFile();
        assertThat(checkpoint.entry(OTHER)).extracting("written.offset").isEqualTo(40L);
        files.defective = null;
        disk.checkpoint();
        assertThat(checkpoint.entry(Disk.NAME)).extracting("written.offset").isEqualTo(40L);
        disk.close();
    }

    /// A life of two logs, in which one force fails.
    ///
    /// @return how many forces there were behind that one, or at all
    private int forcesOf(String name, int failing) throws IOException {
        Path directory = Files.createDirectory(root.resolve(name));
        files.failAfter(failing);
        Failures failures = new Failures();
        var _ = failures.collect(() -> live(directory));
        assertThat(failures.any()).isEqualTo(failing != Integer.MAX_VALUE);
        return files.forces;
    }

    private void live(Path directory) throws IOException {
        try (Disk disk = new Disk(directory, files)) {
            Failures failures = new Failures();
            Log log = disk.log(SMALL);
            Log other = disk.directory().log(OTHER, Disk.TOPIC, SMALL);
            var _ = failures.collect(() -> fill(log));
            var _ = failures.collect(() -> fill(other));
            var _ = failures.collect(disk::checkpoint);
            var _ = failures.collect(() -> log.truncate(35));
            var _ = failures.collect(() -> log.advanceStart(Math.min(20, log.endOffset())));
            var _ = failures.collect(disk::checkpoint);
            var _ = failures.collect(other::delete);
            var _ = failures.collect(disk::checkpoint);
            var _ = failures.collect(log::close);
            var _ = failures.collect(() -> disk.directory().partitions().setAside(Disk.NAME));
            var _ = failures.collect(() -> disk.directory().partitions().forceNames());
            assertThat(disk.directory().failure() != null).isEqualTo(failures.any());
            failures.rethrow();
        }
    }

    private static void fill(Log log) throws IOException {
        for (int i = 0; i < 40; i++) {
            log.append(Batches.from(1, 0, i, 1), 0);
            if (i % 8 == 0) {
                log.force();
            }
        }
        log.force();
    }

    private static final class FailingForces extends UnforcedFiles {
        private int left = Integer.MAX_VALUE;
        private int forces;
        private boolean failed;
        private @Nullable Path unwritable;
        private @Nullable Path defective;

        void failAfter(int forces) {
            left = forces;
            this.forces = 0;
            failed = false;
        }

        @Override
        void forcing(Path path) throws IOException {
            force();
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            force();
        }

        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            if (unwritable != null && path.startsWith(unwritable)) {
                throw new FileSystemException(path.toString(), null, "by a test");
            }
            if (defective != null && path.startsWith(defective)) {
                throw new IllegalStateException("a defect, by a test");
            }
        }

        private void force() throws IOException {
            forces++;
            if (!failed && left-- == 0) {
                failed = true;
                forces = 0;
                throw new IOException("by a test");
            }
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Two data directories, between which a log moves, on disks that can be broken.
abstract class RelocationScene {
    static final LogConfig SMALL = LogConfig.defaults().withSegmentBytesMax(1024);
    static final long ALL = Long.MAX_VALUE;

    /// When to break the test's disks: at the n-th operation that changes them.
    static final class Breaking extends UnforcedFiles {
        private static final int NEVER = Integer.MAX_VALUE;

        boolean once;
        boolean passing;
        boolean full;
        boolean broke;

        /// How many files were opened to be made.
        int made;

        private int operationsLeft = NEVER;

        /// Whether nothing that has the log's name can be renamed.
        boolean stuck;

        /// The only one that breaks; null for both.
        @Nullable Path root;

        void breakAt(int operation) {
            operationsLeft = operation;
            broke = false;
        }

        /// Nothing fails any more.
        void mend() {
            operationsLeft = NEVER;
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            if (mode == Mode.CREATE) {
                made++;
            }
            return super.open(path, mode);
        }

        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            count(path);
        }

        @Override
        void forcing(Path path) throws IOException {
            count(path);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            count(from);
            if (stuck && from.endsWith(Disk.NAME)) {
                throw new FileSystemException(from.toString(), null, "broken by the test");
            }
            super.rename(from, to);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            count(directory);
        }

        private void count(Path path) throws IOException {
            if (root != null && !path.startsWith(root)) {
                return;
            }
            if (operationsLeft > 0) {
                operationsLeft--;
                return;
            }
            broke = true;
            if (once) {
                mend();
            }
            if (full) {
                throw new NoSpace("broken by the test");
            }
            throw passing
                    ? new FileSystemException(path.toString(), null, "broken by the test")
                    : new IOException("broken by the test");
        }
    }

    @TempDir Path sourceRoot;
    @TempDir Path targetRoot;

    final Breaking files = new Breaking();
    Disk source;
    Disk target;

    @BeforeEach
    void open() throws IOException {
        source = new Disk(sourceRoot, files);
        target = new Disk(targetRoot, files);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        target.close();
    }

    /// A log of 40 records that is to be moved, all but the last step.
    Relocation settled() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        source.checkpoint();
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(2000);
        relocation.settle();
        return relocation;
    }

    /// Both, anew.
    void again() throws IOException {
        source.close();
        target.close();
        sourceRoot = Files.createDirectory(sourceRoot.resolve("again"));
        targetRoot = Files.createDirectory(targetRoot.resolve("again"));
        source = new Disk(sourceRoot, files);
        target = new Disk(targetRoot, files);
        files.root = files.root == null ? null : sourceRoot;
    }

    static long moves(Disk disk) {
        return disk.directory().partitions().moves(Disk.NAME);
    }

    static void assertWhole(Disk disk) throws IOException {
        Log log = disk.log(SMALL);
        assertThat(log.endOffset()).isEqualTo(40);
        assertThat(firstOffset(log, 0)).isZero();
        assertThat(firstOffset(log, 39)).isEqualTo(39);
    }

    static void append(Log log, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            int sequence = (int) log.endOffset();
            log.append(Batches.from(7, 0, sequence, 1), 0);
        }
    }

    static long firstOffset(Log log, long offset) throws IOException {
        if (log.read(offset, log.endOffset(), 1, true) instanceof LogSlice slice) {
            try {
                return Batches.in(slice.toBytes()).getFirst().baseOffset();
            } finally {
                slice.release();
            }
        }
        throw new AssertionError("nothing at " + offset);
    }
}

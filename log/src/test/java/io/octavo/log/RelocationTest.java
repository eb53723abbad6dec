package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelocationTest {
    private static final LogConfig SMALL = LogConfig.defaults().withSegmentBytesMax(1024);
    private static final long ALL = Long.MAX_VALUE;

    /// When to break a test's disk: at the n-th operation that changes it.
    private static final class Breaking extends UnforcedFiles {
        private int operationsLeft = Integer.MAX_VALUE;
        private boolean once;

        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            count();
        }

        @Override
        void forcing(Path path) throws IOException {
            count();
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            count();
            super.rename(from, to);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            count();
        }

        private void count() throws IOException {
            if (operationsLeft-- <= 0) {
                if (once) {
                    operationsLeft = Integer.MAX_VALUE;
                    once = false;
                }
                throw new IOException("broken by the test");
            }
        }
    }

    @TempDir Path sourceRoot;
    @TempDir Path targetRoot;

    private final Breaking files = new Breaking();
    private Disk source;
    private Disk target;

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

    @Test
    void aLogThatGrowsWhileItMovesArrivesWhole() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(1500);
        append(log, 40);
        relocation.copy(3000);
        log.advanceStart(25);
        source.directory().checkpoint();
        append(log, 5);
        while (!relocation.copy(ALL)) {
            append(log, 1);
        }
        relocation.settle();
        byte[] producers = Files.readAllBytes(lastSnapshot(source));
        relocation.finish();

        Log moved = target.log(SMALL);
        assertThat(moved.startOffset()).isEqualTo(25);
        assertThat(moved.endOffset()).isEqualTo(85);
        assertThat(moved.durableEnd()).isEqualTo(85);
        assertThat(Files.readAllBytes(lastSnapshot(target))).isEqualTo(producers);
        assertThat(firstOffset(moved, 84)).isEqualTo(84);
        assertThat(source.directory().partitions().names()).isEmpty();
        append(moved, 1);
        assertThat(moved.endOffset()).isEqualTo(86);
    }

    @Test
    void whatWasCutWhileItMovesIsNotInTheCopy() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        log.truncate(10);
        append(log, 3);
        relocation.settle();
        relocation.finish();

        assertThat(target.log(SMALL).endOffset()).isEqualTo(13);
    }

    @Test
    void whatIsToGoIsNotCopied() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        log.advanceStart(25);
        source.directory().checkpoint();
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        Files.createFile(source.file("00000000000000000000.log.deleted"));

        relocation.settle();
        relocation.finish();

        assertThat(files.list(targetRoot.resolve(Disk.NAME)))
                .noneMatch(name -> name.startsWith("00000000000000000000."));
        assertThat(target.log(SMALL).startOffset()).isEqualTo(25);
    }

    @Test
    void aMoveThatIsGivenUpLeavesNothing() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(2000);
        relocation.abandon();
        target.checkpoint();

        assertThat(target.directory().partitions().names()).isEmpty();
        assertThat(files.list(targetRoot)).noneMatch(name -> name.startsWith(Disk.NAME));
        assertThat(log.endOffset()).isEqualTo(40);
    }

    @Test
    void aLogWithoutRecordsMovesWithoutATrace() throws IOException {
        Log log = source.log(SMALL);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        relocation.settle();
        relocation.finish();

        assertThat(target.log(SMALL).endOffset()).isZero();
        assertThat(target.directory().partitions().names()).isEmpty();
    }

    @Test
    void aLogThatIsInUseIsNotTakenAway() throws IOException {
        Log log = source.log(SMALL);
        append(log, 1);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));

        assertThatThrownBy(relocation::finish).isInstanceOf(IllegalStateException.class);
    }

    /// Wherever the last step is broken off, exactly one of the two is the log at the next start,
    /// and it has every record.
    @Test
    void aMoveBrokenOffAnywhereLeavesOneWholeLog() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(2000);
        relocation.settle();
        int steps = 0;
        boolean finished = false;
        while (!finished) {
            files.operationsLeft = steps++;
            try {
                relocation.finish();
                finished = true;
            } catch (IOException broken) {
                assertThat(broken).hasMessageContaining("broken by the test");
            }
            files.operationsLeft = Integer.MAX_VALUE;
            if (!finished) {
                source.restartKilled();
                target.restartKilled();
                assertWhole(precedes(target, source) ? target : source);
                again();
                log = source.log(SMALL);
                append(log, 40);
                relocation =
                        Relocation.begin(
                                log, Relocation.Place.make(target.directory(), log.name()));
                relocation.copy(2000);
                relocation.settle();
            }
        }
        assertThat(steps).isGreaterThan(10);
        assertWhole(target);
    }

    /// Whatever step fails once, the log is where the move says that it is, now and at the next
    /// start.
    @Test
    void aMoveThatFailsOnceLeavesTheLogWhereItSays() throws IOException {
        int steps = 0;
        boolean failed = true;
        while (failed) {
            Log log = source.log(SMALL);
            append(log, 40);
            Relocation relocation =
                    Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
            relocation.copy(2000);
            relocation.settle();
            files.once = true;
            files.operationsLeft = steps++;
            Disk home = target;
            try {
                relocation.finish();
            } catch (IOException broken) {
                home = source;
                relocation.abandon();
            }
            failed = !files.once;
            files.operationsLeft = Integer.MAX_VALUE;

            if (home.directory().failure() == null) {
                assertWhole(home);
            }
            checkpoint(source);
            checkpoint(target);
            source.restartKilled();
            target.restartKilled();
            Disk other = home == source ? target : source;
            assertThat(precedes(home, other)).as("step %d", steps).isTrue();
            assertWhole(home);
            again();
        }
        assertThat(steps).isGreaterThan(10);
    }

    /// Whether the log is the one that a disk has, whatever another has of it.
    private static boolean precedes(Disk disk, Disk other) throws IOException {
        Presence here = disk.directory().partitions().names().get(Disk.NAME);
        Presence there = other.directory().partitions().names().get(Disk.NAME);
        return here != null && (there == null || here.compareTo(there) < 0);
    }

    /// A directory of which a write or a force failed is out of service.
    private static void checkpoint(Disk disk) throws IOException {
        if (disk.directory().failure() == null) {
            disk.checkpoint();
        }
    }

    private void again() throws IOException {
        source.close();
        target.close();
        sourceRoot = Files.createDirectory(sourceRoot.resolve("again"));
        targetRoot = Files.createDirectory(targetRoot.resolve("again"));
        source = new Disk(sourceRoot, files);
        target = new Disk(targetRoot, files);
    }

    private static void assertWhole(Disk disk) throws IOException {
        Log log = disk.log(SMALL);
        assertThat(log.endOffset()).isEqualTo(40);
        assertThat(firstOffset(log, 0)).isZero();
        assertThat(firstOffset(log, 39)).isEqualTo(39);
    }

    private static Path lastSnapshot(Disk disk) throws IOException {
        String last = "";
        for (String name : new UnforcedFiles().list(disk.root.resolve(Disk.NAME))) {
            last = name.endsWith(SegmentPaths.SNAPSHOT) ? name : last;
        }
        return disk.file(last);
    }

    private static void append(Log log, int batches) throws IOException {
        for (int i = 0; i < batches; i++) {
            int sequence = (int) log.endOffset();
            log.append(Batches.from(7, 0, sequence, 1), 0);
        }
    }

    private static long firstOffset(Log log, long offset) throws IOException {
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

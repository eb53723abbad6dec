package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualClock;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovalTest {
    private static final LogFiles FILES = new UnforcedFiles();

    /// As far as files go, all zeros.
    private static final long LARGE_BYTES = 3 * Removal.STEP_BYTES;

    @TempDir Path temp;
    private Path partition;
    private final ManualClock clock = new ManualClock();
    private Removal removal;

    @BeforeEach
    void make() throws IOException {
        partition = Files.createDirectory(temp.resolve("t-0"));
        removal = new Removal(FILES, clock);
    }

    @Test
    void aSegmentGoesOnlyWhenTheCheckpointIsForced() throws IOException {
        Segment first = segment(0, 10);
        Segment second = segment(5, 10);
        removal.noted(List.of(first));
        List<Segment> before = removal.noted();
        removal.noted(List.of(second));
        assertThat(removal.step()).isFalse();

        removal.forced(before);
        run();

        assertThat(names(partition)).containsExactly("00000000000000000005.log");
    }

    @Test
    void aLargeSegmentGoesInSteps() throws IOException {
        removal.noted(List.of(segment(0, LARGE_BYTES)));
        removal.forced(removal.noted());

        int steps = run();

        // The name, for good; two parts; the rest.
        assertThat(steps).isEqualTo(5);
        assertThat(names(partition)).isEmpty();
    }

    @Test
    void aLargeSegmentHasAnotherNameBeforeItIsCut() throws IOException {
        removal.noted(List.of(segment(0, LARGE_BYTES)));
        removal.forced(removal.noted());

        removal.step();

        assertThat(names(partition)).containsExactly("00000000000000000000.log.deleted");
        assertThat(Files.size(partition.resolve("00000000000000000000.log.deleted")))
                .isEqualTo(LARGE_BYTES);
    }

    @Test
    void whatFailedForAMomentIsTriedAgain() throws IOException {
        Removal failing =
                new Removal(
                        new UnforcedFiles() {
                            private boolean failed;

                            @Override
                            public void forceDirectory(Path directory) throws IOException {
                                if (!failed) {
                                    failed = true;
                                    throw new FileSystemException(
                                            directory.toString(), null, "Too many open files");
                                }
                            }
                        },
                        clock);
        failing.noted(List.of(segment(0, LARGE_BYTES)));
        failing.forced(failing.noted());
        assertThat(failing.step()).isTrue();
        assertThatThrownBy(failing::step).isInstanceOf(FileSystemException.class);

        assertThat(failing.step()).isFalse();
        assertThat(names(partition)).hasSize(1);
        clock.advanceMs(Removal.AGAIN_MS);
        while (failing.step()) {
            // Until nothing is left.
        }

        assertThat(names(partition)).isEmpty();
    }

    @Test
    void aSegmentThatIsReadIsNotCut() throws IOException {
        SharedFile reader = readWhileItGoes();

        run();

        assertThat(names(partition)).hasSize(1);
        assertGoesWhenItIsRead(reader);
    }

    /// A log that was closed to be moved, and opened again because it could not be.
    @Test
    void aSegmentThatIsReadSinceItsLogWasOpenBeforeIsNotCut() throws IOException {
        Segment before = segment(0, LARGE_BYTES);
        SharedFile reader = Objects.requireNonNull(before.acquire());
        before.retire();
        removal.closed(partition, List.of(before));
        Segment again = Segment.found(new OpenFiles(FILES), before.paths(), (int) LARGE_BYTES, 0);
        removal.noted(List.of(again));
        removal.forced(removal.noted());

        run();

        assertGoesWhenItIsRead(reader);
    }

    /// Its log was closed, and is opened again by the same run.
    @Test
    void aFileThatIsFoundAgainWhileItIsReadIsNotCut() throws IOException {
        SharedFile reader = readWhileItGoes();
        run();

        removal.found(partition.resolve("00000000000000000000.log.deleted"));
        run();

        assertGoesWhenItIsRead(reader);
    }

    @Test
    void whoReadsALogReadsOnThoughItIsRemovedAtTheSecondAttempt() throws IOException {
        AtomicBoolean failing = new AtomicBoolean();
        LogFiles files =
                new UnforcedFiles() {
                    @Override
                    public void rename(Path from, Path to) throws IOException {
                        if (failing.get()) {
                            throw new FileSystemException(from.toString(), null, "not now");
                        }
                        super.rename(from, to);
                    }
                };
        try (Disk disk = new Disk(temp.resolve("twice"), files)) {
            Log log = disk.log();
            for (int i = 0; i < 3; i++) {
                log.append(Batches.of(1, (int) Removal.STEP_BYTES, Batches.TIME), 0);
            }
            disk.checkpoint();
            LogSlice slice = (LogSlice) log.read(0, Long.MAX_VALUE, Integer.MAX_VALUE, true);
            ByteBuffer expected = slice.toBytes();
            failing.set(true);
            assertThatThrownBy(log::delete).isInstanceOf(FileSystemException.class);
            failing.set(false);

            disk.directory().partitions().delete(Disk.NAME, Disk.TOPIC);
            disk.checkpoint();

            assertThat(slice.toBytes()).isEqualTo(expected);
            slice.release();
        }
    }

    @Test
    void whatIsReadDoesNotKeepOtherThingsFromGoing() throws IOException {
        Segment read = segment(0, LARGE_BYTES);
        SharedFile reader = Objects.requireNonNull(read.acquire());
        read.retire();
        removal.noted(List.of(read, segment(5, LARGE_BYTES)));
        removal.forced(removal.noted());

        run();

        assertThat(names(partition)).containsExactly("00000000000000000000.log.deleted");
        reader.release();
    }

    @Test
    void aDeletedDirectoryIsNotTouchedWhileOneOfItsFilesIsRead() throws IOException {
        Segment read = segment(0, LARGE_BYTES);
        SharedFile reader = Objects.requireNonNull(read.acquire());
        read.retire();
        removal.noted(List.of(read));
        Path renamed = Files.move(partition, temp.resolve("t-0.1-1-delete"));
        removal.deleted(partition, renamed, List.of());
        removal.forced(removal.noted());

        run();
        assertThat(reader.file().sizeBytes()).isEqualTo(LARGE_BYTES);
        reader.release();
        run();

        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void segmentsOfADeletedLogAreNotLookedForInTheNextOneOfTheName() throws IOException {
        removal.noted(List.of(segment(0, 10)));
        removal.forced(removal.noted());
        Path renamed = Files.move(partition, temp.resolve("t-0.1-1-delete"));
        removal.deleted(partition, renamed, List.of());
        Files.createDirectory(partition);
        segment(0, 10);

        run();

        assertThat(names(temp)).containsExactly("t-0");
        assertThat(names(partition)).containsExactly("00000000000000000000.log");
    }

    @Test
    void whatWasToGoFromAClosedLogIsNotLookedForInTheNextOneOfItsName() throws IOException {
        for (boolean deleted : new boolean[] {true, false}) {
            try (Disk disk = new Disk(temp.resolve("deleted " + deleted))) {
                Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
                for (int i = 0; i < 40; i++) {
                    log.append(Batches.of(1, 100, Batches.TIME), 0);
                }
                log.advanceStart(30);
                log.close();
                disk.directory().checkpoint();
                if (deleted) {
                    disk.directory().partitions().delete(Disk.NAME, Disk.TOPIC);
                }

                Log next = disk.directory().log(Disk.NAME, new Uuid(3, 4), LogConfig.defaults());
                next.append(Batches.of(1), 0);
                disk.checkpoint();

                assertThat(disk.file("00000000000000000000.log")).exists();
            }
        }
    }

    @Test
    void aDirectoryWithManyFilesGoes() throws IOException {
        for (int i = 0; i < 100; i++) {
            segment(i, i == 50 ? LARGE_BYTES : 10);
        }
        removal.foundDirectory(partition);

        run();

        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void whatAnEarlierRunHadHalfRemovedGoesWhenTheLogIsOpened() throws IOException {
        try (Disk disk = new Disk(temp.resolve("data"))) {
            disk.log().append(Batches.of(1), 0);
            disk.restart();
            Path left = disk.file("00000000000000000000.log.deleted");
            Files.createFile(left);
            disk.log();

            disk.checkpoint();

            assertThat(left).doesNotExist();
        }
    }

    /// A large segment that is not part of its log any more, for good.
    ///
    /// @return who reads it
    private SharedFile readWhileItGoes() throws IOException {
        Segment segment = segment(0, LARGE_BYTES);
        SharedFile reader = Objects.requireNonNull(segment.acquire());
        segment.retire();
        removal.noted(List.of(segment));
        removal.forced(removal.noted());
        return reader;
    }

    private void assertGoesWhenItIsRead(SharedFile reader) throws IOException {
        assertThat(reader.file().sizeBytes()).isEqualTo(LARGE_BYTES);
        reader.release();
        run();
        assertThat(names(partition)).isEmpty();
    }

    /// @return in how many steps
    private int run() throws IOException {
        int steps = 0;
        while (removal.step()) {
            steps++;
        }
        return steps;
    }

    private Segment segment(long base, long bytes) throws IOException {
        SegmentPaths paths = new SegmentPaths(partition, base);
        try (LogFile file = FILES.open(paths.log(), LogFiles.Mode.CREATE)) {
            file.write(ByteBuffer.allocate(1), bytes - 1);
        }
        return Segment.found(new OpenFiles(FILES), paths, (int) bytes, 0);
    }

    private static List<String> names(Path directory) throws IOException {
        return FILES.list(directory);
    }
}

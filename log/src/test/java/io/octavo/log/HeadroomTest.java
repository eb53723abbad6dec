package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadroomTest {
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final String FIRST = "00000000000000000000.log";

    @TempDir Path root;

    private final Zeros files = new Zeros();
    private Disk disk;
    private ManualLoop thread;
    private Log log;
    private boolean busy;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root.resolve("one"), files);
        thread = new ManualLoop(disk.clock);
        open(List.of(thread));
    }

    private void open(List<ManualLoop> threads) throws IOException {
        disk.directory().start(threads, new DataDirectory.Watch() {});
        log = disk.log(config());
        log.ownedBy(
                new LogOwner() {
                    @Override
                    public void forced() {}

                    @Override
                    public boolean exclusively(Runnable work) {
                        if (!busy) {
                            work.run();
                        }
                        return !busy;
                    }
                });
    }

    @Test
    void theFileOfABusyLogIsAheadOfItsEnd() throws IOException {
        appendFor(30);

        assertThat(Files.size(disk.file(FIRST)))
                .isBetween(log.sizeBytes() + (64 << 10), log.sizeBytes() + (16 << 20));
    }

    @Test
    void theFileOfAQuietLogEndsWhereItDoes() throws IOException {
        for (int i = 0; i < 5; i++) {
            disk.clock.advanceMs(1_000);
            log.append(Batches.of(1), 0);
            thread.run();
        }

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
        assertThat(files.bytes).isZero();
    }

    @Test
    void aSegmentThatIsNearlyFullIsEndedBeforeAnAppendHasTo() throws IOException {
        appendFor(1_700);

        List<String> segments =
                LogFiles.system().list(disk.file("")).stream()
                        .filter(name -> name.endsWith(".log"))
                        .toList();
        assertThat(segments).hasSizeGreaterThan(1);
        assertThat(Files.size(disk.file(FIRST)))
                .isBetween(SEGMENT_BYTES - SEGMENT_BYTES / 8L, SEGMENT_BYTES - 10_000L);
    }

    @Test
    void whoeverHoldsTheLogIsNotWaitedFor() throws IOException {
        busy = true;

        appendFor(30);

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
        assertThat(log.durableEnd()).isEqualTo(log.endOffset());
    }

    @Test
    void whatIsAheadIsNotPartOfTheLogAfterACrash() throws IOException {
        appendFor(30);
        long size = log.sizeBytes();
        long end = log.endOffset();

        assertRecovered(end, size);
    }

    @Test
    void aCleanStopCutsWhatIsAhead() throws IOException {
        appendFor(30);
        long size = log.sizeBytes();

        disk.restart();

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(size);
    }

    /// Or a power cut would bring back what was ahead, behind batches that nobody looks at again.
    @Test
    void aSegmentThatHadRoomAheadIsForcedOnceMoreWhenItIsEnded() throws IOException {
        appendFor(30);
        files.forced.clear();

        log.roll();
        log.append(Batches.of(1), 0);
        thread.run();

        assertThat(files.forced).contains(FIRST);
    }

    @Test
    void theRoomOfASegmentThatIsEndedIsCutByWhoForcesIt() throws IOException {
        appendFor(30);
        long size = log.sizeBytes();

        log.roll();
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(size);

        log.append(Batches.of(1), 0);
        thread.run();
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(size);
    }

    /// What was its end when it was ended is in the middle of it now.
    @Test
    void aSegmentThatIsActiveAgainIsNotCut() throws IOException {
        log.configure(config().withSegmentMsMax(Long.MAX_VALUE)); // the records say they are old
        appendFor(30);
        log.roll();
        log.truncate(29);
        assertThat(log.view().segments()).isEqualTo(1);

        appendFor(100);

        assertThat(log.durableEnd()).isEqualTo(129);
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes());
        disk.restartKilled();
        assertThat(disk.log().endOffset()).isEqualTo(129);
    }

    /// Also where the checkpoint says that what is behind was written.
    @Test
    void aSegmentThatIsNotCutYetEndsWhereItDoesAfterACrash() throws IOException {
        appendFor(30);
        long size = log.sizeBytes();
        log.roll();
        log.append(Batches.of(1), 0);
        long end = log.endOffset();
        log.upkeep().note();
        disk.directory().checkpointFile().force();

        assertRecovered(end, size);
    }

    @Test
    void aCleanStopForcesThatWhatWasAheadIsGone() throws IOException {
        appendFor(30);
        files.forced.clear();

        disk.restart();

        assertThat(files.forced).contains(FIRST);
    }

    @Test
    void whereLittleIsForcedAtATimeZerosAreWrittenAhead() throws IOException {
        appendFor(30);

        assertThat(files.bytes).isBetween(128 << 10, (256 << 10) + 30 * 10_000);
        assertThat(Files.size(disk.file(FIRST)) - log.sizeBytes())
                .isBetween(128L << 10, 384L << 10);
    }

    @Test
    void whereMuchIsForcedAtATimeTheFileIsExtendedByMuch() throws IOException {
        appendMuchFor(30);

        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
    }

    @Test
    void smallBatchesOfABusyLogMeetBlocksThatWereWrittenWhole() throws IOException {
        appendMuchFor(150);

        assertThat(files.starts.subList(1, files.starts.size()))
                .hasSizeGreaterThan(100)
                .allMatch(start -> start % (64 << 10) == 0)
                .doesNotHaveDuplicates();
        assertThat(files.zeroedTo).isBetween(log.sizeBytes(), log.sizeBytes() + (64 << 10));
        disk.restartKilled();
        assertThat(disk.log().endOffset()).isEqualTo(1_200);
    }

    @Test
    void largeBatchesAreWrittenAsTheyAre() throws IOException {
        for (int i = 0; i < 100; i++) {
            disk.clock.advanceMs(1);
            log.append(Batches.of(1, 40_000, 1), 0);
            log.append(Batches.of(1, 40_000, 1), 0);
            thread.run();
        }

        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes());
        assertThat(files.bytes).isZero();
    }

    @Test
    void nothingIsSetAsideOfTheLastOfTheDisk() throws IOException {
        disk.directory().keepFree(1L << 30);

        files.freeBytes = (1L << 30) + (64L << 20);
        appendMuchFor(30);
        long ahead = Files.size(disk.file(FIRST)) - log.sizeBytes();
        assertThat(ahead).isBetween(1L, 1L << 20);

        files.freeBytes = (1L << 30) + (3L << 20);
        appendMuchFor(30);
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
    }

    @Test
    void aRecordIsNeverOverwritten() throws IOException {
        appendFor(200);
        disk.restartKilled();

        assertThat(disk.log().endOffset()).isEqualTo(200);
    }

    @Test
    void zerosThatFindNoSpaceAreDoneWithout() throws IOException {
        files.failure = new NoSpace("full", new IOException("by a test"));

        appendFor(30);

        assertThat(log.durableEnd()).isEqualTo(30);
    }

    @Test
    void zerosThatCannotBeWrittenAreAFailureOfTheDisk() {
        files.failure = new IOException("by a test");

        assertThatThrownBy(() -> appendFor(30)).hasMessageContaining("by a test");

        assertThat(disk.directory().failure()).isSameAs(files.failure);
    }

    /// After a crash, as far as this and no further.
    private void assertRecovered(long endOffset, long firstSegmentBytes) throws IOException {
        disk.restartKilled();
        Log again = disk.log(config());

        assertThat(again.endOffset()).isEqualTo(endOffset);
        assertThat(again.view().bytes(0)).isEqualTo((int) firstSegmentBytes);
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(firstSegmentBytes);
    }

    private static LogConfig config() {
        return LogConfig.defaults().withSegmentBytesMax(SEGMENT_BYTES);
    }

    /// Eighty kilobytes each millisecond, forced at once.
    private void appendMuchFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            disk.clock.advanceMs(1);
            for (int j = 0; j < 8; j++) {
                log.append(Batches.of(1, 10_000, 1), 0);
            }
            thread.run();
        }
    }

    /// The disk may be busy for longer than what is ahead lasts.
    @Test
    void roomIsMadeAlsoWhileAForceTakesLong() throws IOException {
        ManualLoop other = openWithTwoThreads();
        log.configure(config().withSegmentBytesMax(4 * SEGMENT_BYTES));
        appendMuchFor(30);
        long file = Files.size(disk.file(FIRST));
        files.duringForce =
                () -> {
                    appendBytes(file - log.sizeBytes() - (8 << 20));
                    other.run();
                    assertThat(Files.size(disk.file(FIRST)))
                            .isGreaterThan(log.sizeBytes() + (24 << 20));
                };

        appendMuchFor(1);

        assertThat(files.duringForce).isNull();
    }

    @Test
    void aSegmentThatGetsFullWhileAForceTakesLongIsEndedMeanwhile() throws IOException {
        ManualLoop other = openWithTwoThreads();
        appendMuchFor(30);
        files.duringForce =
                () -> {
                    appendBytes(SEGMENT_BYTES - log.sizeBytes() - (1 << 20));
                    other.run();
                    assertThat(log.view().segments()).isEqualTo(2);
                };

        appendMuchFor(1);

        assertThat(files.duringForce).isNull();
    }

    /// @return the second
    private ManualLoop openWithTwoThreads() throws IOException {
        disk = new Disk(root.resolve("two"), files);
        thread = new ManualLoop(disk.clock);
        ManualLoop other = new ManualLoop(disk.clock);
        open(List.of(thread, other));
        return other;
    }

    private void appendBytes(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= 10_000) {
            log.append(Batches.of(1, 10_000, 1), 0);
        }
    }

    /// It counts to no log's size, and many logs may be written one behind the other.
    @Test
    void aLogThatNothingIsAppendedToAnyMoreGivesItsRoomBack() throws IOException {
        appendMuchFor(30);
        disk.directory().checkpoint();
        disk.clock.advanceMs(9_000);
        disk.directory().checkpoint();
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));

        disk.clock.advanceMs(1_000);
        busy = true;
        disk.directory().checkpoint();
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
        busy = false;
        disk.directory().checkpoint();
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());

        appendMuchFor(30);
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
        assertRecovered(log.endOffset(), log.sizeBytes());
    }

    @Test
    void roomThatCouldNotBeGivenBackIsGivenBackLater() throws IOException {
        appendMuchFor(30);
        disk.directory().checkpoint();
        disk.clock.advanceMs(10_000);
        files.uncut = new NoSpace("full, for a test");
        disk.directory().checkpoint();
        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
        files.uncut = null;

        disk.directory().checkpoint();

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
    }

    @Test
    void aLogThatIsAppendedToNowAndThenKeepsItsRoom() throws IOException {
        appendMuchFor(30);
        for (int i = 0; i < 20; i++) {
            disk.clock.advanceMs(5_000);
            log.append(Batches.of(1), 0);
            disk.directory().checkpoint();
        }

        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
    }

    /// As of a file system that copies on write.
    @Test
    void roomThatCouldNotBeCutForWantOfSpaceIsCutLater() throws IOException {
        appendFor(30);
        long size = log.sizeBytes();
        log.roll();
        log.append(Batches.of(1, 10_000, 1), 0);
        files.uncut = new NoSpace("full, for a test");
        thread.run();
        files.uncut = null;

        disk.directory().checkpoint();
        log.force();

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(size);
    }

    /// Ten kilobytes each millisecond.
    private void appendFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            disk.clock.advanceMs(1);
            log.append(Batches.of(1, 10_000, 1), 0);
            thread.run();
        }
    }

    @FunctionalInterface
    private interface Meanwhile {
        void run() throws IOException;
    }

    /// Counts the zeros written to segments, or fails to write them; notes what is forced.
    private static final class Zeros extends UnforcedFiles {
        private final List<String> forced = new ArrayList<>();
        private final List<Long> starts = new ArrayList<>();
        private long zeroedTo;
        private int bytes;
        private long freeBytes = Long.MAX_VALUE;
        private @Nullable IOException failure;
        private @Nullable NoSpace uncut;

        /// What happens during the next force of a segment, by other threads.
        private @Nullable Meanwhile duringForce;

        @Override
        void cutting(Path path) throws IOException {
            if (uncut != null) {
                throw uncut;
            }
        }

        @Override
        public DiskSpace space(Path directory) {
            return new DiskSpace(Long.MAX_VALUE, freeBytes);
        }

        @Override
        void writing(Path path, ByteBuffer from, long position) throws IOException {
            boolean batch = from.remaining() < 8 || from.getLong(from.position()) != 0;
            if (position == 0 || batch || !path.toString().endsWith(".log")) {
                return;
            }
            if (failure != null) {
                throw failure;
            }
            bytes += from.remaining();
            starts.add(position);
            zeroedTo = position + from.remaining();
        }

        @Override
        void forcing(Path path) throws IOException {
            forced.add(path.getFileName().toString());
            Meanwhile meanwhile = duringForce;
            if (meanwhile != null && path.endsWith(FIRST)) {
                duringForce = null;
                meanwhile.run();
            }
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncerTest {
    @TempDir Path root;

    private final Forces files = new Forces();
    private final List<IOException> failures = new ArrayList<>();
    private Disk disk;
    private ManualLoop first;
    private ManualLoop second;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root, files);
        first = new ManualLoop(disk.clock);
        second = new ManualLoop(disk.clock);
        disk.directory()
                .start(
                        List.of(first, second),
                        new DataDirectory.Watch() {
                            @Override
                            public void failed(IOException failure) {
                                failures.add(failure);
                            }
                        });
        run();
    }

    @Test
    void appendsOfOneTurnAreForcedTogether() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        append(log, 3);
        files.forced.clear();

        run();

        assertThat(log.durableEnd()).isEqualTo(3);
        assertThat(files.forced).containsOnlyOnce("00000000000000000000.log");
    }

    @Test
    void whatIsAppendedDuringAForceIsTheNextGroup() throws IOException {
        List<Long> ends = new ArrayList<>();
        Log[] log = new Log[1];
        log[0] = owned("a-0", () -> ends.add(log[0].durableEnd()));
        append(log[0], 1);
        files.during = () -> append(log[0], 2);

        run();

        assertThat(ends).containsExactly(1L, 3L);
    }

    /// A part of an index that a power cut leaves is not to be told from all of it.
    @Test
    void theIndexesOfASegmentThatWasForcedAreForcedWhenItHasEnded() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        append(log, 1);
        run();
        files.forced.clear();

        log.roll();
        append(log, 1);
        run();

        assertThat(files.forced)
                .contains("00000000000000000000.index", "00000000000000000000.timeindex");
    }

    @Test
    void theLogThatWaitsLongestIsForcedFirst() throws IOException {
        List<String> order = new ArrayList<>();
        Log a = owned("a-0", () -> order.add("a"));
        Log b = owned("b-0", () -> order.add("b"));
        append(b, 1);
        append(a, 1);
        files.during = () -> append(b, 1);

        first.run();
        second.run();

        assertThat(order).containsExactly("b", "a", "b");
    }

    @Test
    void whatNobodyWaitsForIsForcedAtOnceAndThenInRounds() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);

        appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isOne();

        appendUnawaited(log);
        advanceMs(19);
        assertThat(log.durableEnd()).isOne();
        advanceMs(2);
        assertThat(log.durableEnd()).isEqualTo(2);

        advanceMs(21);
        appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void whoeverWaitsDoesNotWaitForTheNextRound() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        run();

        appendUnawaited(log);
        append(log, 1);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);

        appendUnawaited(log);
        log.hurry();
        run();
        assertThat(log.durableEnd()).isEqualTo(4);
    }

    @Test
    void whatNobodyWaitsForDuringAForceIsForcedWithTheNextRound() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        append(log, 1);
        files.during = () -> appendUnawaited(log);

        run();
        assertThat(log.durableEnd()).isEqualTo(2);

        append(log, 1);
        files.during = () -> appendUnawaited(log);
        run();
        assertThat(log.durableEnd()).isEqualTo(3);
        advanceMs(21);
        assertThat(log.durableEnd()).isEqualTo(4);
    }

    @Test
    void whoeverWaitsDuringAForceIsServedByTheNext() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        run();
        append(log, 1);
        files.during =
                () -> {
                    appendUnawaited(log);
                    log.hurry();
                };

        run();

        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void aRoundIsOfSomeLogs() throws IOException {
        List<Log> logs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            logs.add(owned("a-" + i, SyncerTest::silent));
            appendUnawaited(logs.getLast());
        }
        run();
        assertThat(durable(logs)).isOne();

        advanceMs(21);
        assertThat(durable(logs)).isEqualTo(33);
        advanceMs(21);
        assertThat(durable(logs)).isEqualTo(50);
    }

    /// The thread with the timer may be busy with those that somebody waits for.
    @Test
    void roundsGoOnBesideThreadsThatAlwaysHaveSomethingToDo() throws IOException {
        Log patient = owned("a-0", SyncerTest::silent);
        Log busy = owned("b-0", SyncerTest::silent);
        appendUnawaited(patient);
        run();
        appendUnawaited(patient);
        List<Long> seen = new ArrayList<>();
        again(busy, 30, () -> seen.add(patient.durableEnd()));

        append(busy, 1);
        first.runNext();

        assertThat(seen).hasSize(30).startsWith(1L).endsWith(2L);
    }

    @Test
    void aRoundThatIsDueBeginsWithTheNextAppendWhateverTheTimerDoes() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        first.run();
        appendUnawaited(log);
        disk.clock.advanceMs(20);

        appendUnawaited(log);
        first.run();

        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void aCheckpointBeginsARoundThatIsDue() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        first.run();
        appendUnawaited(log);
        disk.clock.advanceMs(20);

        disk.directory().checkpoint();
        first.run();

        assertThat(log.durableEnd()).isEqualTo(2);
    }

    @Test
    void muchThatNobodyWaitsForDoesNotWaitForARound() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        run();

        for (int i = 0; i < 20; i++) {
            log.append(Batches.of(1, 1 << 20, 1), 0, false);
        }
        run();

        assertThat(log.durableEnd()).isEqualTo(21);
    }

    @Test
    void atTheEndWhatNobodyWaitsForIsForcedToo() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        appendUnawaited(log);
        run();
        appendUnawaited(log);

        disk.directory().forceDue();

        assertThat(log.durableEnd()).isEqualTo(2);
    }

    @Test
    void aLogThatIsNotToBeForcedNeverWaitsForIt() throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(SyncerTest::silent));

        append(log, 2);
        run();

        assertThat(log.committedEnd()).isEqualTo(2);
        assertThat(log.durableEnd()).isZero();
    }

    /// A page that is being written makes an append to it wait.
    @Test
    void muchOfALogThatIsNotToBeForcedIsWrittenBackAndForcedWithTheNextCheckpoint()
            throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(SyncerTest::silent));
        files.writesBack = true;
        files.forced.clear();

        appendMegabytes(log, 20);
        run();
        assertThat(files.writtenBack).isBetween(16L << 20, log.sizeBytes());
        assertThat(files.forced).isEmpty();
        assertThat(log.durableEnd()).isZero();
        assertThat(disk.directory().crowded()).isFalse();

        disk.directory().checkpoint();
        run();
        assertThat(log.durableEnd()).isEqualTo(20);
    }

    @Test
    void whatIsWrittenBackDoesNotHoldBackProducers() throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(SyncerTest::silent));
        files.writesBack = true;

        appendMegabytes(log, 64);
        assertThat(disk.directory().crowded()).isTrue();
        run();

        assertThat(disk.directory().crowded()).isFalse();
    }

    @Test
    void whereNothingCanBeWrittenBackMuchIsForced() throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(SyncerTest::silent));

        appendMegabytes(log, 20);
        run();

        assertThat(log.durableEnd()).isEqualTo(20);
    }

    @Test
    void aLogThatIsToBeForcedFromNowOnIsForcedWithWhatItHas() throws IOException {
        Log log = disk.log(LogConfig.defaults().withFsync(false));
        log.ownedBy(new Told(SyncerTest::silent));
        append(log, 2);

        log.configure(LogConfig.defaults());
        assertThat(log.committedEnd()).isZero();
        run();

        assertThat(log.committedEnd()).isEqualTo(2);
    }

    @Test
    void aFailedForceIsTheLastOfItsDirectory() throws IOException {
        List<String> told = new ArrayList<>();
        Log a = owned("a-0", () -> told.add("a"));
        Log b = owned("b-0", () -> told.add("b"));
        append(a, 1);
        append(b, 1);
        files.failing = "a-0";
        files.forced.clear();

        run();
        assertThatThrownBy(b::force).hasMessageContaining("broken by a test");
        assertThatThrownBy(() -> append(b, 1)).hasMessageContaining("broken by a test");
        assertThatThrownBy(() -> disk.directory().checkpoint()).isInstanceOf(IOException.class);
        disk.close();

        assertThat(files.forced).containsExactly("00000000000000000000.log");
        assertThat(told).isEmpty();
        assertThat(a.committedEnd()).isEqualTo(-1);
        assertThat(b.committedEnd()).isEqualTo(-1);
        assertThat(failures).hasSize(1);
        assertThat(DataDirectory.open(root, files, disk.clock, () -> 1, "boot").lastRun())
                .isEqualTo(LastRun.KILLED);
    }

    @Test
    void aForceThatSucceedsWhileAnotherFailsDoesNotCount() throws IOException {
        Log a = owned("a-0", SyncerTest::silent);
        Log b = owned("b-0", SyncerTest::silent);
        append(a, 1);
        files.during =
                () -> {
                    files.failing = "b-0";
                    append(b, 1);
                    assertThatThrownBy(b::force).isInstanceOf(IOException.class);
                };

        run();

        assertThat(a.durableEnd()).isZero();
        assertThat(a.committedEnd()).isEqualTo(-1);
    }

    @Test
    void aForceThatCouldNotBeginIsTriedAgainAtTheNextCheckpoint() throws IOException {
        Log log = owned("a-0", SyncerTest::silent);
        append(log, 1);
        files.wanting = true;
        run();
        assertThat(log.durableEnd()).isZero();

        files.wanting = false;
        disk.directory().checkpoint();
        run();

        assertThat(log.durableEnd()).isOne();
        assertThat(failures).isEmpty();
    }

    @Test
    void atTheEndWhatIsDueIsForcedWithoutTheThreads() throws IOException {
        List<String> told = new ArrayList<>();
        Log log = owned("a-0", () -> told.add("a"));
        append(log, 2);

        disk.directory().forceDue();

        assertThat(log.durableEnd()).isEqualTo(2);
        assertThat(told).containsExactly("a");
    }

    @Test
    void whatAKilledProcessLeftIsForcedBeforeItIsServed() throws IOException {
        Log log = disk.log();
        append(log, 2);
        disk.restartKilled();
        files.forced.clear();

        Log again = disk.log();

        assertThat(again.durableEnd()).isEqualTo(2);
        assertThat(files.forced).contains("00000000000000000000.log", "partition.metadata");
    }

    private Log owned(String name, Runnable told) throws IOException {
        Log log = disk.directory().log(name, Disk.TOPIC, LogConfig.defaults());
        log.ownedBy(new Told(told));
        return log;
    }

    private static void silent() {}

    private void run() {
        first.run();
        second.run();
        first.run();
    }

    private static void append(Log log, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            log.append(Batches.of(1), 0);
        }
    }

    private static void appendUnawaited(Log log) throws IOException {
        log.append(Batches.of(1), 0, false);
    }

    private static long durable(List<Log> logs) {
        return logs.stream().filter(log -> log.durableEnd() == log.endOffset()).count();
    }

    private void advanceMs(long ms) {
        disk.clock.advanceMs(ms);
        run();
    }

    /// Has each force of `log`, of so many, take a millisecond and be followed by another.
    private void again(Log log, int count, Runnable seen) {
        files.during =
                () -> {
                    disk.clock.advanceMs(1);
                    seen.run();
                    if (count > 1) {
                        append(log, 1);
                        again(log, count - 1, seen);
                    }
                };
    }

    private static void appendMegabytes(Log log, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            log.append(Batches.of(1, 1 << 20, 1), 0);
        }
    }

    /// An owner that nothing keeps from its log.
    private record Told(Runnable told) implements LogOwner {
        @Override
        public void forced() {
            told.run();
        }

        @Override
        public boolean exclusively(Runnable work) {
            work.run();
            return true;
        }
    }

    /// Notes forces; may fail one, or do something meanwhile.
    private static final class Forces extends UnforcedFiles {
        private final List<String> forced = new ArrayList<>();
        private String failing = "nothing";
        private boolean wanting;
        private boolean writesBack;
        private long writtenBack;
        private Step during = () -> {};

        interface Step {
            void run() throws IOException;
        }

        @Override
        void forcing(Path path) throws IOException {
            forced.add(path.getFileName().toString());
            Step step = during;
            during = () -> {};
            step.run();
            if (path.toString().contains(failing)) {
                throw new IOException("broken by a test: " + path);
            }
        }

        @Override
        boolean writingBack(Path path, long from, long to) {
            writtenBack += writesBack ? to - from : 0;
            return writesBack;
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            if (wanting) {
                throw new FileSystemException(directory.toString(), null, "Too many open files");
            }
        }
    }
}

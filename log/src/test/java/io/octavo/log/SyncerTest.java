package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Afterwards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SyncerTest extends SyncScene {
    @Test
    void appendsOfOneTurnAreForcedTogether() throws IOException {
        Log log = owned("a-0");
        append(log, 3);
        files.forced.clear();

        run();

        assertThat(log.durableEnd()).isEqualTo(3);
        assertThat(files.forced).containsOnlyOnce("00000000000000000000.log");
    }

    @Test
    void appendsOfOnePieceOfWorkAreForcedTogetherBehindIt() throws IOException {
        Log log = owned("a-0");
        files.forced.clear();

        Afterwards.run(() -> {
            appendOne(log);
            run();
            assertThat(files.forced).isEmpty();
            appendOne(log);
        });
        run();

        assertThat(log.durableEnd()).isEqualTo(2);
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
        Log log = owned("a-0");
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
    void aLogThatIsNotToBeForcedNeverWaitsForIt() throws IOException {
        Log log = unforced();

        append(log, 2);
        run();

        assertThat(log.committedEnd()).isEqualTo(2);
        assertThat(log.durableEnd()).isZero();
    }

    /// A page that is being written makes an append to it wait.
    @Test
    void muchOfALogThatIsNotToBeForcedIsWrittenBackAndForcedWithTheNextCheckpoint()
            throws IOException {
        Log log = unforced();
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
        Log log = unforced();
        files.writesBack = true;

        appendMegabytes(log, 64);
        assertThat(disk.directory().crowded()).isTrue();
        run();

        assertThat(disk.directory().crowded()).isFalse();
    }

    @Test
    void aDirectoryThatHasFailedHoldsNobodyBack() throws IOException {
        Log log = unforced();
        appendMegabytes(log, 64);
        assertThat(disk.directory().crowded()).isTrue();

        disk.directory().fail(new IOException("broken by the test"));

        assertThat(disk.directory().crowded()).isFalse();
    }

    @Test
    void whereNothingCanBeWrittenBackMuchIsForced() throws IOException {
        Log log = unforced();

        appendMegabytes(log, 20);
        run();

        assertThat(log.durableEnd()).isEqualTo(20);
    }

    @Test
    void aLogThatIsToBeForcedFromNowOnIsForcedWithWhatItHas() throws IOException {
        Log log = unforced();
        append(log, 2);

        log.configure(LogConfig.defaults());
        assertThat(log.committedEnd()).isZero();
        run();

        assertThat(log.committedEnd()).isEqualTo(2);
    }

    @Test
    void whatNobodyWaitsForHasItsTurnBesideThreadsThatAlwaysHaveSomethingToDo() throws IOException {
        List<Long> seen = seenBesideABusyLog(unforced(), () -> {});

        assertThat(seen).hasSize(80).startsWith(0L).endsWith(1L);
        assertThat(seen.indexOf(1L)).isGreaterThan(20);
    }

    @Test
    void aLogThatIsToBeForcedFromNowOnDoesNotWaitAsOneThatIsNot() throws IOException {
        Log log = unforced();

        List<Long> seen = seenBesideABusyLog(log, () -> log.configure(LogConfig.defaults()));

        assertThat(seen).startsWith(0L);
        assertThat(seen.indexOf(1L)).isBetween(1, 5);
    }

    /// How far a log was forced at each force of a busy one, once both were due.
    ///
    /// @param meanwhile done at the first of these
    private List<Long> seenBesideABusyLog(Log log, Runnable meanwhile) throws IOException {
        append(log, 1);
        disk.directory().checkpoint();
        Log busy = owned("b-0");
        List<Long> seen = new ArrayList<>();
        again(
                busy,
                80,
                () -> {
                    seen.add(log.durableEnd());
                    if (seen.size() == 1) {
                        meanwhile.run();
                    }
                });
        append(busy, 1);
        first.runNext();
        return seen;
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
    void aDefectDuringAForceIsAFailedForce() throws IOException {
        List<String> told = new ArrayList<>();
        Log log = owned("a-0", () -> told.add("a"));
        append(log, 1);
        IllegalStateException defect = new IllegalStateException("a test's defect");
        files.during =
                () -> {
                    throw defect;
                };

        assertThatThrownBy(this::run).isSameAs(defect);

        assertThat(failures).singleElement().extracting(Throwable::getCause).isSameAs(defect);
        assertThat(told).isEmpty();
        assertThatThrownBy(() -> append(log, 1)).hasMessageContaining("was not forced");
    }

    @Test
    void aForceThatSucceedsWhileAnotherFailsDoesNotCount() throws IOException {
        Log a = owned("a-0");
        Log b = owned("b-0");
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
        Log log = owned("a-0");
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

    /// A force knows its directory by a name, which may be another log's when the deletion is done.
    @Test
    void aLogIsDeletedWhenTheForceThatHasBegunHasEnded() throws Exception {
        Log log = owned("a-0");
        append(log, 1);
        FutureTask<Void> deletion =
                new FutureTask<>(() -> {
                    log.delete();
                    return null;
                });
        Thread deleter = Thread.ofPlatform().unstarted(deletion);
        files.during =
                () -> {
                    deleter.start();
                    while (deleter.isAlive() && deleter.getState() != Thread.State.BLOCKED) {
                        Thread.onSpinWait();
                    }
                };

        run();

        deletion.get();
        assertThat(files.forced).endsWith("00000000000000000000.log", "partition.metadata");
        assertThat(disk.directory().partitions().names()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void nothingIsForcedUnderTheNameOfALogThatIsDeleted() throws IOException {
        Log log = owned("a-0");
        append(log, 1);
        Durability.Point before = log.durability().point();
        LogView view = log.view();
        log.delete();
        Path successor = Files.createDirectory(root.resolve("a-0"));

        log.durability().force(before, view);

        assertThat(successor).isEmptyDirectory();
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

    private static void appendOne(Log log) {
        try {
            append(log, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void appendMegabytes(Log log, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            log.append(Batches.of(1, 1 << 20, 1), 0);
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A move whose last step fails, or is broken off.
class RelocationFaultTest extends RelocationScene {
    /// Wherever the last step is broken off, exactly one of the two is the log at the next start,
    /// and it has every record.
    @Test
    void aMoveBrokenOffAnywhereLeavesOneWholeLog() throws IOException {
        int steps = 0;
        boolean broke = true;
        while (broke) {
            Relocation relocation = settled();
            files.breakAt(steps++);
            boolean finished = false;
            try {
                relocation.finish();
                finished = true;
            } catch (IOException broken) {
                assertThat(broken).hasMessageContaining("broken by the test");
            }
            files.mend();
            broke = files.broke;
            source.restartKilled();
            target.restartKilled();
            boolean moved = precedes(target, source);
            assertThat(moved || !finished).as("step %d", steps).isTrue();
            assertWhole(moved ? target : source);
            again();
        }
        assertThat(steps).isGreaterThan(10);
    }

    /// Whatever step fails once, the log is where the move says that it is, now and at the next
    /// start.
    @Test
    void aMoveThatFailsOnceLeavesTheLogWhereItSays() throws IOException {
        files.once = true;
        assertThat(stepsThatMayFail()).isGreaterThan(10);
        files.passing = true;
        assertThat(stepsThatMayFail()).isGreaterThan(10);
    }

    @Test
    void aMoveFromADiskThatFailsAnywhereLeavesTheLogWhereItSays() throws IOException {
        files.root = sourceRoot;
        assertThat(stepsThatMayFail()).isGreaterThan(4);
        files.passing = true;
        assertThat(stepsThatMayFail()).isGreaterThan(4);
    }

    /// @return in how many steps a move is made, of which each has failed
    private int stepsThatMayFail() throws IOException {
        int steps = 0;
        boolean broke = true;
        while (broke) {
            Relocation relocation = settled();
            files.breakAt(steps++);
            Disk home = target;
            try {
                relocation.finish();
            } catch (IOException broken) {
                home = source;
                relocation.abandon();
            }
            broke = files.broke;
            files.mend();

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
        return steps;
    }

    /// The original's disk fails for good when all is copied, and works again at the next start.
    @Test
    void aLogWhoseOldDiskFailsBehindTheCopyIsInTheOtherDirectory() throws IOException {
        Relocation relocation = settled();
        files.root = sourceRoot;
        files.breakAt(0);

        relocation.finish();

        assertThat(source.directory().failure()).isNotNull();
        assertWhole(target);
        target.checkpoint();
        files.mend();
        source.restartKilled();
        target.restartKilled();
        assertThat(source.directory().partitions().names())
                .containsEntry(Disk.NAME, Presence.KNOWN);
        assertThat(moves(target)).isGreaterThan(moves(source));
        assertWhole(target);

        // The checkpoints say the same of both.
        append(Objects.requireNonNull(target.directory().openLog(Disk.NAME)), 1);
        source.restartKilled();
        target.restartKilled();
        assertThat(precedes(target, source)).isTrue();
        assertThat(target.log(SMALL).endOffset()).isEqualTo(41);
    }

    /// The next start finds one directory alone, and the one behind it both.
    @Test
    void aLogThatGoesOnWhileItsCopyIsAwayStaysTheLog() throws IOException {
        int steps = 0;
        int wentOn = 0;
        boolean broke = true;
        while (broke) {
            Relocation relocation = settled();
            files.breakAt(steps++);
            try {
                relocation.finish();
            } catch (IOException broken) {
                assertThat(broken).hasMessageContaining("broken by the test");
            }
            files.mend();
            broke = files.broke;
            source.restartKilled();
            if (source.directory().partitions().names().containsKey(Disk.NAME)) {
                wentOn++;
                Log log = source.log(SMALL);
                append(log, 1);
                log.force();
                source.checkpoint();
                source.restartKilled();
                target.restartKilled();
                assertThat(precedes(source, target)).as("step %d", steps).isTrue();
                assertThat(source.log(SMALL).endOffset()).isEqualTo(41);
            }
            again();
        }
        assertThat(wentOn).isGreaterThan(10);
    }

    /// It is a reason to move what is on it.
    @Test
    void aFullDiskGivesItsReserveUpForALogThatLeaves() throws IOException {
        Path reserve = Files.write(source.root.resolve(FreeSpace.RESERVE_FILE), new byte[1]);
        Relocation relocation = settled();
        files.root = sourceRoot;
        files.full = true;
        files.once = true;
        files.breakAt(0);

        relocation.finish();

        assertThat(files.broke).isTrue();
        assertThat(reserve).doesNotExist();
        assertThat(source.directory().partitions().names()).isEmpty();
        assertWhole(target);
    }

    /// Something else was written there.
    @Test
    void aLogWhoseOldDiskHasFailedSinceItWasClosedIsInTheOtherDirectory() throws IOException {
        Relocation relocation = settled();
        var _ = source.directory().fail(new IOException("broken by the test"));

        relocation.finish();

        source.restartKilled();
        target.restartKilled();
        assertThat(precedes(target, source)).isTrue();
        assertWhole(target);
    }

    /// Neither of the two can be taken out of its place, and that passes.
    @Test
    void aLogThatCannotBeTakenOutOfItsPlaceStaysAlthoughItsCopyDoes() throws IOException {
        Relocation relocation = settled();
        files.stuck = true;

        assertThatThrownBy(relocation::finish).hasMessageContaining("broken by the test");

        assertWhole(source);
        append(Objects.requireNonNull(source.directory().openLog(Disk.NAME)), 1);
        files.stuck = false;
        source.restartKilled();
        target.restartKilled();
        assertThat(target.directory().partitions().names())
                .containsEntry(Disk.NAME, Presence.KNOWN);
        assertThat(precedes(source, target)).isTrue();
        assertThat(source.log(SMALL).endOffset()).isEqualTo(41);
    }

    /// Whether the log is the one that a disk has, whatever another has of it.
    private static boolean precedes(Disk disk, Disk other) throws IOException {
        Presence here = disk.directory().partitions().names().get(Disk.NAME);
        Presence there = other.directory().partitions().names().get(Disk.NAME);
        if (here != there) {
            return here != null && (there == null || here.compareTo(there) < 0);
        }
        long end = disk.directory().partitions().knownEnd(Disk.NAME);
        long otherEnd = other.directory().partitions().knownEnd(Disk.NAME);
        return end != otherEnd ? end > otherEnd : moves(disk) > moves(other);
    }

    /// A directory of which a write or a force failed is out of service.
    private static void checkpoint(Disk disk) throws IOException {
        if (disk.directory().failure() == null) {
            disk.checkpoint();
        }
    }
}

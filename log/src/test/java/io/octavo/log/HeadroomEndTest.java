package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// What becomes of room that was made ahead of a log.
class HeadroomEndTest extends HeadroomScene {
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

    /// After a crash, as far as this and no further.
    private void assertRecovered(long endOffset, long firstSegmentBytes) throws IOException {
        disk.restartKilled();
        Log again = disk.log(config());

        assertThat(again.endOffset()).isEqualTo(endOffset);
        assertThat(again.view().bytes(0)).isEqualTo((int) firstSegmentBytes);
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(firstSegmentBytes);
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AbortedTransactionsTest extends AbortedTransactionsScene {
    @Test
    void thoseThatOverlapWhatIsReadAreTold() throws IOException {
        writeThree();
        AbortedTransaction one = new AbortedTransaction(1, 0, 2, 1);
        AbortedTransaction three = new AbortedTransaction(3, 3, 5, 6);

        assertThat(aborted(0, 7)).containsExactly(one, three);
        assertThat(aborted(0, 3)).containsExactly(one);
        assertThat(aborted(2, 7)).containsExactly(one, three);
        assertThat(aborted(3, 7)).containsExactly(three);
        assertThat(aborted(5, 6)).containsExactly(three);
        assertThat(aborted(6, 7)).isEmpty();
    }

    @Test
    void aMarkerInALaterSegmentCountsForRecordsBefore() throws IOException {
        data(1);
        log.roll();
        log.append(Batches.of(1), 0);
        log.roll();
        end(1, false);
        log.roll();
        log.append(Batches.of(1), 0);
        AbortedTransaction one = new AbortedTransaction(1, 0, 2, 3);

        assertThat(aborted(0, ALL)).containsExactly(one);
        assertThat(aborted(1, ALL)).containsExactly(one);
        assertThat(aborted(3, ALL)).isEmpty();
        checkpointAndKill();
        assertThat(disk.file("00000000000000000002.txnindex")).hasSize(ENTRY_BYTES);
        assertThat(aborted(0, ALL)).containsExactly(one);
        assertThat(aborted(1, ALL)).containsExactly(one);
        assertThat(aborted(3, ALL)).isEmpty();
    }

    @Test
    void ofManyThoseNearWhatIsReadAreTold() throws IOException {
        for (int i = 0; i < 1000; i++) {
            data(i % 7);
            end(i % 7, false);
        }
        tellsFewOf(1000);
        log.roll();
        tellsFewOf(1000);
        checkpointAndKill();
        tellsFewOf(1000);
    }

    /// The offset index has more entries than are in memory at a time.
    @Test
    void behindALongSliceNoMoreThanAFewAreTold() throws IOException {
        LogConfig everyBatch = LogConfig.defaults().withIndexIntervalBytes(1);
        disk.restart();
        log = disk.log(everyBatch);
        for (int i = 0; i < 2000; i++) {
            data(i % 7);
            end(i % 7, false);
        }
        log.force();
        disk.checkpoint();
        tellsFewBehind(20_000);
        disk.restartKilled();
        log = disk.log(everyBatch);
        tellsFewBehind(20_000);
        log.roll();
        log.append(Batches.of(1), 0);
        log.force();
        disk.checkpoint();
        disk.restartKilled();
        log = disk.log(everyBatch);
        tellsFewBehind(20_000);
        tellsFewBehind(200_000);
    }

    private void tellsFewBehind(int bytes) throws IOException {
        LogSlice slice = (LogSlice) log.read(0, ALL, bytes, true);
        int told = Objects.requireNonNull(log.aborted().in(slice, 0, true)).size();
        int within = (int) Batches.in(slice.toBytes()).getLast().nextOffset() / 2;
        slice.release();
        assertThat(within).isBetween(100, 1990);
        assertThat(told).isBetween(within, within + 5);
    }

    @Test
    void theyAreKnownAfterAKillWithoutASnapshot() throws IOException {
        writeThree();
        List<AbortedTransaction> before = aborted(0, 7);
        log.force();

        disk.restartKilled();
        log = disk.log();

        assertThat(disk.file(FIRST)).doesNotExist();
        assertThat(aborted(0, 7)).isEqualTo(before).hasSize(2);
        end(9, false);
        data(4);
        end(4, false);
        assertThat(aborted(7, ALL)).containsExactly(new AbortedTransaction(4, 8, 9, 10));
    }

    /// The snapshot knows of the first two, and replays nothing of them.
    @Test
    void thoseBeforeASnapshotAreReadFromTheFileByWhoMayWait() throws IOException {
        writeThree();
        List<AbortedTransaction> before = aborted(0, 7);
        log.offerSnapshot();
        log.force();
        disk.checkpoint();
        data(4);
        end(4, false);
        log.force();

        disk.restartKilled();
        log = disk.log();

        assertThat(disk.file(FIRST)).hasSize(2 * ENTRY_BYTES);
        assertThat(at(0, 7, false)).isNull();
        assertThat(at(7, ALL, false)).containsExactly(new AbortedTransaction(4, 7, 8, 9));
        assertThat(aborted(0, 7)).isEqualTo(before);
        assertThat(at(0, 7, false)).isEqualTo(before);
        assertThat(aborted(0, ALL)).hasSize(3);
        log.roll();
        disk.checkpoint();
        assertThat(disk.file(FIRST)).hasSize(3 * ENTRY_BYTES);
    }

    @Test
    void aTransactionThatWasOpenAtTheSnapshotIsKnownOnceItIsAborted() throws IOException {
        data(1);
        log.append(Batches.of(1), 0);
        log.roll();
        checkpointAndKill();
        end(1, false);
        AbortedTransaction one = new AbortedTransaction(1, 0, 2, 3);

        assertThat(aborted(0, ALL)).containsExactly(one);
        disk.restartKilled();
        log = disk.log();
        assertThat(aborted(0, ALL)).containsExactly(one);
    }

    /// The swap of segments is known, and the snapshot that knows the new files is not there.
    @Test
    void aFileOfASegmentThatIsGoneMeansThatNothingIsKnown() throws IOException {
        writeTwoSegments();
        checkpointAndKill();
        LogView view = log.view();
        AbortedTransactions found = log.aborted().anew();
        found.restore(log.aborted().noted());

        assertThat(found.fits(view, false)).isTrue();
        assertThat(found.noted()).hasSize(2);
        assertThat(found.fits(new LogView(new Segment[] {view.segment(0)}, 0, view.end()), false))
                .isFalse();
        assertThat(found.noted()).isEmpty();
    }

    @Test
    void aLogWithoutAbortedTransactionsHasNoFileAndBelievesNone() throws IOException {
        data(1);
        end(1, true);
        log.roll();
        log.append(Batches.of(1), 0);
        checkpointAndKill();
        assertThat(disk.file(FIRST)).doesNotExist();
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.putShort((short) 0).putLong(1).putLong(0).putLong(1).putLong(2);

        Files.write(disk.file(FIRST), entry.array());
        disk.restartKilled();
        log = disk.log();

        assertThat(at(0, ALL, false)).isEmpty();
        assertThat(aborted(0, ALL)).isEmpty();
    }

    @Test
    void aCutTakesThoseWhoseMarkersGo() throws IOException {
        writeThree();
        log.offerSnapshot();
        log.force();
        disk.checkpoint();

        log.truncate(5);

        assertThat(aborted(0, ALL)).containsExactly(new AbortedTransaction(1, 0, 2, 1));
        end(3, false);
        log.append(Batches.of(1), 0);
        AbortedTransaction three = new AbortedTransaction(3, 3, 5, 6);
        assertThat(aborted(3, ALL)).containsExactly(three);
        log.roll();
        checkpointAndKill();
        assertThat(aborted(3, ALL)).containsExactly(three);
        assertThat(disk.file(FIRST)).hasSize(2 * ENTRY_BYTES);
    }

    @Test
    void thoseOfSegmentsThatGoAreForgotten() throws IOException {
        writeTwoSegments();
        disk.checkpoint();
        assertThat(disk.file(FIRST)).exists();

        log.advanceStart(7);
        log.force();
        disk.checkpoint();

        assertThat(disk.file(FIRST)).doesNotExist();
        assertThat(log.aborted().noted()).hasSize(1);
        AbortedTransaction eight = new AbortedTransaction(8, 7, 8, 9);
        assertThat(aborted(7, ALL)).containsExactly(eight);
        disk.restartKilled();
        log = disk.log();
        assertThat(aborted(7, ALL)).containsExactly(eight);
    }

    @Test
    void aCleanStopWritesThem() throws IOException {
        writeThree();

        disk.restart();
        log = disk.log();

        assertThat(disk.file(FIRST)).hasSize(2 * ENTRY_BYTES);
        assertThat(at(0, 7, false)).isNull();
        assertThat(aborted(0, 7)).hasSize(2);
    }

    /// More than stay in memory: the file is read each time.
    @Test
    void moreThanStayInMemoryAreToldTheSame() throws IOException {
        int many = TransactionIndex.IN_MEMORY_MAX + 1000;
        for (int i = 0; i < many; i++) {
            data(i % 7);
            end(i % 7, false);
        }
        log.append(Batches.of(1), 0);
        assertThat(aborted(0, ALL)).hasSize(many);
        log.roll();
        checkpointAndKill();

        assertThat(aborted(0, ALL)).hasSize(many);
        assertThat(at(0, ALL, false)).isNull();
        assertThat(at(2L * many, ALL, false)).isEmpty();
        for (int i = 0; i < many; i++) {
            data(i % 7);
            end(i % 7, false);
        }
        log.offerSnapshot();
        disk.checkpoint();
        assertThat(aborted(2L * many + 1, ALL)).hasSize(many);
    }

    private void tellsFewOf(int many) throws IOException {
        assertThat(aborted(0, ALL)).hasSize(many);
        long from = many;
        LogSlice slice = (LogSlice) log.read(from, ALL, 1_000, true);
        List<AbortedTransaction> told = Objects.requireNonNull(log.aborted().in(slice, from, true));
        long end = Batches.in(slice.toBytes()).getLast().nextOffset();
        slice.release();
        assertThat(told).hasSizeBetween((int) (end - from) / 2, 100);
        assertThat(told.getFirst().lastOffset()).isGreaterThanOrEqualTo(from);
        assertThat(told.getLast().firstOffset()).isGreaterThanOrEqualTo(end - 2);
    }
}

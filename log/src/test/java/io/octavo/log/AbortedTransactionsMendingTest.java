package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of an index that is not what was noted of it.
final class AbortedTransactionsMendingTest extends AbortedTransactionsScene {
    private static final int FIRST_OFFSET_AT = 10;

    @Test
    void aFileThatIsNotWhatItWasIsMadeAnewFromTheLog() throws IOException {
        writeThree();
        log.roll();
        log.append(Batches.of(1), 0);
        List<AbortedTransaction> before = aborted(0, 7);
        checkpointAndKill();
        byte[] right = Files.readAllBytes(disk.file(FIRST));
        byte[] lying = right.clone();
        ByteBuffer.wrap(lying).putLong(FIRST_OFFSET_AT, 2);
        byte[] other = right.clone();
        other[1] = 1;

        for (byte[] wrong : new byte[][] {lying, other, Arrays.copyOf(right, 67), new byte[0]}) {
            isMended(wrong, right, before);
        }
        isMended(null, right, before);
    }

    @Test
    void aFileThatCannotBeReadIsMadeAnewToo() throws IOException {
        writeTwoSegments();
        List<AbortedTransaction> before = aborted(0, 7);
        checkpointAndKill();
        Files.delete(disk.file(FIRST));
        Files.createDirectory(disk.file(FIRST));

        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);
        disk.checkpoint();

        assertThat(aborted(0, 7)).isEqualTo(before);
        assertThat(disk.file(FIRST)).hasSize(2 * ENTRY_BYTES);
    }

    /// Other logs wait for the same worker.
    @Test
    void asMuchOfTheLogIsReadAtATimeAsTakesSoLong() throws IOException {
        writeTwoSegments();
        List<AbortedTransaction> before = aborted(0, 7);
        checkpointAndKill();
        Files.write(disk.file(FIRST), new byte[0]);
        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);

        for (int segment = 0; segment < 3; segment++) {
            assertThat(log.aborted().isSuspected()).isTrue();
            assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);
            log.aborted().mend(log, 0);
        }

        assertThat(log.aborted().isSuspected()).isFalse();
        assertThat(aborted(0, 7)).isEqualTo(before);
        assertThat(aborted(7, ALL)).containsExactly(new AbortedTransaction(8, 7, 8, 9));
    }

    /// What was found before is of segments that are not there any more.
    @Test
    void itBeginsAgainWhereSegmentsWereDroppedMeanwhile() throws IOException {
        writeTwoSegments();
        checkpointAndKill();
        Files.write(disk.file(FIRST), new byte[0]);
        Files.write(disk.file("00000000000000000007.txnindex"), new byte[0]);
        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);
        log.aborted().mend(log, 0);

        log.advanceStart(7);
        log.aborted().mend(log, 0);
        assertThat(log.aborted().isSuspected()).isTrue();
        log.aborted().mend(log, 0);

        assertThat(log.aborted().isSuspected()).isFalse();
        assertThat(log.aborted().noted()).hasSize(1);
        assertThat(aborted(7, ALL)).containsExactly(new AbortedTransaction(8, 7, 8, 9));
    }

    /// All of the log would have to be read.
    @Test
    void aStopDoesNotWaitForThatButWhoOpensTheLogAgainFindsItOut() throws IOException {
        writeTwoSegments();
        List<AbortedTransaction> before = aborted(0, 7);
        checkpointAndKill();
        Files.write(disk.file(FIRST), new byte[0]);
        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);

        disk.restart();
        log = disk.log();

        assertThat(disk.file(FIRST)).isEmptyFile();
        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);
        disk.checkpoint();
        assertThat(aborted(0, 7)).isEqualTo(before);
    }

    /// Made wrong while nobody has the log open.
    private void isMended(byte @Nullable [] wrong, byte[] right, List<AbortedTransaction> before)
            throws IOException {
        if (wrong == null) {
            Files.delete(disk.file(FIRST));
        } else {
            Files.write(disk.file(FIRST), wrong);
        }
        disk.restartKilled();
        log = disk.log();
        assertThat(at(0, 7, false)).isNull();
        assertThatThrownBy(() -> aborted(0, 7)).isInstanceOf(DamagedLog.class);
        data(5);
        long marker = end(5, false);

        disk.checkpoint();

        assertThat(aborted(0, 7)).isEqualTo(before);
        assertThat(disk.file(FIRST)).hasBinaryContent(right);
        assertThat(log.aborted().noted()).hasSize(2);
        assertThat(aborted(marker, ALL)).hasSize(1);
        assertThat(log.damagedRanges()).isEmpty();
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Transactions in adopted logs.
class AdoptedTransactionsTest extends AdoptionScene {
    @Test
    void transactionsThatWereNotCommittedAreCounted() throws IOException {
        writeTransactions();

        Adoption adoption = Adoption.of(files, source);

        assertThat(adoption.transactionsAborted()).isEqualTo(1);
        assertThat(adoption.transactionsUndecided()).isEqualTo(1);
    }

    /// Their index is not copied: it has no checksum, and the log tells the same.
    @Test
    void whichTransactionsWereAbortedIsToldFromTheLog() throws IOException {
        writeTransactions();
        Path index = source.resolve("00000000000000000000.txnindex");
        byte[] theirs = Files.readAllBytes(index);
        Files.delete(index);
        AbortedTransaction seven = new AbortedTransaction(7, 2, 3, 4);

        Disk ours = adopted();

        assertThat(aborted(ours.log())).containsExactly(seven);
        ours.restartKilled();
        Log log = ours.log();
        assertThat(aborted(log)).containsExactly(seven);
        // The id is another producer's here, to whom what theirs left without an end is nothing.
        log.append(Batches.inTransaction(8, 0, 0, 1), 1);
        log.append(Batches.marker(8, 0, false), 1);
        AbortedTransaction eight = new AbortedTransaction(8, 5, 6, 7);
        assertThat(aborted(log)).containsExactly(seven, eight);
        ours.restart();
        assertThat(aborted(ours.log())).containsExactly(seven, eight);
        byte[] both = Files.readAllBytes(ours.file("00000000000000000000.txnindex"));
        assertThat(both).startsWith(theirs).hasSize(2 * theirs.length);
    }

    /// As those of who adopted a log when nobody asked for its aborted transactions.
    @Test
    void aSnapshotThatDoesNotTellOfAbortedTransactionsHasThemToldFromTheLog() throws IOException {
        writeTransactions();
        Disk ours = adopted();
        Log log = ours.log();
        log.append(Batches.of(1), 1);
        log.roll();
        ours.restart();
        Path path = ours.file("00000000000000000006.snapshot");
        byte[] bytes = Files.readAllBytes(path);
        int end = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("TXN1");
        ByteBuffer older = ByteBuffer.wrap(Arrays.copyOf(bytes, end));
        CRC32C crc = new CRC32C();
        crc.update(older.slice(6, end - 6));
        Files.write(path, older.putInt(2, (int) crc.getValue()).array());

        ours.restartKilled();

        assertThat(aborted(ours.log())).containsExactly(new AbortedTransaction(7, 2, 3, 4));
    }

    /// One that is committed, one that is aborted, one without an end.
    private void writeTransactions() throws IOException {
        writeAgain(
                LogConfig.defaults(),
                log -> {
                    log.append(Batches.inTransaction(7, 0, 0, 1), 0);
                    log.append(Batches.marker(7, 0, true), 0);
                    log.append(Batches.inTransaction(7, 0, 1, 1), 0);
                    log.append(Batches.marker(7, 0, false), 0);
                    log.append(Batches.inTransaction(8, 0, 0, 1), 0);
                });
    }

    private static List<AbortedTransaction> aborted(Log log) throws IOException {
        LogSlice slice = (LogSlice) log.read(0, ALL, ALL, true);
        try {
            return Objects.requireNonNull(log.aborted().in(slice, 0, true));
        } finally {
            slice.release();
        }
    }
}

package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A log with transactions that were aborted, on a disk of its own.
abstract class AbortedTransactionsScene {
    static final int ALL = Integer.MAX_VALUE;
    static final int ENTRY_BYTES = 34;
    static final String FIRST = "00000000000000000000.txnindex";

    @TempDir Path root;
    Disk disk;
    Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root);
        log = disk.log();
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    /// The first is aborted, the second committed, the third aborted; they interleave.
    void writeThree() throws IOException {
        data(1);
        data(2);
        end(1, false);
        data(3);
        end(2, true);
        end(3, false);
        log.append(Batches.of(1), 0);
    }

    /// Either has aborted transactions; a third is the active one.
    void writeTwoSegments() throws IOException {
        writeThree();
        log.roll();
        data(8);
        end(8, false);
        log.roll();
        log.append(Batches.of(1), 0);
    }

    void data(long producerId) throws IOException {
        log.append(Batches.inTransaction(producerId, 0, 0, 1), 0);
    }

    long end(long producerId, boolean commits) throws IOException {
        return log.append(Batches.marker(producerId, 0, commits), 0);
    }

    void checkpointAndKill() throws IOException {
        log.force();
        disk.checkpoint();
        disk.restartKilled();
        log = disk.log();
    }

    List<AbortedTransaction> aborted(long from, long to) throws IOException {
        return Objects.requireNonNull(at(from, to, true));
    }

    @Nullable List<AbortedTransaction> at(long from, long to, boolean waits) throws IOException {
        LogSlice slice = (LogSlice) log.read(from, to, ALL, true);
        try {
            return log.aborted().in(slice, from, waits);
        } finally {
            slice.release();
        }
    }
}

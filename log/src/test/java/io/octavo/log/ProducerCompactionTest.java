package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What compaction leaves of producers and of their transactions.
class ProducerCompactionTest extends CompactionScene {
    @Test
    void aCommitMarkerStaysWhileThereIsDataOfItsTransactionAndThenAsATombstone()
            throws IOException {
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, true), 0);
        // So that neither the data nor the marker is what the producer wrote last.
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);
        compact();
        assertThat(bases()).containsExactly(0L, 1L, 2L, 3L);

        append("a", "later");
        compact();
        assertThat(bases()).containsExactly(1L, 2L, 3L, 4L);

        append("b", "1");
        compact();
        disk.clock.advanceMs(RETENTION_MS);
        append("c", "1");
        compact();
        assertThat(bases()).containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void whatWasAbortedGoesAndReplacesNothing() throws IOException {
        append("a", "kept");
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);

        compact();

        assertThat(offsets()).containsExactly(0L, 3L);
        assertThat(bases()).containsExactly(0L, 2L, 3L, 4L);
    }

    @Test
    void whatIsKnownOfAbortedTransactionsStaysWithTheirMarkers() throws IOException {
        append("a", "kept");
        log.append(transactional("a", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.roll();
        log.append(transactional("b", 2), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 3), 0);
        log.append(Batches.marker(7, 0, true), 0);
        Path index = disk.file("00000000000000000000.txnindex");
        disk.checkpoint();
        assertThat(index).hasSize(34);
        List<AbortedTransaction> both =
                List.of(new AbortedTransaction(7, 1, 2, 3), new AbortedTransaction(7, 3, 4, 5));

        compact();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(aborted()).isEqualTo(both);
        disk.checkpoint();
        assertThat(index).hasSize(68);
        restartKilled();
        assertThat(aborted()).isEqualTo(both);

        append("b", "1");
        compact();
        disk.clock.advanceMs(RETENTION_MS);
        append("c", "1");
        compact();
        assertThat(bases()).doesNotContain(2L, 4L);
        assertThat(aborted()).isEmpty();
        disk.checkpoint();
        restartKilled();
        assertThat(aborted()).isEmpty();
        assertThat(index).doesNotExist();
    }

    /// What the snapshot knows is of the segments before.
    @Test
    void abortedTransactionsAreToldFromTheLogWhereASwapIsAllThatIsKnown() throws IOException {
        log.append(Batches.of(1), 0);
        log.roll();
        log.append(transactional("b", 1), 0);
        log.append(Batches.marker(7, 0, false), 0);
        log.append(transactional("z", 2), 0);
        log.append(Batches.marker(7, 0, true), 0);
        log.roll();
        disk.checkpoint();
        Path snapshot = disk.file("00000000000000000005.snapshot");
        byte[] before = Files.readAllBytes(snapshot);
        compact();
        disk.checkpoint();

        Files.write(snapshot, before);
        restartKilled();

        assertThat(log.view().segments()).isEqualTo(2);
        assertThat(log.aborted().noted()).isEmpty();
    }

    @Test
    void aTransactionThatIsNotDecidedHoldsCompactionUp() throws IOException {
        append("a", "1");
        append("a", "2");
        log.roll();
        log.append(transactional("b", 1), 0);
        append("b", "2");
        append("a", "3");

        compact();

        assertThat(offsets()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(log.compacted().cleanEnd()).isEqualTo(2);
    }

    @Test
    void theLastBatchOfAProducerStaysIfOnlyAsAHeader() throws IOException {
        log.append(new RecordBatch(batch("a", "1").producer(5, (short) 2, 0).build()), 0);
        append("a", "2");

        compact();

        RecordBatch left = CompactionModel.batches(log).getFirst();
        assertThat(left.count()).isZero();
        assertThat(left.lastOffset()).isZero();
        assertThat(left.producerId()).isEqualTo(5);
        assertThat(left.producerEpoch()).isEqualTo((short) 2);
        assertThat(left.lastSequence()).isZero();
        assertThat(log.maxTimestamp()).isNotNull().extracting("offset").isEqualTo(1L);
    }

    @Test
    void theTimestampOfABatchWithoutRecordsIsNoRecordsBehindTheStartEither() throws IOException {
        append("x", "1");
        RecordBatchBuilder late = new RecordBatchBuilder(Compression.NONE);
        late.append(Batches.TIME + 100, bytes("a"), bytes("1"), List.of());
        log.append(new RecordBatch(late.producer(5, (short) 2, 0).build()), 0);
        append("a", "2");
        compact();

        log.advanceStart(1);

        assertThat(CompactionModel.batches(log).getFirst().count()).isZero();
        assertThat(log.maxTimestamp()).isNotNull().extracting("offset").isEqualTo(2L);
    }

    /// What is behind the high watermark may be lost; nothing else would know the producer then.
    @Test
    void theLastBatchBeforeTheHighWatermarkStaysWhateverIsInFlight() throws IOException {
        for (int inFlight : new int[] {1, 4, 5, 9}) {
            long id = 10L + inFlight;
            long first = log.endOffset();
            appendFrom(id, 0);
            appendFrom(id, 1);
            append("a", "later");
            log.roll();
            long highWatermark = log.endOffset();
            for (int i = 0; i < inFlight; i++) {
                appendFrom(id, 2 + i);
            }
            Dirtiness what = Dirtiness.of(log, highWatermark, disk.clock.wallMs());
            try (Compaction pass =
                    Compaction.begin(log, what, highWatermark, MAP_BYTES, disk.clock.wallMs())) {
                CompactionModel.run(pass);
            }

            assertThat(bases()).as("%s in flight", inFlight).doesNotContain(first);
            assertThat(bases()).as("%s in flight", inFlight).contains(first + 1);
        }
    }

    private void restartKilled() throws IOException {
        log.force();
        disk.restartKilled();
        log = disk.log(CONFIG);
    }

    private List<AbortedTransaction> aborted() throws IOException {
        LogSlice slice = (LogSlice) log.read(0, Long.MAX_VALUE, Integer.MAX_VALUE, true);
        try {
            return Objects.requireNonNull(log.aborted().in(slice, 0, true));
        } finally {
            slice.release();
        }
    }

    private void appendFrom(long id, int sequence) throws IOException {
        log.append(new RecordBatch(batch("a", "1").producer(id, (short) 0, sequence).build()), 0);
    }

    private static RecordBatch transactional(String key, int sequence) {
        return new RecordBatch(
                batch(key, "value").producer(7, (short) 0, sequence - 1).transactional().build());
    }
}

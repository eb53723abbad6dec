package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.log.Log;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.AbortedTransaction;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Fetches from a log in which two of three transactions were aborted.
final class AbortedFetchTest extends FetchScene {
    private static final byte READ_COMMITTED = 1;
    private static final String INDEX = "t-0/00000000000000000000.txnindex";
    private static final AbortedTransaction SEVEN = new AbortedTransaction(7, 0);
    private static final AbortedTransaction NINE = new AbortedTransaction(9, 4);

    @BeforeEach
    void write() throws IOException {
        transaction(7, false);
        transaction(8, true);
        transaction(9, false);
        append("t", 0, Batches.of("a"));
    }

    @Test
    void readCommittedIsToldWhichTransactionsWereAborted() {
        PartitionData answer = only(now(fetch(committed(0))));

        assertThat(answer.abortedTransactions()).containsExactly(SEVEN, NINE);
        assertThat(offsets(answer)).hasSize(7);
        assertThat(only(now(fetch(committed(2)))).abortedTransactions()).containsExactly(NINE);
        assertThat(only(now(fetch(committed(6)))).abortedTransactions()).isEmpty();
    }

    @Test
    void whoReadsEverythingIsToldNothing() {
        assertThat(only(now(fetch(request(at(0, 0))))).abortedTransactions()).isNull();
    }

    @Test
    void aPartitionWithoutAbortedTransactionsSaysSo() {
        append("t", 1, Batches.of("a"));

        FetchRequest request = request(at(1, 0)).withIsolationLevel(READ_COMMITTED);

        assertThat(only(now(fetch(request))).abortedTransactions()).isEmpty();
    }

    @Test
    void aWorkerReadsTheIndexThatIsNotInMemory() throws IOException {
        startAgain();
        Later<FetchResponse> later = later(fetch(committed(0)));
        loop.run();
        assertThat(settled(later)).isFalse();

        broker.worker().run();
        loop.run();

        assertThat(only(kept(later)).abortedTransactions()).containsExactly(SEVEN, NINE);
        assertThat(only(now(fetch(committed(2)))).abortedTransactions()).containsExactly(NINE);
    }

    @Test
    void whereTheIndexIsLostNothingIsGivenUntilItWasMadeAnew() throws IOException {
        Path index = root.resolve(INDEX);
        broker.close();
        Files.delete(index);
        open();
        Later<FetchResponse> later = later(fetch(committed(0)));
        broker.worker().run();
        loop.run();
        PartitionData refused = only(kept(later));
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR.code());
        assertThat(size(refused)).isZero();

        broker.checkpoint();

        assertThat(only(now(fetch(committed(0)))).abortedTransactions())
                .containsExactly(SEVEN, NINE);
        assertThat(index).exists();
    }

    /// As one is that goes to another directory.
    @Test
    void aLogThatIsClosedMeanwhileIsNotTakenForOneThatStartsLater() throws IOException {
        startAgain();
        Log log = broker.log("t", 0);
        disk.beforeRead(Path.of(INDEX).getFileName().toString(), () -> close(log));

        Later<FetchResponse> later = later(fetch(committed(0)));
        broker.worker().run();
        loop.run();

        assertThat(log.startOffset()).isPositive();
        PartitionData refused = only(kept(later));
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR.code());
        assertThat(size(refused)).isZero();
    }

    private static void close(Log log) {
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startAgain() throws IOException {
        broker.close();
        open();
    }

    private static FetchRequest committed(long offset) {
        return request(at(0, offset)).withIsolationLevel(READ_COMMITTED);
    }

    /// One record and the marker, as the broker's own clients cannot write them yet.
    private void transaction(long producerId, boolean commits) throws IOException {
        RecordBatchBuilder batch =
                new RecordBatchBuilder(Compression.NONE)
                        .producer(producerId, (short) 0, 0)
                        .transactional();
        batch.append(0, null, Batches.bytes("x"), List.of());
        broker.log("t", 0).append(new RecordBatch(batch.build()), 0);
        EndMarker marker = new EndMarker(commits, 0);
        broker.log("t", 0).append(new RecordBatch(marker.batch(0, producerId, (short) 0)), 0);
    }
}

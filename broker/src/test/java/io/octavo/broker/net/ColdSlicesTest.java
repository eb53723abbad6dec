package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.api.Reply;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogConfig;
import io.octavo.log.LogSlice;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Uuid;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Replies with records that have to be read from the disk first, or what follows on them.
@ParameterizedClass
@CsvSource({"EPOLL, true", "EPOLL, false", "NIO, true", "NIO, false"})
final class ColdSlicesTest extends FileSlicesScene {
    ColdSlicesTest(Transport transport, boolean sendfile) {
        super(transport, sendfile);
    }

    @Test
    void recordsThatAreNotInMemoryAreReadByAWorkerFirst() throws Exception {
        makeOld();

        receiveCold(response(slice(0), bytes(5_000), slice(3), slice(BATCHES - 1)));

        if (sendfile) {
            assertThat(readingThreads).containsOnly("reader");
            assertThat(read).contains(0L, 1L << 20, 2L << 20, 3L << 20);
        }
    }

    /// Else the system would do it when the event loop comes there.
    @Test
    void whatFollowsOnRecordsThatAreInMemoryIsReadByAWorker() throws Exception {
        makeOld();
        LogSlice all = slice(0);
        LogSlice first = (LogSlice) log.read(0, log.endOffset(), 2 << 20, true);
        slices.add(first);
        all.release();
        coldFrom = 2 << 20;

        receiveCold(response(first));

        awaitReader();
        if (sendfile) {
            assertThat(readingThreads).containsExactly("reader");
            assertThat(read).containsExactly((long) first.sizeBytes());
        }
    }

    @Test
    void nothingIsReadWhereAllIsInMemory() throws Exception {
        makeOld();
        coldFrom = Long.MAX_VALUE;

        receiveCold(response(slice(0), slice(3)));

        awaitReader();
        if (sendfile) {
            assertThat(readingThreads).isEmpty();
        }
    }

    /// What is behind its last window is nobody's matter before that is sent.
    @Test
    void aReplyThatIsInMemoryWaitsForNoWorker() throws Exception {
        makeOld();
        LogSlice first = (LogSlice) log.read(0, log.endOffset(), (3 << 20) + 1000, true);
        slices.add(first);
        coldFrom = first.sizeBytes();
        CountDownLatch go = new CountDownLatch(1);
        reader.execute(() -> NetworkScene.await(go));

        receiveCold(response(first));

        go.countDown();
    }

    @Test
    void whoAsksForLittleDoesNotHaveTheDiskReadAsLittle() throws Exception {
        makeOld();
        coldFrom = 300_000;
        List<LogSlice> little = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            little.add((LogSlice) log.read(i, i + 1, Integer.MAX_VALUE, true));
        }
        slices.addAll(little);
        read.clear();

        for (LogSlice one : little) {
            FetchResponse response = response(one);
            fetch.from((request, context) -> new Reply.Now<>(response));
            cold = true;
            try (Peer peer = Peer.of(network)) {
                peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
                peer.receive(FetchRequest.API, 12, 1);
            }
            awaitReader();
        }

        if (sendfile) {
            assertThat(read).hasSize(2);
        }
    }

    @Test
    void fewRecordsThatAreNotInMemoryAreReadByAWorkerFirst() throws Exception {
        RecordBatchBuilder few = new RecordBatchBuilder(Compression.NONE);
        few.append(1, null, ByteBuffer.allocate(100), List.of());
        log.append(new RecordBatch(few.build()), 0);
        makeOld();

        receiveCold(response(slice(BATCHES)));

        if (sendfile) {
            assertThat(readingThreads).startsWith("reader");
        }
    }

    /// A disk may take seconds to give up; the event loop does not have it try again.
    @Test
    void recordsThatAWorkerCannotReadEndTheirConnection() throws Exception {
        makeOld();
        FetchResponse response = response(slice(0));
        readingThreads.clear();
        cold = true;
        unreadable = true;
        fetch.from((request, context) -> new Reply.Now<>(response));

        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());

            assertThatThrownBy(() -> peer.receive(FetchRequest.API, 12, 1))
                    .isInstanceOf(EOFException.class);
        }
        if (sendfile) {
            assertThat(readingThreads).containsExactly("reader");
        }
        data.checkpoint();
        assertThat(log.damagedRanges()).isNotEmpty();
    }

    @Test
    void aConnectionThatGoesAwayWhileItsRecordsAreReadReleasesThem() throws Exception {
        makeOld();
        FetchResponse response = response(slice(0), slice(0));
        cold = true;
        CountDownLatch go = new CountDownLatch(1);
        reader.execute(() -> NetworkScene.await(go));
        fetch.from((request, context) -> new Reply.Now<>(response));
        Peer peer = Peer.of(network);
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        fetch.next();

        peer.close();
        go.countDown();
    }

    private void awaitReader() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        reader.execute(done::countDown);
        NetworkScene.await(done);
    }

    /// Has a peer receive a response none of whose files is in memory.
    private void receiveCold(FetchResponse response) throws Exception {
        List<ByteBuffer> expected = records(response);
        readingThreads.clear();
        read.clear();
        cold = true;
        fetch.from((request, context) -> new Reply.Now<>(response));
        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());

            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
    }

    /// What is in the log counts as written by the process before.
    private void makeOld() throws IOException {
        data.close();
        data = DataDirectory.open(directory, files(), Clock.system(), Randomness.seeded(2), "");
        log = data.log("topic-0", new Uuid(1, 2), LogConfig.defaults());
    }
}

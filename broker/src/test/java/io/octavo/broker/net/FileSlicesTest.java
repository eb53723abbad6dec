package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.api.Reply;
import io.octavo.log.LogSlice;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.wire.ByteRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Replies with records from a real log, over both transports, from files that sendfile can read
/// and from others.
@ParameterizedClass
@CsvSource({"EPOLL, true", "EPOLL, false", "NIO, true", "NIO, false"})
final class FileSlicesTest extends FileSlicesScene {
    FileSlicesTest(Transport transport, boolean sendfile) {
        super(transport, sendfile);
    }

    @Test
    void recordsAreSentFromTheirFileBetweenTheBytes() throws Exception {
        FetchResponse response =
                response(slice(0), ByteRecords.EMPTY, bytes(5_000), slice(3), slice(BATCHES - 1));
        fetch.from((request, context) -> new Reply.Now<>(response));

        try (Peer peer = Peer.of(network)) {
            for (int i = 0; i < 3; i++) {
                slices.forEach(LogSlice::retain);
                peer.send(FetchRequest.API, 12, i, FetchRequest.defaults());
            }
            for (int i = 0; i < 3; i++) {
                assertThat(records(peer.receive(FetchRequest.API, 12, i)))
                        .isEqualTo(records(response));
            }
        }
        slices.forEach(LogSlice::release);
    }

    /// In whichever turn the last piece of it leaves.
    @Test
    void aRequestBehindALargeReplyIsHandledWhenThatIsSent() throws Exception {
        try (Peer peer = Peer.of(network)) {
            for (int batches = 1; batches <= 16; batches++) {
                LogSlice slice = (LogSlice) log.read(0, batches, Integer.MAX_VALUE, true);
                slices.add(slice);
                slice.retain();
                FetchResponse response = response(slice);
                List<ByteBuffer> expected = records(response);
                fetch.from((request, context) -> new Reply.Now<>(response));
                byte[] one = Peer.bytes(FetchRequest.API, 12, 1, FetchRequest.defaults());
                byte[] two = Peer.bytes(FetchRequest.API, 12, 2, FetchRequest.defaults());
                peer.send(NetworkScene.concat(one, two));

                assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
                assertThat(records(peer.receive(FetchRequest.API, 12, 2))).isEqualTo(expected);
            }
        }
    }

    /// The other's request is there when the first is handled. How many pieces were sent by then
    /// can be counted where the kernel does not read them itself.
    @Test
    void anotherPeerIsSeenBetweenThePiecesOfALargeReply() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch bothSent = new CountDownLatch(1);
        FetchResponse large = response(slice(0));
        List<ByteBuffer> expected = records(large);
        AtomicInteger sent = new AtomicInteger(-1);
        fetch.from((request, context) -> {
            if (begun.getCount() > 0) {
                read.clear();
                begun.countDown();
                NetworkScene.await(bothSent);
                return new Reply.Now<>(large);
            }
            sent.set(read.size());
            return new Reply.Now<>(FetchResponse.defaults());
        });

        try (Peer peer = Peer.of(network);
                Peer other = Peer.of(network)) {
            other.send(ApiVersionsRequest.API, 0, 1, ApiVersionsRequest.defaults());
            other.receive();
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
            NetworkScene.await(begun);
            other.send(FetchRequest.API, 12, 2, FetchRequest.defaults());
            bothSent.countDown();

            assertThat(other.receiveCorrelationId()).isEqualTo(2);
            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
        assertThat(sent.get()).isBetween(sendfile ? 0 : 1, 4);
    }

    /// The socket takes less than a reply, so that the rest is read from the file behind all this.
    @Test
    void aReplyIsWholeThoughItsLogIsDeletedInTheMiddleAndNoFileMayBeOpen() throws Exception {
        List<ByteBuffer> expected = records(response(slice(0), slice(0), slice(0), slice(0)));
        FetchResponse response = response(slice(0), slice(0), slice(0), slice(0));
        fetch.from((request, context) -> new Reply.Now<>(response));
        slices.subList(0, 4).forEach(LogSlice::release);

        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
            fetch.next();
            data.limitOpenFiles(0);
            log.delete();
            removeAll();

            assertThat(directory.resolve("topic-0")).doesNotExist();
            assertThat(records(peer.receive(FetchRequest.API, 12, 1))).isEqualTo(expected);
        }
    }

    @Test
    void aConnectionThatGoesAwayInTheMiddleReleasesItsSlices() throws Exception {
        fetch.from((request, context) ->
                new Reply.Now<>(response(slice(0), slice(0), slice(0), slice(0))));
        Peer peer = Peer.of(network);
        for (int i = 0; i < 10; i++) {
            peer.send(FetchRequest.API, 12, i, FetchRequest.defaults());
        }
        fetch.next();

        peer.close();
    }

    @Test
    void aReplyThatComesAfterItsConnectionWentReleasesItsSlices() throws Exception {
        Peer peer = Peer.of(network);
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        var parked = fetch.next();
        parked.later().onAbandoned(() -> parked.later().complete(response(slice(0))));

        peer.close();
    }

    @Test
    void aResponseThatItsVersionCannotSayReleasesItsSlices() throws Exception {
        fetch.from((request, context) ->
                new Reply.Now<>(response(slice(0)).withSessionId(5).withErrorCode((short) 1)));
        try (Peer peer = Peer.of(network)) {
            peer.send(FetchRequest.API, 4, 1, FetchRequest.defaults());

            assertThat(peer.isClosedByNow()).isTrue();
        }
    }

    private void removeAll() throws IOException {
        data.checkpoint();
        while (data.remove()) {
            // Another step.
        }
    }
}

package io.octavo.broker.net;

import static io.octavo.broker.net.LocalNetwork.FRAME_BYTES_MAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.broker.api.Later;
import io.octavo.broker.api.Reply;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.wire.ByteRecords;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// How connections end, as their peers see it.
@ParameterizedClass
@EnumSource(Transport.class)
final class ConnectionEndTest extends NetworkScene {
    ConnectionEndTest(Transport transport) {
        super(transport);
    }

    @Test
    void theRecordsOfAnAbandonedProduceStayUntilItIsSettled() throws Exception {
        sendProduce(1);
        var parked = produce.next();
        CountDownLatch abandoned = new CountDownLatch(1);
        parked.later().onAbandoned(abandoned::countDown);
        peer.close();
        assertThat(abandoned.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(frameBytesHeld(parked)).isPositive();

        parked.later().complete(ProduceResponse.defaults());
        barrier();

        assertThat(frameBytesHeld(parked)).isZero();
    }

    @Test
    void whatAPeerSentWhileItWasNotReadIsHandledAfterItClosed() throws Exception {
        for (int i = 0; i < RequestQueue.REQUESTS_MAX; i++) {
            sendProduce(i);
        }
        List<Calls.Call<ProduceRequest, ProduceResponse>> parked = new ArrayList<>();
        for (int i = 0; i < RequestQueue.REQUESTS_MAX; i++) {
            parked.add(produce.next());
        }
        sendProduce(RequestQueue.REQUESTS_MAX);
        peer.endOutput();
        barrier();

        parked.forEach(call -> call.later().settle(new Reply.None<>()));

        produce.next().later().settle(new Reply.None<>());
        assertThat(peer.isClosedByNow()).isTrue();
    }

    /// Epoll tells of it; the JDK's selectors do not tell of what nothing is asked of.
    @Test
    void aPeerThatIsResetWhileItIsNotReadIsGone() throws Exception {
        assumeThat(transport).isEqualTo(Transport.EPOLL);
        for (int i = 0; i < RequestQueue.REQUESTS_MAX; i++) {
            sendProduce(i);
        }
        CountDownLatch abandoned = new CountDownLatch(RequestQueue.REQUESTS_MAX);
        List<Later<ProduceResponse>> parked = new ArrayList<>();
        for (int i = 0; i < RequestQueue.REQUESTS_MAX; i++) {
            parked.add(produce.next().later());
            parked.getLast().onAbandoned(abandoned::countDown);
        }
        barrier();

        peer.reset();

        await(abandoned);
        parked.forEach(one -> one.settle(new Reply.None<>()));
        barrier();
    }

    @Test
    void whatAPeerSentBeforeItClosedIsHandled() throws Exception {
        int sent = 3 * RequestQueue.REQUESTS_MAX;
        for (int i = 0; i < sent; i++) {
            sendProduce(i);
        }

        peer.endOutput();

        for (int i = 0; i < sent; i++) {
            produce.next().later().settle(new Reply.None<>());
        }
        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void aPeerThatEndedIsNotKeptByWhatMayNeverHappen() throws Exception {
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        var parked = fetch.next();

        peer.endOutput();

        assertThat(peer.isClosedByNow()).isTrue();
        assertThat(parked.later().complete(FetchResponse.defaults())).isTrue();
    }

    @Test
    void aHandlerMayCloseTheConnectionAfterWhatWasAskedBefore() throws Exception {
        produce.from((request, context) -> new Reply.Close<>("it cannot be told otherwise"));
        peer.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());
        sendProduce(2);

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void aHandlerThatThrowsCostsItsConnectionOnly() throws Exception {
        offsets.from((request, context) -> {
            throw new IllegalStateException("a fault");
        });
        peer.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());

        assertThat(peer.isClosedByNow()).isTrue();
        barrier();
    }

    @Test
    void whatTheProcessCannotSurviveIsReported() throws Exception {
        offsets.from((request, context) -> {
            throw new StackOverflowError();
        });
        peer.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());

        assertThat(peer.isClosedByNow()).isTrue();
        assertThat(fatal).hasSize(1);
        fatal.clear();
    }

    @Test
    void bytesThatAreNoRequestCostTheirConnectionOnly() throws Exception {
        peer.send(
                concat(
                        ByteBuffer.allocate(4).putInt(12).array(),
                        new byte[] {0, 2, 0, 5, 0, 0, 0, 1, 100, 100, 1, 2}));

        assertThat(peer.isClosedByNow()).isTrue();
        barrier();
    }

    @Test
    void aFrameBeyondTheLimitClosesTheConnection() throws Exception {
        peer.send(ByteBuffer.allocate(8).putInt(FRAME_BYTES_MAX + 1).array());

        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void anUnknownApiClosesTheConnection() throws Exception {
        peer.send(ByteBuffer.allocate(16).putInt(12).putShort((short) 999).array());

        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void anUnknownVersionClosesTheConnection() throws Exception {
        peer.send(
                ByteBuffer.allocate(16)
                        .putInt(12)
                        .putShort((short) 2)
                        .putShort((short) 99)
                        .array());

        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void aConnectionThatGoesAwayAbandonsItsParkedRequests() throws Exception {
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        var parked = fetch.next();
        CountDownLatch abandoned = new CountDownLatch(1);
        parked.later().onAbandoned(abandoned::countDown);

        peer.close();

        assertThat(abandoned.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(parked.later().complete(FetchResponse.defaults())).isTrue();
    }

    @Test
    void aFrameThatStallsClosesItsConnection() throws Exception {
        peer.send(ByteBuffer.allocate(100).putInt(50_000).array());
        barrier();

        clock.advanceMs(Patience.STALL_MS_MAX);

        assertThat(peer.isClosedByNow()).isTrue();
    }

    /// Four peers that ask for much and read nothing hold more than there is for all.
    @Test
    void whoDoesNotReadLargeRepliesIsClosed() throws Exception {
        ListOffsetsResponse large = large(40 << 20);
        offsets.from((request, context) -> new Reply.Now<>(large));
        List<Peer> deaf = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Peer one = Peer.of(network);
            deaf.add(one);
            one.send(ListOffsetsRequest.API, 5, i, ListOffsetsRequest.defaults());
            offsets.next();
        }
        barrier();
        fetchRecords();
        peer.send(ListOffsetsRequest.API, 5, 9, ListOffsetsRequest.defaults());
        assertThat(peer.isClosedByNow()).isTrue();

        // What the last one holds would not be too much, so that it may stay.
        for (int tries = 0; network.connections() > 1; tries++) {
            assertThat(tries).as("sweeps until there was memory again").isLessThan(20);
            awaitSweep();
        }

        assertThat(isServed()).isTrue();
        int closed = 0;
        for (Peer one : deaf) {
            closed += isClosed(one) ? 1 : 0;
            one.close();
        }
        assertThat(closed).isGreaterThanOrEqualTo(3);
    }

    private static boolean isClosed(Peer peer) throws IOException {
        try {
            peer.receive();
            return false;
        } catch (EOFException | SocketException ended) {
            return true;
        }
    }

    private boolean isServed() throws IOException {
        try (Peer reading = Peer.of(network)) {
            reading.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());
            return reading.receiveCorrelationId() == 1;
        } catch (EOFException | SocketException closed) {
            return false;
        }
    }

    /// Records are not in that memory.
    private void fetchRecords() throws IOException {
        FetchResponse.PartitionData records =
                FetchResponse.PartitionData.defaults()
                        .withRecords(new ByteRecords(ByteBuffer.allocate(1 << 20)));
        FetchResponse.FetchableTopicResponse topic =
                FetchResponse.FetchableTopicResponse.defaults().withPartitions(List.of(records));
        fetch.from((request, context) ->
                new Reply.Now<>(FetchResponse.defaults().withResponses(List.of(topic))));
        peer.send(FetchRequest.API, 12, 8, FetchRequest.defaults());
        assertThat(peer.receiveCorrelationId()).isEqualTo(8);
    }

    private static ListOffsetsResponse large(int bytes) {
        String name = "x".repeat(32_000);
        ListOffsetsResponse.ListOffsetsTopicResponse one =
                ListOffsetsResponse.ListOffsetsTopicResponse.defaults().withName(name);
        return ListOffsetsResponse.defaults()
                .withTopics(Collections.nCopies(bytes / name.length(), one));
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        barrier();

        clock.advanceMs(600_000);

        assertThat(peer.isClosedByNow()).isTrue();
    }

    @Test
    void aConnectionWithAParkedRequestIsNotIdle() throws Exception {
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        var parked = fetch.next();
        clock.advanceMs(600_000);
        try (Peer other = Peer.of(network)) {
            other.send(ApiVersionsRequest.API, 0, 1, ApiVersionsRequest.defaults());
            other.receiveCorrelationId();
            clock.advanceMs(600_000);
            assertThat(other.isClosedByNow()).isTrue();
        }

        parked.later().complete(FetchResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        awaitSweep();
        peer.send(ListOffsetsRequest.API, 5, 2, ListOffsetsRequest.defaults());
        assertThat(peer.receiveCorrelationId()).as("has the time to go on").isEqualTo(2);
    }

    /// Returns when connections have been looked after.
    private void awaitSweep() throws Exception {
        try (Peer other = Peer.of(network)) {
            other.send(ByteBuffer.allocate(100).putInt(50_000).array());
            barrier();
            clock.advanceMs(Patience.STALL_MS_MAX);
            assertThat(other.isClosedByNow()).isTrue();
        }
    }

    @Test
    void whenItDrainsParkedRequestsAreAnsweredAndNoOthersHandled() throws Exception {
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        peer.send(ListOffsetsRequest.API, 5, 2, ListOffsetsRequest.defaults());
        var parked = fetch.next();

        network.drain();
        parked.later().complete(FetchResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        assertThat(peer.isClosedByNow()).isTrue();
        assertThat(offsets.waiting()).isZero();
    }
}

package io.octavo.broker.net;

import static io.octavo.broker.net.LocalNetwork.FRAME_BYTES_MAX;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.api.Later;
import io.octavo.broker.api.Reply;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.DescribeGroupsRequest;
import io.octavo.protocol.message.DescribeGroupsResponse;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections as their peers see them, on real sockets.
@ParameterizedClass
@EnumSource(Transport.class)
final class NetworkTest extends NetworkScene {
    private static final int LARGE_TEXT_CHARS = 30_000;

    NetworkTest(Transport transport) {
        super(transport);
    }

    @Test
    void aRequestIsAnswered() throws Exception {
        peer.send(ListOffsetsRequest.API, 5, 17, ListOffsetsRequest.defaults());

        assertThat(peer.receive(ListOffsetsRequest.API, 5, 17))
                .isEqualTo(ListOffsetsResponse.defaults());
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        byte[] all = new byte[0];
        for (int i = 0; i < 500; i++) {
            all =
                    concat(
                            all,
                            Peer.bytes(
                                    ListOffsetsRequest.API,
                                    i % 8 + 1,
                                    i,
                                    ListOffsetsRequest.defaults()));
        }
        peer.send(all);

        for (int i = 0; i < 500; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }
    }

    @Test
    void aProduceIsHandledBehindParkedOnesAndTheirRepliesLeaveInOrder() throws Exception {
        sendProduce(1);
        sendProduce(2);
        sendProduce(3);
        var first = produce.next();
        var second = produce.next();
        var third = produce.next();

        third.later().complete(ProduceResponse.defaults());
        second.later().complete(ProduceResponse.defaults());
        first.later().complete(ProduceResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        assertThat(peer.receiveCorrelationId()).isEqualTo(2);
        assertThat(peer.receiveCorrelationId()).isEqualTo(3);
    }

    @Test
    void anythingElseIsHandledWhenAllBeforeItIsAnswered() throws Exception {
        sendProduce(1);
        peer.send(ListOffsetsRequest.API, 5, 2, ListOffsetsRequest.defaults());
        sendProduce(3);
        var parked = produce.next();
        barrier();
        assertThat(offsets.waiting()).isZero();
        assertThat(produce.waiting()).isZero();

        parked.later().complete(ProduceResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        assertThat(peer.receiveCorrelationId()).isEqualTo(2);
        produce.next().later().complete(ProduceResponse.defaults());
        assertThat(peer.receiveCorrelationId()).isEqualTo(3);
    }

    @Test
    void aProduceWaitsForAParkedFetch() throws Exception {
        peer.send(FetchRequest.API, 12, 1, FetchRequest.defaults());
        sendProduce(2);
        var parked = fetch.next();
        barrier();
        assertThat(produce.waiting()).isZero();

        parked.later().complete(FetchResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        produce.next().later().complete(ProduceResponse.defaults());
        assertThat(peer.receiveCorrelationId()).isEqualTo(2);
    }

    @Test
    void aProduceThatWantsNoAnswerGetsNone() throws Exception {
        produce.from((request, context) -> new Reply.None<>());
        sendProduce(1);
        peer.send(ListOffsetsRequest.API, 5, 2, ListOffsetsRequest.defaults());

        assertThat(peer.receiveCorrelationId()).isEqualTo(2);
    }

    @Test
    void noMoreThan64RequestsAreTakenIn() throws Exception {
        for (int i = 0; i < 100; i++) {
            sendProduce(i);
        }
        List<Calls.Call<ProduceRequest, ProduceResponse>> parked = new ArrayList<>();
        for (int i = 0; i < RequestQueue.REQUESTS_MAX; i++) {
            parked.add(produce.next());
        }
        barrier();
        assertThat(produce.waiting()).isZero();

        parked.forEach(call -> call.later().complete(ProduceResponse.defaults()));

        for (int i = RequestQueue.REQUESTS_MAX; i < 100; i++) {
            produce.next().later().complete(ProduceResponse.defaults());
        }
        for (int i = 0; i < 100; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }
    }

    /// Each partition has its part of an answer, which is known before that of the first request.
    @Test
    void answersDoNotPileUpBehindAParkedProduce() throws Exception {
        int requests = 12;
        AtomicInteger handled = new AtomicInteger();
        produce.from((request, context) ->
                handled.getAndIncrement() == 0
                        ? new Later<>()
                        : new Reply.Now<>(ProduceResponse.defaults()));
        int partitions = RequestQueue.NAMES_MAX / 5;
        ProduceRequest.TopicProduceData many =
                ProduceRequest.TopicProduceData.defaults()
                        .withName("t")
                        .withPartitionData(
                                Collections.nCopies(
                                        partitions,
                                        ProduceRequest.PartitionProduceData.defaults()));
        for (int i = 0; i < requests; i++) {
            peer.send(
                    ProduceRequest.API,
                    9,
                    i,
                    ProduceRequest.defaults().withTopicData(List.of(many)));
        }
        var parked = produce.next();
        barrier();
        assertThat(handled.get()).isEqualTo(5);

        parked.later().complete(ProduceResponse.defaults());

        for (int i = 0; i < requests; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }
    }

    @Test
    void smallRequestsThatWaitHoldLittle() throws Exception {
        peer.send(FetchRequest.API, 12, 0, FetchRequest.defaults());
        var parked = fetch.next();
        for (int i = 1; i <= 8; i++) {
            peer.send(ListOffsetsRequest.API, 5, i, ListOffsetsRequest.defaults());
            barrier();
        }

        assertThat(frameBytesHeld(parked)).isPositive().isLessThan(10_000);

        parked.later().complete(FetchResponse.defaults());
        for (int i = 0; i <= 8; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }
    }

    /// What one read brought and no turn took in at once.
    @Test
    void requestsThatWereHandledHoldNothing() throws Exception {
        peer.send(concat(Peer.bytes(FetchRequest.API, 12, 0, FetchRequest.defaults()), burst(200)));
        var parked = fetch.next();

        parked.later().complete(FetchResponse.defaults());

        for (int i = 0; i < 201; i++) {
            peer.receiveCorrelationId();
        }
        assertThat(frameBytesHeld(parked)).isZero();
    }

    /// As one has it that takes it from the name of its user.
    @Test
    void aClientMayHaveAnIdThatIsNotUtf8() throws Exception {
        byte[] request = Peer.bytes(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());
        int id = new String(request, StandardCharsets.ISO_8859_1).indexOf("peer");
        request[id] = (byte) 0xe9;
        peer.send(request);

        assertThat(peer.receiveCorrelationId()).isEqualTo(1);
        assertThat(offsets.next().context().clientId()).isEqualTo("\ufffdeer");
    }

    @Test
    void aClientThatIsNewerIsToldTheVersionsItMayAskIn() throws Exception {
        ByteBuffer request =
                ByteBuffer.allocate(16)
                        .putInt(12)
                        .putShort((short) 18)
                        .putShort((short) 77)
                        .putInt(4711);
        peer.send(request.array());

        ApiVersionsResponse answer = peer.receive(ApiVersionsRequest.API, 0, 4711);

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        assertThat(answer.apiKeys())
                .containsExactly(
                        new ApiVersionsResponse.ApiVersion((short) 18, (short) 0, (short) 4));
    }

    @Test
    void theHandlerSeesWhereTheClientCameIn() throws Exception {
        peer.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());
        var context = offsets.next().context();

        assertThat(context.localHost()).isEqualTo("127.0.0.1");
        assertThat(context.localPort()).isEqualTo(network.bound().getFirst().port());
        assertThat(context.remoteHost()).isEqualTo("127.0.0.1");
        assertThat(context.listenerName()).isEqualTo("PLAINTEXT");
        assertThat(context.clientId()).isEqualTo("peer");
        assertThat(context.apiVersion()).isEqualTo(5);
        assertThat(context.correlationId()).isEqualTo(1);
    }

    @Test
    void aClientMayComeInByIpv6() throws Exception {
        byte[] bytes = new byte[16];
        bytes[15] = 1;
        InetAddress loopback = InetAddress.getByAddress(bytes);
        try (Peer other = new Peer(loopback, network.bound().getFirst().port())) {
            other.send(ListOffsetsRequest.API, 5, 1, ListOffsetsRequest.defaults());

            assertThat(offsets.next().context().localHost()).isEqualTo("::1");
        }
    }

    /// Now and then something else is asked of the loop; it has its turn behind that of the
    /// requests which is running and the next.
    @Test
    void aPeerThatSendsWithoutAPauseLeavesTheLoopToOthers() throws Exception {
        int requests = 2_000;
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger longest = new AtomicInteger();
        offsets.from((request, context) -> {
            int before = handled.incrementAndGet();
            if (before % 100 == 0) {
                context.loop()
                        .execute(() -> longest.accumulateAndGet(handled.get() - before, Math::max));
            }
            return new Reply.Now<>(ListOffsetsResponse.defaults());
        });

        peer.send(burst(requests));
        for (int i = 0; i < requests; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }

        assertThat(handled.get()).isEqualTo(requests);
        assertThat(longest.get()).isLessThanOrEqualTo(2 * 64);
    }

    /// What both send is there while the first request is handled.
    @Test
    void whatAnotherPeerSendsIsSeenBetweenTwoTurns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch bothSent = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger before = new AtomicInteger();
        offsets.from((request, context) -> {
            if (handled.getAndIncrement() == 0) {
                begun.countDown();
                await(bothSent);
            }
            return new Reply.Now<>(ListOffsetsResponse.defaults());
        });
        fetch.from((request, context) -> {
            before.set(handled.get());
            return new Reply.Now<>(FetchResponse.defaults());
        });
        barrier();
        try (Peer other = Peer.of(network)) {
            other.send(ApiVersionsRequest.API, 0, 1, ApiVersionsRequest.defaults());
            other.receive();
            peer.send(burst(1_000));
            await(begun);
            other.send(FetchRequest.API, 12, 2, FetchRequest.defaults());
            bothSent.countDown();

            assertThat(other.receiveCorrelationId()).isEqualTo(2);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(peer.receiveCorrelationId()).isEqualTo(i);
        }
        assertThat(before.get()).isPositive().isLessThanOrEqualTo(2 * 64);
    }

    /// Nothing is answered that would end a turn by not being read.
    @Test
    void producesOfManyPartitionsLeaveTheLoopToOthers() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger longest = new AtomicInteger();
        produce.from((request, context) -> {
            int before = handled.incrementAndGet();
            context.loop()
                    .execute(() -> longest.accumulateAndGet(handled.get() - before, Math::max));
            return new Reply.None<>();
        });
        ProduceRequest many =
                ProduceRequest.defaults()
                        .withTopicData(
                                List.of(
                                        ProduceRequest.TopicProduceData.defaults()
                                                .withName("t")
                                                .withPartitionData(
                                                        Collections.nCopies(
                                                                1_000,
                                                                ProduceRequest.PartitionProduceData
                                                                        .defaults()))));
        peer.send(FetchRequest.API, 12, 0, FetchRequest.defaults());
        var parked = fetch.next();
        for (int i = 0; i < 60; i++) {
            peer.send(ProduceRequest.API, 9, i, many);
        }
        peer.send(ListOffsetsRequest.API, 5, 60, ListOffsetsRequest.defaults());
        barrier();

        parked.later().complete(FetchResponse.defaults());

        assertThat(peer.receiveCorrelationId()).isZero();
        assertThat(peer.receiveCorrelationId()).isEqualTo(60);
        assertThat(handled.get()).isEqualTo(60);
        assertThat(longest.get()).isLessThanOrEqualTo(3 * 7);
    }

    @Test
    void aRequestThatNamesTooMuchClosesItsConnection() throws Exception {
        Calls<DescribeGroupsRequest, DescribeGroupsResponse> describe =
                Calls.parking(DescribeGroupsRequest.API);
        DescribeGroupsRequest many =
                DescribeGroupsRequest.defaults().withGroups(Collections.nCopies(100_001, "abc"));
        Network groups =
                LocalNetwork.start(List.of(describe), 1 << 20, clock, fatal::add, transport);
        groups.serve();
        try (Peer other = Peer.of(groups)) {
            other.send(DescribeGroupsRequest.API, 5, 1, many);
            assertThat(other.isClosedByNow()).isTrue();
        }
        groups.close(0);

        assertThat(describe.waiting()).isZero();
    }

    @Test
    void aReaderThatDoesNotReadStopsBeingServed() throws Exception {
        int requests = 200;
        offsets.from((request, context) -> new Reply.Now<>(largeResponse()));
        for (int i = 0; i < requests; i++) {
            peer.send(ListOffsetsRequest.API, 5, i, ListOffsetsRequest.defaults());
        }
        barrier();
        assertThat(offsets.waiting()).isLessThan(requests / 2);

        for (int i = 0; i < requests; i++) {
            ByteBuffer reply = peer.receive();
            assertThat(reply.getInt()).isEqualTo(i);
            assertThat(reply.remaining()).isGreaterThan(LARGE_TEXT_CHARS * 16);
        }
    }

    @Test
    void theClientsSoftwareIsKnownAfterItSaidSo() throws Exception {
        peer.send(ApiVersionsRequest.API, 3, 1, new ApiVersionsRequest("some-client", "1.2.3"));
        peer.send(ListOffsetsRequest.API, 5, 2, ListOffsetsRequest.defaults());

        var software = offsets.next().context().clientSoftware();

        assertThat(software.name()).isEqualTo("some-client");
        assertThat(software.version()).isEqualTo("1.2.3");
    }

    @Test
    void whenMemoryIsSpentEveryFrameIsStillCompleted() throws Exception {
        int peers = 40;
        byte[] request = new byte[4 + FRAME_BYTES_MAX];
        byte[] head = Peer.bytes(ListOffsetsRequest.API, 5, 9, ListOffsetsRequest.defaults());
        System.arraycopy(head, 0, request, 0, head.length);
        ByteBuffer.wrap(request).putInt(0, FRAME_BYTES_MAX);
        List<Peer> all = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            all.add(Peer.of(network));
        }
        for (Peer one : all) {
            one.send(Arrays.copyOf(request, FRAME_BYTES_MAX - 1_000));
        }

        for (Peer one : all) {
            one.send(Arrays.copyOfRange(request, FRAME_BYTES_MAX - 1_000, request.length));
        }

        for (Peer one : all) {
            assertThat(one.receiveCorrelationId()).isEqualTo(9);
            one.close();
        }
    }

    private static byte[] burst(int requests) throws IOException {
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < requests; i++) {
            burst.write(Peer.bytes(ListOffsetsRequest.API, 5, i, ListOffsetsRequest.defaults()));
        }
        return burst.toByteArray();
    }

    private static ListOffsetsResponse largeResponse() {
        var topic =
                ListOffsetsResponse.ListOffsetsTopicResponse.defaults()
                        .withName("x".repeat(LARGE_TEXT_CHARS));
        return ListOffsetsResponse.defaults().withTopics(Collections.nCopies(16, topic));
    }
}

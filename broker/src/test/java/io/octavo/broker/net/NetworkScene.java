package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.api.Reply;
import io.octavo.ports.ManualClock;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A network on a real socket whose handlers answer when a test says so, and a peer of it.
abstract class NetworkScene {
    static final int WAIT_SECONDS = 20;

    final Transport transport;

    final ManualClock clock = new ManualClock();
    final List<Throwable> fatal = new ArrayList<>();
    final Calls<ProduceRequest, ProduceResponse> produce = Calls.parking(ProduceRequest.API);
    final Calls<FetchRequest, FetchResponse> fetch = Calls.parking(FetchRequest.API);
    final Calls<ListOffsetsRequest, ListOffsetsResponse> offsets =
            new Calls<>(
                    ListOffsetsRequest.API,
                    (request, context) -> new Reply.Now<>(ListOffsetsResponse.defaults()));

    Network network;
    Peer peer;

    NetworkScene(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        network =
                LocalNetwork.start(List.of(produce, fetch, offsets), clock, fatal::add, transport);
        network.serve();
        peer = Peer.of(network);
    }

    @AfterEach
    void stop() throws IOException {
        peer.close();
        network.close(0);
        assertThat(network.frameBytesHeld()).isZero();
        assertThat(fatal).isEmpty();
    }

    /// Returns when everything sent so far was handled as far as it will be.
    void barrier() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (Peer other = Peer.of(network)) {
                other.send(ApiVersionsRequest.API, 0, i, ApiVersionsRequest.defaults());
                assertThat(other.receiveCorrelationId()).isEqualTo(i);
            }
        }
    }

    /// Between two turns of the loop: in one, a connection has room for what it reads next.
    long frameBytesHeld(Calls.Call<?, ?> call) {
        CompletableFuture<Long> held = new CompletableFuture<>();
        call.context().loop().execute(() -> held.complete(network.frameBytesHeld()));
        return held.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    void sendProduce(int correlationId) throws IOException {
        peer.send(ProduceRequest.API, 9, correlationId, ProduceRequest.defaults());
    }

    static void await(CountDownLatch latch) {
        await(latch, WAIT_SECONDS);
    }

    static void await(CountDownLatch latch, int seconds) {
        try {
            assertThat(latch.await(seconds, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}

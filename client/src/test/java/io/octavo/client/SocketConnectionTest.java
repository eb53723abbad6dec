package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualClock;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketConnectionTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int TIMEOUT_MS = 30_000;
    private static final MetadataRequest QUESTION =
            MetadataRequest.defaults().withTopics(List.of());
    private static final MetadataResponse ANSWER =
            MetadataResponse.defaults().withClusterId("c").withControllerId(3);

    private final ManualClock clock = new ManualClock();
    private final List<Throwable> defects = new ArrayList<>();
    private final SelectorLoop loop = new SelectorLoop("test", clock, defects::add);
    private final Connector connector =
            new SocketConnector(
                    loop,
                    Runnable::run,
                    clock,
                    new ConnectionConfig("tester", 5_000, FRAME_BYTES_MAX));

    @AfterEach
    void theLoopHasSeenNoDefect() {
        loop.close();
        assertThat(defects).isEmpty();
    }

    @Test
    void theHighestVersionThatBothKnowIsUsed() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    answerVersions(peer, new ApiVersion((short) 3, (short) 2, (short) 7));
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            assertThat(connection.version(MetadataRequest.API)).isEqualTo(7);
            assertThat(connection.version(MetadataRequest.API, 5)).isEqualTo(5);
            assertThatThrownBy(() -> connection.version(MetadataRequest.API, 1))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("the broker serves versions 2-7, this client 0-13");
            assertThatThrownBy(() -> connection.version(FetchRequest.API))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("Fetch at ");
            close(connection);
        }
    }

    @Test
    void aVersionThatIsStillUnstableIsNotUsed() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(InitProducerIdRequest.API);
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            assertThat(InitProducerIdRequest.API.latestUnstable()).isTrue();
            assertThat(connection.version(InitProducerIdRequest.API))
                    .isEqualTo(InitProducerIdRequest.API.versions().max() - 1);
            close(connection);
        }
    }

    @Test
    void aBrokerThatIsOlderIsAskedAgainInItsOwnVersion() {
        BlockingQueue<Integer> asked = new ArrayBlockingQueue<>(10);
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    var first = peer.receive(ApiVersionsRequest.API);
                    asked.add((int) first.header().requestApiVersion());
                    peer.answer(
                            first.header().correlationId(),
                            ApiVersionsRequest.API,
                            0,
                            versions(new ApiVersion((short) 18, (short) 0, (short) 2))
                                    .withErrorCode(ErrorCode.UNSUPPORTED_VERSION.code()));
                    var second = peer.receive(ApiVersionsRequest.API);
                    asked.add((int) second.header().requestApiVersion());
                    peer.answer(
                            second,
                            ApiVersionsRequest.API,
                            versions(new ApiVersion((short) 3, (short) 0, (short) 5)));
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            assertThat(asked).containsExactly(4, 2);
            assertThat(connection.version(MetadataRequest.API)).isEqualTo(5);
            close(connection);
        }
    }

    @Test
    void requestsGoOutBeforeAnswersComeAndAnswersInTheirOrder() {
        int count = 50;
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    List<ScriptedServer.Received> requests = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        requests.add(peer.receive(MetadataRequest.API));
                    }
                    for (int i = 0; i < count; i++) {
                        MetadataResponse answer = ANSWER.withControllerId(i);
                        peer.answer(requests.get(i), MetadataRequest.API, answer);
                    }
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            List<CompletableFuture<MetadataResponse>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(ask(connection));
            }

            for (int i = 0; i < count; i++) {
                assertThat(answers.get(i).join().controllerId()).isEqualTo(i);
            }
            close(connection);
        }
    }

    @Test
    void recordsOfAnySizeLeaveInTheirPlace() {
        BlockingQueue<ProduceRequest> received = new ArrayBlockingQueue<>(1);
        List<PartitionProduceData> partitions = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ByteBuffer records = ByteBuffer.allocate(i % 2 == 0 ? 100 : 20_000);
            records.put(i, (byte) i);
            partitions.add(new PartitionProduceData(i, new ByteRecords(records)));
        }
        ProduceRequest request =
                new ProduceRequest(
                        null,
                        (short) 1,
                        1_000,
                        List.of(new TopicProduceData("t", Uuid.ZERO, partitions)));
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(ProduceRequest.API);
                    var frame = peer.receive(ProduceRequest.API);
                    received.add(frame.as(ProduceRequest.API));
                    peer.answer(frame, ProduceRequest.API, ProduceResponse.defaults());
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            onLoop(connection, its -> its.send(ProduceRequest.API, 9, request, TIMEOUT_MS)).join();

            assertThat(received.remove()).isEqualTo(request);
            close(connection);
        }
    }

    @Test
    void aRequestWithoutAnAnswerIsDoneWhenItHasLeft() {
        CountDownLatch arrived = new CountDownLatch(1);
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(ProduceRequest.API, MetadataRequest.API);
                    peer.receive(ProduceRequest.API);
                    arrived.countDown();
                    peer.answer(peer.receive(MetadataRequest.API), MetadataRequest.API, ANSWER);
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);
            ProduceRequest silent = ProduceRequest.defaults().withAcks((short) 0);

            onLoop(connection, its -> its.sendUnanswered(ProduceRequest.API, 9, silent)).join();

            assertThat(ask(connection).join()).isEqualTo(ANSWER);
            assertThat(arrived.getCount()).isZero();
            close(connection);
        }
    }

    @Test
    void anAnswerToAnotherRequestEndsTheConnection() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    var request = peer.receive(MetadataRequest.API);
                    peer.answer(
                            request.header().correlationId() + 1,
                            MetadataRequest.API,
                            request.header().requestApiVersion(),
                            ANSWER);
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            assertThat(failureOf(ask(connection)))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("answers request 2");
            assertThat(onLoop(connection, Connection::isOpen)).isFalse();
        }
    }

    @Test
    void anAnswerThatIsNoneSaysWhatWasExpected() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    var request = peer.receive(MetadataRequest.API);
                    ByteBuffer frame = ByteBuffer.allocate(20).putInt(16);
                    frame.putInt(request.header().correlationId()).put((byte) 0);
                    peer.raw(frame.putInt(0).putInt(Integer.MIN_VALUE).rewind());
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);

            assertThat(failureOf(ask(connection)))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining("Metadata version 13");
        }
    }

    @Test
    void anAnswerLargerThanAllowedEndsTheConnection() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    peer.receive(MetadataRequest.API);
                    peer.raw(ByteBuffer.allocate(4).putInt(FRAME_BYTES_MAX + 1).rewind());
                    peer.awaitEnd();
                })) {
            assertThat(failureOf(ask(connect(server))))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining(Integer.toString(FRAME_BYTES_MAX + 1));
        }
    }

    @Test
    void whatWaitsFailsWhenTheBrokerCloses() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    peer.receive(MetadataRequest.API);
                })) {
            Connection connection = connect(server);
            CompletableFuture<MetadataResponse> answer = ask(connection);

            assertThat(failureOf(answer))
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining(server.endpoint().toString());
            assertThat(failureOf(ask(connection))).isInstanceOf(Unreachable.class);
        }
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeEndsTheConnectionForAll() {
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.negotiate(MetadataRequest.API);
                    peer.awaitEnd();
                })) {
            Connection connection = connect(server);
            CompletableFuture<MetadataResponse> patient = ask(connection);
            CompletableFuture<MetadataResponse> hasty =
                    onLoop(connection, its -> its.send(MetadataRequest.API, 5, QUESTION, 1_000));

            passMs(999);
            assertThat(patient).isNotDone();
            passMs(TIMEOUT_MS);

            assertThat(failureOf(patient)).isInstanceOf(TimedOut.class);
            assertThat(failureOf(hasty)).isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void nobodyListeningIsSaidAtOnce() {
        ScriptedServer gone = new ScriptedServer(peer -> {});
        gone.close();

        assertThat(failureOf(connecting(gone.endpoint())))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("cannot connect to " + gone.endpoint());
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server =
                new ScriptedServer(peer -> {
                    peer.receive(ApiVersionsRequest.API);
                    asked.countDown();
                    peer.awaitEnd();
                })) {
            CompletableFuture<Connection> connecting = connecting(server.endpoint());
            await(asked);

            passMs(5_000);

            assertThat(failureOf(connecting)).isInstanceOf(Unreachable.class);
        }
    }

    private Connection connect(ScriptedServer server) {
        return connecting(server.endpoint()).join();
    }

    private CompletableFuture<Connection> connecting(Endpoint endpoint) {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        loop.execute(() ->
                Completion.on(
                        connector.connect(endpoint),
                        result::complete,
                        result::completeExceptionally));
        return result;
    }

    private CompletableFuture<MetadataResponse> ask(Connection connection) {
        return onLoop(
                connection,
                its ->
                        its.send(
                                MetadataRequest.API,
                                its.version(MetadataRequest.API),
                                QUESTION,
                                TIMEOUT_MS));
    }

    private <T> T onLoop(Connection connection, Function<Connection, T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> result.complete(call.apply(connection)));
        return result.join();
    }

    private void close(Connection connection) {
        loop.execute(connection::close);
    }

    /// Lets time pass, and the loop see it.
    private void passMs(long ms) {
        clock.advanceMs(ms);
        CompletableFuture<Void> seen = new CompletableFuture<>();
        loop.schedule(0, () -> seen.complete(null));
        seen.join();
    }

    private static ClientException failureOf(CompletableFuture<?> future) {
        return future.handle((value, thrown) -> Completion.cause(thrown)).join();
    }

    private static ApiVersionsResponse versions(ApiVersion... served) {
        return ApiVersionsResponse.defaults().withApiKeys(List.of(served));
    }

    private static void answerVersions(ScriptedServer.Peer peer, ApiVersion... served)
            throws IOException {
        peer.answer(peer.receive(ApiVersionsRequest.API), ApiVersionsRequest.API, versions(served));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProduceHandlerTest extends ProduceScene {
    @Test
    void anAcceptedBatchIsAnsweredWithItsOffset() {
        produce(Batches.of("a", "b"));

        PartitionProduceResponse answer = only(now(produce(Batches.of("c"))));

        assertThat(answer)
                .isEqualTo(
                        PartitionProduceResponse.defaults()
                                .withBaseOffset(2)
                                .withLogStartOffset(0));
    }

    @Test
    void allAndLeaderAndNoAcknowledgementsAppendAlike() {
        assertThat(only(now(produce(1, Batches.of("a")))).baseOffset()).isZero();
        assertThat(only(now(produce(ALL, Batches.of("b")))).baseOffset()).isOne();
        assertThat(produce(0, Batches.of("c"))).isInstanceOf(Reply.None.class);
        assertThat(broker.log("t", 0).endOffset()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(shorts = {-2, 2, 100})
    void otherAcksAreRefused(short acks) {
        assertThat(error(produce(acks, Batches.of("a"))))
                .isEqualTo(ErrorCode.INVALID_REQUIRED_ACKS);
        assertThat(broker.log("t", 0).endOffset()).isZero();
    }

    @Test
    void withoutAcksAnErrorClosesTheConnection() {
        Reply<ProduceResponse> reply = handle(request(0, "nowhere", 0, Batches.of("a")), BY_NAME);

        assertThat(reply).isInstanceOf(Reply.Close.class);
    }

    @Test
    void unknownTopicsAndPartitionsAreNamed() {
        assertThat(error(handle(request(1, "nowhere", 0, Batches.of("a")), BY_NAME)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(handle(request(1, "x".repeat(250), 0, Batches.of("a")), BY_NAME)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(handle(request(1, "t", 2, Batches.of("a")), BY_NAME)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(handle(request(1, "t", -1, Batches.of("a")), BY_NAME)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void fromVersion13OnTopicsAreNamedById() {
        Uuid id = broker.topic("t").id();

        assertThat(only(now(handle(request(1, id, 0, Batches.of("a")), BY_ID))).baseOffset())
                .isZero();
        assertThat(error(handle(request(1, new Uuid(9, 9), 0, Batches.of("a")), BY_ID)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    }

    @Test
    void aPartitionLedElsewhereNamesItsLeader() {
        broker.elect("t", 0, false);

        ProduceResponse response = now(handle(request(1, "t", 0, Batches.of("a")), 10));

        assertThat(only(response).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(only(response).currentLeader().leaderId()).isEqualTo(2);
        assertThat(only(response).currentLeader().leaderEpoch()).isOne();
        assertThat(response.nodeEndpoints())
                .containsExactly(new ProduceResponse.NodeEndpoint(2, "host2", 9002, null));
    }

    @Test
    void clientsDoNotWriteToInternalTopics() {
        broker.create("__consumer_offsets", 1);

        assertThat(error(handle(request(1, "__consumer_offsets", 0, Batches.of("a")), BY_NAME)))
                .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aPartitionWithoutABatchIsInvalid() {
        assertThat(error(produce(ByteBuffer.allocate(0)))).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(error(handle(request(1, "t", 0, null), BY_NAME)))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void aBatchWithAFlippedBitIsCorrupt() {
        ByteBuffer batch = Batches.of("abcdef");
        batch.put(batch.limit() - 2, (byte) (batch.get(batch.limit() - 2) ^ 1));

        assertThat(error(produce(batch))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void theLargestBatchIsTheTopics() {
        broker.configure("t", "max.message.bytes", "200");

        assertThat(error(produce(Batches.ofSize(100)))).isEqualTo(ErrorCode.NONE);
        assertThat(error(produce(Batches.ofSize(200)))).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void oneRefusedPartitionDoesNotKeepTheOthersFromBeingWritten() {
        ProduceRequest request = request(data(0, ByteBuffer.allocate(3)), data(1, Batches.of("a")));

        List<PartitionProduceResponse> answers =
                now(handle(request, BY_NAME)).responses().getFirst().partitionResponses();

        assertThat(answers)
                .extracting(PartitionProduceResponse::errorCode)
                .containsExactly(ErrorCode.INVALID_RECORD.code(), ErrorCode.NONE.code());
    }

    @Test
    void aPartitionNamedTwiceIsAppendedToTwice() {
        ProduceRequest request = request(data(0, Batches.of("a")), data(0, Batches.of("b")));

        assertThat(now(handle(request, BY_NAME)).responses().getFirst().partitionResponses())
                .extracting(PartitionProduceResponse::baseOffset)
                .containsExactly(0L, 1L);
    }

    @Test
    void aProducerThatSkipsASequenceIsRefused() {
        produce(Batches.from(5, 0, 0, "a"));

        assertThat(error(produce(Batches.from(5, 0, 7, "b"))))
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void aTransactionNobodyBeganIsRefused() {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE).producer(5, (short) 0, 0).transactional();
        builder.append(1, null, Batches.bytes("a"), List.of());
        ByteBuffer batch = builder.build();

        assertThat(error(produce(batch.duplicate())))
                .isEqualTo(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        assertThat(error(handle(request(1, "t", 0, batch).withTransactionalId("tx"), BY_NAME)))
                .isEqualTo(ErrorCode.INVALID_TXN_STATE);
    }

    @Test
    void acksAllIsAnsweredWhenTheHighWatermarkPasses() {
        broker.forced("t");
        FakeRequestContext context = new FakeRequestContext(BY_NAME, loop);

        Later<ProduceResponse> later =
                later(handler.handle(request(ALL, "t", 0, Batches.of("a")), context));
        assertThat(context.recordsDoneCalls()).isOne();
        assertThat(settled(later)).isFalse();
        broker.force();

        assertThat(only(kept(later)).baseOffset()).isZero();
    }

    @Test
    void acksAllIsAnsweredWhenTheClientsTimeIsUp() {
        broker.forced("t");

        Later<ProduceResponse> later =
                later(handle(request(ALL, "t", 0, Batches.of("a")).withTimeoutMs(50), BY_NAME));
        loop.advanceMs(49);
        assertThat(settled(later)).isFalse();
        loop.advanceMs(1);

        assertThat(only(kept(later)).errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.code());
    }

    @Test
    void anAppendThatCouldNotBeginIsGivenUpAfterItsTimeAndIsNeverWritten() {
        broker.createClosed("cold", 1);

        Later<ProduceResponse> later =
                later(handle(request(1, "cold", 0, Batches.of("a")).withTimeoutMs(50), BY_NAME));
        loop.advanceMs(100);
        assertThat(settled(later)).isFalse();
        loop.advanceMs(1_000);
        assertThat(only(kept(later)).errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.code());

        broker.worker().run();
        assertThat(broker.partition("cold", 0).highWatermark()).isZero();
    }

    /// The log knows nothing of the producer yet, and would take any sequence for its first.
    @Test
    void whatComesBehindABatchThatWasGivenUpIsNotTakenInItsPlace() {
        broker.createClosed("cold", 1);
        ByteBuffer zero = Batches.from(7, 0, 0, "a");
        Later<ProduceResponse> first = later(handle(toCold(zero), BY_NAME));
        loop.advanceMs(500);
        Later<ProduceResponse> second = later(handle(toCold(Batches.from(7, 0, 1, "b")), BY_NAME));
        loop.advanceMs(600);
        assertThat(only(kept(first)).errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.code());

        broker.worker().run();
        assertThat(only(kept(second)).errorCode())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code());

        assertThat(only(now(handle(toCold(zero), BY_NAME))).baseOffset()).isZero();
        assertThat(only(now(handle(toCold(Batches.from(7, 0, 1, "b")), BY_NAME))).baseOffset())
                .isEqualTo(1);
    }

    /// The first was refused before it had a place in the order.
    @Test
    void whatComesBehindABatchThatWasTurnedAwayIsNotTakenInItsPlace() {
        broker.createClosed("cold", 1);
        ByteBuffer zero = Batches.from(7, 0, 0, "a");
        ByteBuffer one = Batches.from(7, 0, 1, "b");
        broker.crowd(0);
        assertThat(only(now(handle(toCold(zero), BY_NAME))).errorCode())
                .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS.code());
        broker.worker().run();

        assertThat(only(now(handle(toCold(one), BY_NAME))).errorCode())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(only(now(handle(toCold(zero), BY_NAME))).baseOffset()).isZero();
        assertThat(only(now(handle(toCold(one), BY_NAME))).baseOffset()).isOne();
        assertThat(only(now(handle(toCold(Batches.of("c")), BY_NAME))).baseOffset()).isEqualTo(2);
    }

    @Test
    void aGapStaysKnownWhenTheFirstBatchFindsNoRoom() throws IOException {
        broker.createClosed("cold", 1);
        ByteBuffer zero = Batches.from(7, 0, 0, "a");
        ByteBuffer one = Batches.from(7, 0, 1, "b");
        Later<ProduceResponse> first = later(handle(toCold(zero), BY_NAME));
        loop.advanceMs(1_100);
        assertThat(only(kept(first)).errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.code());
        broker.worker().run();
        disk.free(1 << 20);
        broker.checkpoint();
        assertThat(only(now(handle(toCold(zero), BY_NAME))).errorCode())
                .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS.code());
        disk.free(1 << 29);
        broker.checkpoint();

        assertThat(only(now(handle(toCold(one), BY_NAME))).errorCode())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
    }

    @Test
    void whatWasGivenUpKeepsNothingOfItsRequest() {
        broker.createClosed("cold", 1);

        WeakReference<ProduceRequest> request = givenUp();
        for (int i = 0; i < 20 && request.get() != null; i++) {
            System.gc();
        }

        assertThat(request.get()).isNull();
    }

    private WeakReference<ProduceRequest> givenUp() {
        ProduceRequest request = toCold(Batches.of("a"));
        Later<ProduceResponse> later = later(handle(request, BY_NAME));
        loop.advanceMs(1_100);
        assertThat(only(kept(later)).errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.code());
        return new WeakReference<>(request);
    }

    private static ProduceRequest toCold(ByteBuffer batch) {
        return request(1, "cold", 0, batch).withTimeoutMs(50);
    }

    @Test
    void oldVersionsAreAdvertisedAndNotServed() {
        assertThat(handler.advertised().min()).isZero();
        assertThat(handler.served().min()).isEqualTo(3);
    }
}

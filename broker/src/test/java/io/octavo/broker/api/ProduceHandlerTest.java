package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.FailingFiles;
import io.octavo.broker.replica.TestBroker;
import io.octavo.log.Log;
import io.octavo.log.LogSlice;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.record.TimestampType;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProduceHandlerTest {
    private static final int BY_NAME = 9;
    private static final int BY_ID = 13;
    private static final short ALL = -1;

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;
    private ManualLoop loop;
    private ManualLoop decoders;
    private ProduceHandler handler;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        loop = new ManualLoop(broker.clock());
        decoders = new ManualLoop(broker.clock());
        handler = new ProduceHandler(broker.partitions(), broker::view, broker.clock(), decoders);
        broker.create("t", 2);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

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

    /// Some clients leave the field out, and would have nothing found by time.
    @ParameterizedTest
    @ValueSource(longs = {RecordBatch.NO_TIMESTAMP, 0, 999})
    void aHeaderThatHidesTheLatestTimestampIsPutRight(long said) throws IOException {
        long time = broker.clock().wallMs();
        for (Compression codec : List.of(Compression.NONE, Compression.GZIP)) {
            String topic = codec.text() + "-times";
            broker.create(topic, 1);
            RecordBatchBuilder builder = new RecordBatchBuilder(codec);
            for (int i = 0; i < 3; i++) {
                builder.append(time + i, null, Batches.bytes("a"), List.of());
            }
            ByteBuffer batch = builder.build();
            batch.putLong(RecordBatch.MAX_TIMESTAMP_AT, said);
            // The CRC is right again.
            new RecordBatch(batch).stampProducer(-1, (short) -1, -1);

            Reply<ProduceResponse> reply = handle(request(1, topic, 0, batch), BY_NAME);
            decoders.run();

            PartitionProduceResponse answer =
                    only(codec == Compression.NONE ? now(reply) : kept(later(reply)));
            assertThat(answer.errorCode()).isZero();
            assertThat(stored(topic).maxTimestamp()).isEqualTo(time + 2);
            assertThat(stored(topic).crcValid()).isTrue();
            assertThat(broker.log(topic, 0).offsetForTimestamp(time + 1))
                    .extracting("offset")
                    .isEqualTo(1L);
        }
    }

    @Test
    void aRecordWithoutKeyIsNamedInACompactedTopic() {
        broker.create("compacted", 1, "cleanup.policy", "compact");
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.GZIP);
        batch.append(1, Batches.bytes("key"), Batches.bytes("a"), List.of());
        batch.append(2, null, Batches.bytes("b"), List.of());

        Later<ProduceResponse> reply =
                later(handle(request(1, "compacted", 0, batch.build()), BY_NAME));
        decoders.run();

        PartitionProduceResponse answer = only(kept(reply));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_RECORD.code());
        assertThat(answer.recordErrors())
                .extracting(ProduceResponse.BatchIndexAndErrorMessage::batchIndex)
                .containsExactly(1);
        assertThat(answer.logStartOffset()).isZero();
    }

    @Test
    void aRecordFromTheFutureIsNamed() {
        long now = broker.clock().wallMs();
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(now, null, Batches.bytes("a"), List.of());
        batch.append(now + 3_600_001, null, Batches.bytes("b"), List.of());
        batch.append(now + 3_600_000, null, Batches.bytes("c"), List.of());

        PartitionProduceResponse answer = only(now(produce(batch.build())));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_TIMESTAMP.code());
        assertThat(answer.recordErrors())
                .extracting(ProduceResponse.BatchIndexAndErrorMessage::batchIndex)
                .containsExactly(1);
        assertThat(answer.logStartOffset()).isZero();
    }

    @Test
    void aRecordThatIsTooOldIsNamedThoughTheFirstAndTheLatestAreNot() {
        broker.create("young", 1, "message.timestamp.before.max.ms", "1000");
        long now = broker.clock().wallMs();
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(now, null, Batches.bytes("a"), List.of());
        batch.append(now - 1_001, null, Batches.bytes("b"), List.of());
        batch.append(now - 1_000, null, Batches.bytes("c"), List.of());

        PartitionProduceResponse answer =
                only(now(handle(request(1, "young", 0, batch.build()), BY_NAME)));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_TIMESTAMP.code());
        assertThat(answer.recordErrors())
                .extracting(ProduceResponse.BatchIndexAndErrorMessage::batchIndex)
                .containsExactly(1);
    }

    @Test
    void logAppendTimeIsStampedAndAnswered() throws IOException {
        broker.create("stamped", 1, "message.timestamp.type", "LogAppendTime");
        long now = broker.clock().wallMs();

        PartitionProduceResponse answer =
                only(now(handle(request(1, "stamped", 0, Batches.at(12, "a")), BY_NAME)));

        assertThat(answer.logAppendTimeMs()).isEqualTo(now);
        RecordBatch stored = stored("stamped");
        assertThat(stored.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(stored.maxTimestamp()).isEqualTo(now);
        assertThat(stored.crcValid()).isTrue();
    }

    @Test
    void aTopicsOwnCompressionReplacesTheProducers() throws IOException {
        broker.create("packed", 1, "compression.type", "gzip");

        Later<ProduceResponse> reply =
                later(handle(request(1, "packed", 0, Batches.from(9, 1, 5, "a", "b")), BY_NAME));
        decoders.run();

        assertThat(only(kept(reply)).errorCode()).isZero();
        RecordBatch stored = stored("packed");
        assertThat(stored.compression()).isEqualTo(Compression.GZIP);
        assertThat(stored.producerId()).isEqualTo(9);
        assertThat(stored.baseSequence()).isEqualTo(5);
        assertThat(stored.records())
                .extracting(record -> record.value())
                .containsExactly(Batches.bytes("a"), Batches.bytes("b"));
    }

    /// The connection's loop has others to serve.
    @Test
    void manySmallBatchesOfOneRequestAreDecodedOnAWorker() {
        broker.create("compacted", 1, "cleanup.policy", "compact");
        for (int count : new int[] {16, 17}) {
            List<PartitionProduceData> batches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
                batch.append(1, Batches.bytes("key"), ByteBuffer.allocate(16_000), List.of());
                batches.add(data(0, batch.build()));
            }

            Reply<ProduceResponse> reply =
                    handle(
                            request(1, new TopicProduceData("compacted", Uuid.ZERO, batches)),
                            BY_NAME);

            assertThat(reply instanceof Later).isEqualTo(count == 17);
            decoders.run();
        }
        assertThat(broker.log("compacted", 0).endOffset()).isEqualTo(33);
    }

    @Test
    void aLargeBatchIsCompressedOnAWorkerAndKeepsItsPlace() {
        broker.create("packed", 1, "compression.type", "gzip");

        Later<ProduceResponse> large =
                later(handle(request(1, "packed", 0, Batches.ofSize(100_000)), BY_NAME));
        Later<ProduceResponse> small =
                later(handle(request(1, "packed", 0, Batches.of("a")), BY_NAME));
        decoders.run();

        assertThat(only(kept(large)).baseOffset()).isZero();
        assertThat(only(kept(small)).baseOffset()).isOne();
    }

    /// A few hundred bytes may be megabytes.
    @Test
    void aCompressedBatchOfAnySizeIsDecodedOnAWorker() {
        broker.create("packed", 1, "compression.type", "gzip");
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.ZSTD);
        batch.append(1, null, ByteBuffer.allocate(1 << 20), List.of());

        Later<ProduceResponse> packed =
                later(handle(request(1, "packed", 0, batch.build()), BY_NAME));
        decoders.run();

        assertThat(only(kept(packed)).baseOffset()).isZero();
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

    private static ProduceRequest toCold(ByteBuffer batch) {
        return request(1, "cold", 0, batch).withTimeoutMs(50);
    }

    @Test
    void oldVersionsAreAdvertisedAndNotServed() {
        assertThat(handler.advertised().min()).isZero();
        assertThat(handler.served().min()).isEqualTo(3);
    }

    private Reply<ProduceResponse> produce(ByteBuffer batch) {
        return produce(1, batch);
    }

    private Reply<ProduceResponse> produce(int acks, ByteBuffer batch) {
        return handle(request(acks, "t", 0, batch), BY_NAME);
    }

    private Reply<ProduceResponse> handle(ProduceRequest request, int version) {
        return handler.handle(request, new FakeRequestContext(version, loop));
    }

    private static ProduceRequest request(
            int acks, String topic, int partition, @Nullable ByteBuffer batch) {
        return request(
                acks, new TopicProduceData(topic, Uuid.ZERO, List.of(data(partition, batch))));
    }

    private static ProduceRequest request(int acks, Uuid id, int partition, ByteBuffer batch) {
        return request(acks, new TopicProduceData("", id, List.of(data(partition, batch))));
    }

    private static ProduceRequest request(PartitionProduceData... partitions) {
        return request(1, new TopicProduceData("t", Uuid.ZERO, List.of(partitions)));
    }

    private static ProduceRequest request(int acks, TopicProduceData topic) {
        return new ProduceRequest(null, (short) acks, 1_000, List.of(topic));
    }

    private static PartitionProduceData data(int partition, @Nullable ByteBuffer batch) {
        return new PartitionProduceData(partition, batch == null ? null : new ByteRecords(batch));
    }

    private static PartitionProduceResponse only(ProduceResponse response) {
        assertThat(response.responses()).hasSize(1);
        assertThat(response.responses().getFirst().partitionResponses()).hasSize(1);
        return response.responses().getFirst().partitionResponses().getFirst();
    }

    private static ErrorCode error(Reply<ProduceResponse> reply) {
        return ErrorCode.of(only(now(reply)).errorCode());
    }

    private RecordBatch stored(String topic) throws IOException {
        Log log = broker.log(topic, 0);
        return switch (log.read(0, log.endOffset(), Integer.MAX_VALUE, true)) {
            case LogSlice slice -> {
                ByteBuffer bytes = slice.toBytes();
                slice.release();
                yield new RecordBatch(bytes);
            }
            default -> throw new AssertionError("nothing stored");
        };
    }
}

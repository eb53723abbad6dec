package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.record.TimestampType;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is decoded of a batch before it is appended: where, and what becomes of it.
class ProducedRecordsTest extends ProduceScene {
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
    void noneIsDecodedForALogThatTurnsBatchesAway() {
        broker.createClosed("cold", 1, "compression.type", "gzip");
        broker.crowd(0);
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.ZSTD);
        batch.append(1, null, Batches.bytes("a"), List.of());

        PartitionProduceResponse answer =
                only(now(handle(request(1, "cold", 0, batch.build()), BY_NAME)));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS.code());
    }

    /// It would wait only to tell where the log starts.
    @Test
    void aRefusalThatNamesRecordsDoesNotWaitForSuchALog() {
        broker.createClosed("cold", 1);
        broker.crowd(0);
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(broker.clock().wallMs() + 3_600_001, null, Batches.bytes("a"), List.of());

        PartitionProduceResponse answer =
                only(now(handle(request(1, "cold", 0, batch.build()), BY_NAME)));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_TIMESTAMP.code());
        assertThat(answer.recordErrors()).hasSize(1);
    }
}

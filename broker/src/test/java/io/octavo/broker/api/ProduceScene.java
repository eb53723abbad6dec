package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker with a topic `t` of two partitions, and what a Produce request is made of.
abstract class ProduceScene {
    static final int BY_NAME = 9;
    static final int BY_ID = 13;
    static final short ALL = -1;

    @TempDir Path root;

    final FailingFiles disk = new FailingFiles();
    TestBroker broker;
    ManualLoop loop;
    ManualLoop decoders;
    ProduceHandler handler;

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

    Reply<ProduceResponse> produce(ByteBuffer batch) {
        return produce(1, batch);
    }

    Reply<ProduceResponse> produce(int acks, ByteBuffer batch) {
        return handle(request(acks, "t", 0, batch), BY_NAME);
    }

    Reply<ProduceResponse> handle(ProduceRequest request, int version) {
        return handler.handle(request, new FakeRequestContext(version, loop));
    }

    static ProduceRequest request(
            int acks, String topic, int partition, @Nullable ByteBuffer batch) {
        return request(
                acks, new TopicProduceData(topic, Uuid.ZERO, List.of(data(partition, batch))));
    }

    static ProduceRequest request(int acks, Uuid id, int partition, ByteBuffer batch) {
        return request(acks, new TopicProduceData("", id, List.of(data(partition, batch))));
    }

    static ProduceRequest request(PartitionProduceData... partitions) {
        return request(1, new TopicProduceData("t", Uuid.ZERO, List.of(partitions)));
    }

    static ProduceRequest request(int acks, TopicProduceData topic) {
        return new ProduceRequest(null, (short) acks, 1_000, List.of(topic));
    }

    static PartitionProduceData data(int partition, @Nullable ByteBuffer batch) {
        return new PartitionProduceData(partition, batch == null ? null : new ByteRecords(batch));
    }

    static PartitionProduceResponse only(ProduceResponse response) {
        assertThat(response.responses()).hasSize(1);
        assertThat(response.responses().getFirst().partitionResponses()).hasSize(1);
        return response.responses().getFirst().partitionResponses().getFirst();
    }

    static ErrorCode error(Reply<ProduceResponse> reply) {
        return ErrorCode.of(only(now(reply)).errorCode());
    }

    RecordBatch stored(String topic) throws IOException {
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

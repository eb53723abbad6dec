package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.FailingFiles;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.TestBroker;
import io.octavo.log.LogSlice;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.FetchableTopicResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Records;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker with a topic of three partitions, and a Fetch handler to ask.
abstract class FetchScene {
    static final int BY_NAME = 12;
    static final int BY_ID = 16;
    static final int WAIT_MS = 500;
    static final int PLENTY = 1 << 20;

    @TempDir Path root;

    final FailingFiles disk = new FailingFiles();
    TestBroker broker;
    ManualLoop loop;
    FetchHandler handler;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        loop = new ManualLoop(broker.clock());
        handler = handler();
        broker.create("t", 3);
    }

    @AfterEach
    void close() throws IOException {
        disk.mend();
        broker.close();
    }

    FetchHandler handler() {
        return new FetchHandler(
                broker.partitions(),
                broker::view,
                broker.config(),
                new DiskReaders(List.of(broker.worker())),
                broker.clock(),
                Randomness.seeded(5));
    }

    FetchResponse begin(FetchPartition... partitions) {
        return now(fetch(request(partitions).withSessionEpoch(0).withMaxWaitMs(0)));
    }

    Reply<FetchResponse> fetch(FetchRequest request) {
        return fetch(request, BY_NAME);
    }

    Reply<FetchResponse> fetch(FetchRequest request, int version) {
        return handler.handle(request, new FakeRequestContext(version, loop));
    }

    static FetchPartition at(int partition, long offset) {
        return FetchPartition.defaults()
                .withPartition(partition)
                .withFetchOffset(offset)
                .withPartitionMaxBytes(PLENTY);
    }

    static FetchRequest request(FetchPartition... partitions) {
        return request("t", partitions);
    }

    static FetchRequest request(String topic, FetchPartition... partitions) {
        return FetchRequest.defaults()
                .withMaxWaitMs(WAIT_MS)
                .withMinBytes(1)
                .withTopics(List.of(new FetchTopic(topic, Uuid.ZERO, List.of(partitions))));
    }

    FetchRequest byId(String topic, FetchPartition... partitions) {
        Uuid id = broker.topic(topic).id();
        return request(partitions).withTopics(List.of(new FetchTopic("", id, List.of(partitions))));
    }

    static FetchRequest session(FetchResponse begun, int epoch, FetchPartition... partitions) {
        FetchRequest request =
                FetchRequest.defaults()
                        .withMaxWaitMs(WAIT_MS)
                        .withMinBytes(1)
                        .withSessionId(begun.sessionId())
                        .withSessionEpoch(epoch);
        return partitions.length == 0
                ? request
                : request.withTopics(List.of(new FetchTopic("t", Uuid.ZERO, List.of(partitions))));
    }

    void append(String topic, int index, ByteBuffer batch) {
        Partition partition = broker.partition(topic, index);
        partition.append(Append.of(partition, new RecordBatch(batch), false, _ -> {}));
    }

    static List<PartitionData> partitions(FetchResponse response) {
        List<PartitionData> all = new ArrayList<>();
        for (FetchableTopicResponse topic : response.responses()) {
            all.addAll(topic.partitions());
        }
        return all;
    }

    static PartitionData only(FetchResponse response) {
        assertThat(partitions(response)).hasSize(1);
        return partitions(response).getFirst();
    }

    static ErrorCode error(Reply<FetchResponse> reply) {
        return ErrorCode.of(only(now(reply)).errorCode());
    }

    int size(PartitionData data) {
        Records records = data.records();
        return records == null ? 0 : records.sizeBytes();
    }

    /// What a batch of one record of 1 000 bytes takes besides them.
    static int overhead() {
        return Batches.ofSize(1_000).remaining() - 1_000;
    }

    /// The base offsets of the whole batches of an answer.
    static List<Long> offsets(PartitionData data) {
        List<Long> offsets = new ArrayList<>();
        if (data.records() instanceof LogSlice slice) {
            try {
                ByteBuffer bytes = slice.toBytes();
                RecordBatch batch = RecordBatch.next(bytes);
                while (batch != null) {
                    offsets.add(batch.baseOffset());
                    batch = RecordBatch.next(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return offsets;
    }
}

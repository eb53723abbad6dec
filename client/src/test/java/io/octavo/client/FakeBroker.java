package io.octavo.client;

import io.octavo.ports.ManualLoop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.FetchableTopicResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.InitProducerIdResponse;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ListOffsetsResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import io.octavo.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.octavo.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.message.ProduceResponse.TopicProduceResponse;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.MessageReader;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Records;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Uuid;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A broker in memory, and the network to it, on a manual loop. Every message goes through its
/// bytes. It fails as it is told.
final class FakeBroker implements Connector {
    static final int ID = 1;
    static final String TOPIC = "t";

    /// One way, in milliseconds.
    private static final int LATENCY_MS = 2;

    private static final Uuid TOPIC_ID = new Uuid(7, 7);

    /// What may go wrong with a request.
    enum Fault {
        NONE,
        REQUEST_LOST,
        ANSWER_LOST,
        NOT_LEADER,
        PRODUCER_FORGOTTEN,
        TOO_LARGE
    }

    /// Decides about each request.
    interface Faults {
        Fault next(Api<?, ?> api);
    }

    private final ManualLoop loop;
    private final Map<Integer, FakeLog> logs = new TreeMap<>();
    private final List<ProduceRequest> produced = new ArrayList<>();
    private long producerIdNext = 100;
    Faults faults = api -> Fault.NONE;

    /// Larger batches are refused.
    int batchBytesMax = Integer.MAX_VALUE;

    Endpoint advertised;

    /// How long it takes to connect, or to find that it cannot be done.
    int connectMs = LATENCY_MS;

    /// Where nobody answers.
    final List<Endpoint> dead = new ArrayList<>();

    FakeBroker(ManualLoop loop, Endpoint endpoint, int partitions) {
        this.loop = loop;
        advertised = endpoint;
        for (int i = 0; i < partitions; i++) {
            logs.put(i, new FakeLog());
        }
    }

    FakeLog log(int partition) {
        FakeLog log = logs.get(partition);
        if (log == null) {
            throw new AssertionError("no partition " + partition);
        }
        return log;
    }

    /// The Produce requests that arrived.
    List<ProduceRequest> produced() {
        return produced;
    }

    @Override
    public CompletableFuture<Connection> connect(Endpoint endpoint) {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        loop.schedule(
                connectMs,
                () -> {
                    if (dead.contains(endpoint)) {
                        result.completeExceptionally(
                                new Unreachable("cannot connect to " + endpoint + ": refused"));
                    } else {
                        result.complete(new FakeConnection(endpoint));
                    }
                });
        return result;
    }

    private Response answer(Api<?, ?> api, Request request, Fault fault) {
        return switch (request) {
            case MetadataRequest metadata -> metadata(metadata);
            case InitProducerIdRequest init ->
                    InitProducerIdResponse.defaults().withProducerId(producerIdNext++);
            case ProduceRequest produce -> produce(produce, fault);
            case ListOffsetsRequest list -> offsets(list, fault);
            case FetchRequest fetch -> fetch(fetch, fault);
            default -> throw new AssertionError(api);
        };
    }

    private MetadataResponse metadata(MetadataRequest request) {
        List<MetadataResponsePartition> partitions = new ArrayList<>();
        for (int index : logs.keySet()) {
            partitions.add(
                    MetadataResponsePartition.defaults()
                            .withPartitionIndex(index)
                            .withLeaderId(ID)
                            .withLeaderEpoch(0));
        }
        List<MetadataResponseTopic> topics = new ArrayList<>();
        List<MetadataRequest.MetadataRequestTopic> asked = request.topics();
        for (var topic : asked == null ? List.<MetadataRequest.MetadataRequestTopic>of() : asked) {
            boolean known = TOPIC.equals(topic.name());
            ErrorCode error = known ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            topics.add(
                    MetadataResponseTopic.defaults()
                            .withName(topic.name())
                            .withErrorCode(error.code())
                            .withTopicId(known ? TOPIC_ID : Uuid.ZERO)
                            .withPartitions(known ? partitions : List.of()));
        }
        return MetadataResponse.defaults()
                .withClusterId("fake")
                .withControllerId(ID)
                .withBrokers(
                        List.of(
                                new MetadataResponseBroker(
                                        ID, advertised.host(), advertised.port(), null)))
                .withTopics(topics);
    }

    private ProduceResponse produce(ProduceRequest request, Fault fault) {
        produced.add(request);
        List<TopicProduceResponse> topics = new ArrayList<>();
        for (TopicProduceData topic : request.topicData()) {
            List<PartitionProduceResponse> partitions = new ArrayList<>();
            for (PartitionProduceData data : topic.partitionData()) {
                FakeLog log = log(data.index());
                FakeLog.Appended appended =
                        switch (fault) {
                            case NOT_LEADER ->
                                    new FakeLog.Appended(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1);
                            case TOO_LARGE -> new FakeLog.Appended(ErrorCode.MESSAGE_TOO_LARGE, -1);
                            case PRODUCER_FORGOTTEN -> {
                                log.forgetProducers();
                                yield new FakeLog.Appended(ErrorCode.UNKNOWN_PRODUCER_ID, -1);
                            }
                            case NONE, REQUEST_LOST, ANSWER_LOST -> {
                                ByteBuffer batch = bytes(data.records());
                                yield batch.remaining() > batchBytesMax
                                        ? new FakeLog.Appended(ErrorCode.MESSAGE_TOO_LARGE, -1)
                                        : log.append(batch);
                            }
                        };
                partitions.add(
                        PartitionProduceResponse.defaults()
                                .withIndex(data.index())
                                .withErrorCode(appended.error().code())
                                .withBaseOffset(appended.baseOffset()));
            }
            topics.add(new TopicProduceResponse(topic.name(), topic.topicId(), partitions));
        }
        return ProduceResponse.defaults().withResponses(topics);
    }

    private ListOffsetsResponse offsets(ListOffsetsRequest request, Fault fault) {
        List<ListOffsetsTopicResponse> topics = new ArrayList<>();
        for (var topic : request.topics()) {
            List<ListOffsetsPartitionResponse> partitions = new ArrayList<>();
            for (var asked : topic.partitions()) {
                FakeLog log = log(asked.partitionIndex());
                long offset =
                        asked.timestamp() == -1
                                ? log.end()
                                : log.records().stream()
                                        .filter(record -> record.timestamp() >= asked.timestamp())
                                        .mapToLong(record -> record.offset())
                                        .findFirst()
                                        .orElse(asked.timestamp() == -2 ? 0 : -1);
                partitions.add(
                        ListOffsetsPartitionResponse.defaults()
                                .withPartitionIndex(asked.partitionIndex())
                                .withErrorCode(error(fault).code())
                                .withOffset(offset));
            }
            topics.add(new ListOffsetsTopicResponse(topic.name(), partitions));
        }
        return ListOffsetsResponse.defaults().withTopics(topics);
    }

    private FetchResponse fetch(FetchRequest request, Fault fault) {
        List<FetchableTopicResponse> topics = new ArrayList<>();
        for (FetchTopic topic : request.topics()) {
            List<PartitionData> partitions = new ArrayList<>();
            for (FetchPartition asked : topic.partitions()) {
                FakeLog log = log(asked.partition());
                boolean outside = asked.fetchOffset() > log.end();
                ErrorCode error = outside ? ErrorCode.OFFSET_OUT_OF_RANGE : error(fault);
                boolean well = error == ErrorCode.NONE;
                ByteBuffer found =
                        well
                                ? log.read(asked.fetchOffset(), asked.partitionMaxBytes())
                                : ByteBuffer.allocate(0);
                partitions.add(
                        PartitionData.defaults()
                                .withPartitionIndex(asked.partition())
                                .withErrorCode(error.code())
                                .withHighWatermark(log.end())
                                .withLastStableOffset(log.end())
                                .withLogStartOffset(0)
                                .withAbortedTransactions(List.of())
                                .withRecords(new ByteRecords(found)));
            }
            topics.add(new FetchableTopicResponse(topic.topic(), topic.topicId(), partitions));
        }
        return FetchResponse.defaults().withResponses(topics);
    }

    private static ErrorCode error(Fault fault) {
        return fault == Fault.NOT_LEADER ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE;
    }

    private static ByteBuffer bytes(@Nullable Records records) {
        if (records instanceof ByteRecords(ByteBuffer buffer)) {
            return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
        }
        throw new AssertionError("no records");
    }

    /// What arrives of a message that is sent.
    private static <T> T carried(Message message, MessageReader<T> reader, int version) {
        Writer out = Writer.heap(1_000);
        message.write(out, version);
        ByteBuffer wire = ByteBuffer.allocate(out.sizeBytes());
        ByteBuffer written = out.bytes();
        int from = 0;
        for (Splice splice : out.splices()) {
            wire.put(written.slice(from, splice.position() - from));
            wire.put(bytes(splice.records()));
            from = splice.position();
        }
        wire.put(written.slice(from, written.limit() - from)).flip();
        return reader.read(new Reader(wire), version);
    }

    private final class FakeConnection implements Connection {
        private final Endpoint endpoint;
        private final List<CompletableFuture<?>> waiting = new ArrayList<>();
        private boolean open = true;

        FakeConnection(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public int version(Api<?, ?> api, int versionMax) {
            return Math.min(api.versions().max(), versionMax);
        }

        @Override
        public <Q extends Request, R extends Response> CompletableFuture<R> send(
                Api<Q, R> api, int version, Q request, int timeoutMs) {
            CompletableFuture<R> answer = new CompletableFuture<>();
            waiting.add(answer);
            if (!open) {
                close();
                return answer;
            }
            Q arriving = carried(request, api.request(), version);
            loop.schedule(LATENCY_MS, () -> arrive(api, version, arriving, answer));
            return answer;
        }

        private <Q extends Request, R extends Response> void arrive(
                Api<Q, R> api, int version, Q request, CompletableFuture<R> answer) {
            Fault fault = faults.next(api);
            if (!open || fault == Fault.REQUEST_LOST) {
                close();
                return;
            }
            R leaving = carried(answer(api, request, fault), api.response(), version);
            loop.schedule(
                    LATENCY_MS,
                    () -> {
                        if (!open || fault == Fault.ANSWER_LOST) {
                            close();
                        } else {
                            answer.complete(leaving);
                        }
                    });
        }

        @Override
        public <Q extends Request> CompletableFuture<Void> sendUnanswered(
                Api<Q, ?> api, int version, Q request) {
            Q arriving = carried(request, api.request(), version);
            loop.schedule(LATENCY_MS, () -> answer(api, arriving, Fault.NONE));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            open = false;
            List<CompletableFuture<?>> failing = List.copyOf(waiting);
            waiting.clear();
            failing.forEach(f -> f.completeExceptionally(new Unreachable("the network failed")));
        }
    }
}

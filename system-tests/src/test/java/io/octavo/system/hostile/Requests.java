package io.octavo.system.hostile;

import io.octavo.ports.Clock;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DescribeClusterRequest;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.InitProducerIdRequest;
import io.octavo.protocol.message.ListConfigResourcesRequest;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.UnsupportedVersion;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Requests that a broker serves, in every version: what hostile frames are made from. They change
/// as little as they can: what would alter the broker only asks whether it might.
final class Requests {
    private static final int HEADER_BYTES_MAX = 64;
    private static final byte TOPIC_RESOURCE = 2;

    private static final int FLEXIBLE_HEADER = 2;

    private static final Map<Integer, Api<?, ?>> APIS =
            Stream.of(
                            ProduceRequest.API,
                            FetchRequest.API,
                            ListOffsetsRequest.API,
                            OffsetForLeaderEpochRequest.API,
                            InitProducerIdRequest.API,
                            ApiVersionsRequest.API,
                            MetadataRequest.API,
                            FindCoordinatorRequest.API,
                            DescribeClusterRequest.API,
                            DescribeTopicPartitionsRequest.API,
                            DescribeConfigsRequest.API,
                            ListConfigResourcesRequest.API,
                            CreateTopicsRequest.API,
                            DeleteTopicsRequest.API,
                            CreatePartitionsRequest.API,
                            AlterConfigsRequest.API,
                            IncrementalAlterConfigsRequest.API)
                    .collect(Collectors.toMap(Api::key, api -> api));

    private final String topic;
    private final List<byte[]> frames = new ArrayList<>();

    private Requests(String topic) {
        this.topic = topic;
    }

    /// Frames with their length, about `topic`.
    static List<byte[]> about(String topic) {
        Requests requests = new Requests(topic);
        requests.addData();
        requests.addLookups();
        requests.addAdministration();
        return requests.frames;
    }

    /// Whether the frame can be read as a request: such a frame reaches a handler, any other costs
    /// its connection.
    static boolean readable(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        if (bytes.getInt() != bytes.remaining() || bytes.remaining() < Long.BYTES) {
            return false;
        }
        Reader in = new Reader(bytes);
        Api<?, ?> api = APIS.get((int) in.int16());
        int version = in.int16();
        if (api == null || !api.versions().contains(version)) {
            return false;
        }
        try {
            in.int32();
            in.nullableString(false);
            if (api.requestHeaderVersion(version) >= FLEXIBLE_HEADER) {
                in.skipTags();
            }
            api.request().read(in, version);
            return true;
        } catch (MalformedFrame e) {
            return false;
        }
    }

    private void addData() {
        add(ProduceRequest.API, produce(Compression.NONE));
        add(ProduceRequest.API, produce(Compression.LZ4));
        add(
                FetchRequest.API,
                FetchRequest.defaults()
                        .withMaxBytes(4096)
                        .withTopics(
                                List.of(
                                        FetchRequest.FetchTopic.defaults()
                                                .withTopic(topic)
                                                .withPartitions(
                                                        List.of(
                                                                FetchRequest.FetchPartition
                                                                        .defaults()
                                                                        .withPartitionMaxBytes(
                                                                                4096))))));
        add(
                ListOffsetsRequest.API,
                ListOffsetsRequest.defaults()
                        .withReplicaId(-1)
                        .withTopics(
                                List.of(
                                        ListOffsetsRequest.ListOffsetsTopic.defaults()
                                                .withName(topic)
                                                .withPartitions(
                                                        List.of(
                                                                ListOffsetsRequest
                                                                        .ListOffsetsPartition
                                                                        .defaults()
                                                                        .withTimestamp(-1))))));
        add(
                OffsetForLeaderEpochRequest.API,
                OffsetForLeaderEpochRequest.defaults()
                        .withTopics(
                                List.of(
                                        OffsetForLeaderEpochRequest.OffsetForLeaderTopic.defaults()
                                                .withTopic(topic)
                                                .withPartitions(
                                                        List.of(
                                                                OffsetForLeaderEpochRequest
                                                                        .OffsetForLeaderPartition
                                                                        .defaults())))));
        add(InitProducerIdRequest.API, InitProducerIdRequest.defaults().withTransactionalId(null));
    }

    private void addLookups() {
        add(ApiVersionsRequest.API, new ApiVersionsRequest("hostile", "1.0"));
        add(
                MetadataRequest.API,
                MetadataRequest.defaults()
                        .withAllowAutoTopicCreation(false)
                        .withTopics(
                                List.of(
                                        MetadataRequest.MetadataRequestTopic.defaults()
                                                .withName(topic))));
        add(FindCoordinatorRequest.API, FindCoordinatorRequest.defaults().withKey("group"));
        add(
                FindCoordinatorRequest.API,
                FindCoordinatorRequest.defaults().withCoordinatorKeys(List.of("group")));
        add(DescribeClusterRequest.API, DescribeClusterRequest.defaults());
        add(
                DescribeTopicPartitionsRequest.API,
                DescribeTopicPartitionsRequest.defaults()
                        .withTopics(
                                List.of(new DescribeTopicPartitionsRequest.TopicRequest(topic))));
        add(
                DescribeConfigsRequest.API,
                DescribeConfigsRequest.defaults()
                        .withResources(
                                List.of(
                                        new DescribeConfigsRequest.DescribeConfigsResource(
                                                TOPIC_RESOURCE, topic, List.of("retention.ms")))));
        add(ListConfigResourcesRequest.API, ListConfigResourcesRequest.defaults());
    }

    private void addAdministration() {
        add(
                CreateTopicsRequest.API,
                CreateTopicsRequest.defaults()
                        .withValidateOnly(true)
                        .withTopics(
                                List.of(
                                        CreateTopicsRequest.CreatableTopic.defaults()
                                                .withName("another")
                                                .withNumPartitions(1)
                                                .withReplicationFactor((short) 1))));
        add(
                DeleteTopicsRequest.API,
                DeleteTopicsRequest.defaults().withTopicNames(List.of("there-is-none")));
        add(
                CreatePartitionsRequest.API,
                CreatePartitionsRequest.defaults()
                        .withValidateOnly(true)
                        .withTopics(
                                List.of(
                                        new CreatePartitionsRequest.CreatePartitionsTopic(
                                                topic, 2, null))));
        add(
                AlterConfigsRequest.API,
                AlterConfigsRequest.defaults()
                        .withValidateOnly(true)
                        .withResources(
                                List.of(
                                        new AlterConfigsRequest.AlterConfigsResource(
                                                TOPIC_RESOURCE,
                                                topic,
                                                List.of(
                                                        new AlterConfigsRequest.AlterableConfig(
                                                                "retention.ms", "1000000"))))));
        add(
                IncrementalAlterConfigsRequest.API,
                IncrementalAlterConfigsRequest.defaults()
                        .withValidateOnly(true)
                        .withResources(
                                List.of(
                                        new IncrementalAlterConfigsRequest.AlterConfigsResource(
                                                TOPIC_RESOURCE,
                                                topic,
                                                List.of(
                                                        new IncrementalAlterConfigsRequest
                                                                .AlterableConfig(
                                                                "retention.ms",
                                                                (byte) 0,
                                                                "1000000"))))));
    }

    private ProduceRequest produce(Compression compression) {
        RecordBatchBuilder batch = new RecordBatchBuilder(compression);
        long now = Clock.system().wallMs();
        for (int i = 0; i < 5; i++) {
            batch.append(now, null, ByteBuffer.wrap(new byte[20 + i]), List.of());
        }
        return ProduceRequest.defaults()
                .withAcks((short) 1)
                .withTimeoutMs(1_000)
                .withTopicData(
                        List.of(
                                ProduceRequest.TopicProduceData.defaults()
                                        .withName(topic)
                                        .withPartitionData(
                                                List.of(
                                                        new ProduceRequest.PartitionProduceData(
                                                                0,
                                                                new ByteRecords(batch.build()))))));
    }

    private void add(Api<?, ?> api, Request request) {
        for (int version = api.versions().min(); version <= api.versions().max(); version++) {
            try {
                frames.add(frame(api, version, request));
            } catch (UnsupportedVersion other) {
                // The request says something that this version cannot.
            }
        }
    }

    private static byte[] frame(Api<?, ?> api, int version, Request request) {
        Writer out = Writer.heap(HEADER_BYTES_MAX);
        out.int32(0);
        out.int16((short) api.key());
        out.int16((short) version);
        out.int32(7);
        out.nullableString("hostile", false);
        if (api.requestHeaderVersion(version) >= FLEXIBLE_HEADER) {
            out.unsignedVarint(0);
        }
        request.write(out, version);
        out.patchInt32(0, out.sizeBytes() - Integer.BYTES);
        ByteBuffer frame = ByteBuffer.allocate(out.sizeBytes());
        ByteBuffer own = out.bytes();
        int done = 0;
        for (Splice splice : out.splices()) {
            frame.put(own.slice(done, splice.position() - done));
            done = splice.position();
            frame.put(((ByteRecords) splice.records()).buffer().duplicate());
        }
        return frame.put(own.slice(done, own.limit() - done)).array();
    }
}

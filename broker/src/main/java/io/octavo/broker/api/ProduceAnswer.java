package io.octavo.broker.api;

import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Rejection;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.PartitionProduceData;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import io.octavo.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import io.octavo.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import io.octavo.protocol.message.ProduceResponse.NodeEndpoint;
import io.octavo.protocol.message.ProduceResponse.PartitionProduceResponse;
import io.octavo.protocol.message.ProduceResponse.TopicProduceResponse;
import io.octavo.protocol.record.BatchCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says in Kafka's words what became of a Produce request. Used once.
final class ProduceAnswer {
    private static final int LEADER_HINTS_FROM_VERSION = 10;
    private static final long NONE = -1;

    private final ProduceRequest request;
    private final RequestContext context;
    private final Leaders leaders;
    private final Map<Integer, NodeEndpoint> endpoints = new HashMap<>(0);

    ProduceAnswer(ProduceRequest request, RequestContext context, Leaders leaders) {
        this.request = request;
        this.context = context;
        this.leaders = leaders;
    }

    /// @param appends for each partition, in the request's order; null where there was none
    /// @param rejections for each partition; null where the records are in the log
    ProduceResponse of(@Nullable Append[] appends, @Nullable Rejection[] rejections) {
        List<TopicProduceResponse> topics = new ArrayList<>(request.topicData().size());
        int slot = 0;
        for (TopicProduceData topic : request.topicData()) {
            List<PartitionProduceResponse> partitions =
                    new ArrayList<>(topic.partitionData().size());
            for (PartitionProduceData partition : topic.partitionData()) {
                Rejection rejection = rejections[slot];
                Append append = appends[slot];
                partitions.add(
                        rejection == null && append != null
                                ? done(partition, append)
                                : refused(topic, partition, append, rejection));
                slot++;
            }
            topics.add(new TopicProduceResponse(topic.name(), topic.topicId(), partitions));
        }
        return new ProduceResponse(topics, 0, List.copyOf(endpoints.values()));
    }

    private static PartitionProduceResponse done(PartitionProduceData partition, Append append) {
        return new PartitionProduceResponse(
                partition.index(),
                ErrorCode.NONE.code(),
                append.baseOffset(),
                append.appendTimeMs(),
                append.logStartOffset(),
                List.of(),
                null,
                LeaderIdAndEpoch.defaults());
    }

    private PartitionProduceResponse refused(
            TopicProduceData topic,
            PartitionProduceData partition,
            @Nullable Append append,
            @Nullable Rejection rejection) {
        if (rejection == null) {
            throw new IllegalStateException("neither appended nor refused: " + partition);
        }
        return new PartitionProduceResponse(
                partition.index(),
                rejection.error().code(),
                NONE,
                NONE,
                append != null && append.decided() ? append.logStartOffset() : NONE,
                recordErrors(rejection),
                rejection.message(),
                rejection.error() == ErrorCode.NOT_LEADER_OR_FOLLOWER
                        ? hint(topic, partition.index())
                        : LeaderIdAndEpoch.defaults());
    }

    private static List<BatchIndexAndErrorMessage> recordErrors(Rejection rejection) {
        List<BatchIndexAndErrorMessage> errors = new ArrayList<>(rejection.records().size());
        for (BatchCheck.RecordError error : rejection.records()) {
            errors.add(new BatchIndexAndErrorMessage(error.index(), error.message()));
        }
        return errors;
    }

    private LeaderIdAndEpoch hint(TopicProduceData topic, int index) {
        if (context.apiVersion() < LEADER_HINTS_FROM_VERSION) {
            return LeaderIdAndEpoch.defaults();
        }
        PartitionState state =
                topic.name().isEmpty()
                        ? leaders.partition(topic.topicId(), index)
                        : leaders.partition(topic.name(), index);
        if (state == null) {
            return LeaderIdAndEpoch.defaults();
        }
        Leaders.Node node = leaders.node(state.leader(), context);
        if (node != null) {
            endpoints.put(
                    node.id(), new NodeEndpoint(node.id(), node.host(), node.port(), node.rack()));
        }
        return new LeaderIdAndEpoch(state.leader(), state.leaderEpoch());
    }
}

package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.octavo.protocol.message.AlterPartitionReassignmentsResponse;
import io.octavo.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import io.octavo.protocol.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// AlterPartitionReassignments (KIP-455). A partition stays on the broker that it is on, the only
/// one: who asks for that, as `kafka-reassign-partitions` does before it moves logs to other data
/// directories, is told that it is so, and who asks for anything else that it cannot be.
public final class AlterPartitionReassignmentsHandler
        implements Handler<
                AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> {
    private final Supplier<ClusterView> view;

    public AlterPartitionReassignmentsHandler(Supplier<ClusterView> view) {
        this.view = view;
    }

    @Override
    public Api<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> api() {
        return AlterPartitionReassignmentsRequest.API;
    }

    @Override
    public Reply<AlterPartitionReassignmentsResponse> handle(
            AlterPartitionReassignmentsRequest request, RequestContext context) {
        ClusterView now = view.get();
        List<ReassignableTopicResponse> topics = new ArrayList<>();
        for (ReassignableTopic topic : request.topics()) {
            List<ReassignablePartitionResponse> partitions = new ArrayList<>();
            for (ReassignablePartition partition : topic.partitions()) {
                partitions.add(answer(now.topic(topic.name()), partition));
            }
            topics.add(new ReassignableTopicResponse(topic.name(), partitions));
        }
        return new Reply.Now<>(
                new AlterPartitionReassignmentsResponse(
                        0,
                        request.allowReplicationFactorChange(),
                        ErrorCode.NONE.code(),
                        null,
                        topics));
    }

    private static ReassignablePartitionResponse answer(
            @Nullable Topic topic, ReassignablePartition asked) {
        int index = asked.partitionIndex();
        PartitionState state =
                topic == null || index < 0 || index >= topic.partitions().size()
                        ? null
                        : topic.partitions().get(index);
        List<Integer> replicas = asked.replicas();
        if (state == null) {
            return refused(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
        }
        if (replicas == null) {
            return refused(index, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null);
        }
        return replicas.equals(state.replicas())
                ? new ReassignablePartitionResponse(index, ErrorCode.NONE.code(), null)
                : refused(
                        index,
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The partition stays on " + state.replicas() + ": there is one broker.");
    }

    private static ReassignablePartitionResponse refused(
            int index, ErrorCode error, @Nullable String message) {
        return new ReassignablePartitionResponse(
                index, error.code(), message == null ? error.message() : message);
    }
}

package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.octavo.protocol.message.OffsetDeleteResponse;
import io.octavo.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import io.octavo.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// OffsetDelete: a group forgets offsets in topics that it does not consume (KIP-496).
final class OffsetDelete {
    /// Of groups whose members are of this kind it is known what they consume.
    private static final String CONSUMER = "consumer";

    private final OffsetDeleteRequest request;
    private final ClusterView view;
    private final Consumer<OffsetDeleteResponse> answer;

    OffsetDelete(
            OffsetDeleteRequest request, ClusterView view, Consumer<OffsetDeleteResponse> answer) {
        this.request = request;
        this.view = view;
        this.answer = answer;
    }

    /// In the group's turn.
    Write decide(GroupShard shard) {
        String id = request.groupId();
        Group group = shard.group(id);
        if (group == null) {
            return Write.answer(() -> refuse(ErrorCode.GROUP_ID_NOT_FOUND));
        }
        if (!group.isEmpty() && !group.protocolType().equals(CONSUMER)) {
            return Write.answer(() -> refuse(ErrorCode.NON_EMPTY_GROUP));
        }
        OffsetChanges changes = new OffsetChanges(id);
        List<OffsetDeleteResponseTopic> topics = new ArrayList<>(request.topics().size());
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            if (!topic.partitions().isEmpty()) {
                topics.add(delete(topic, group, shard.offsets(), changes));
            }
        }
        if (changes.isTooMuch()) {
            return Write.answer(() -> refuse(ErrorCode.INVALID_REQUEST));
        }
        Runnable committed =
                () -> {
                    changes.applyTo(shard.offsets());
                    answer(topics, ErrorCode.NONE);
                };
        return new Write(changes.records(), committed, this::refuse);
    }

    void refuse(ErrorCode error) {
        answer(List.of(), error);
    }

    private OffsetDeleteResponseTopic delete(
            OffsetDeleteRequestTopic wanted, Group group, Offsets offsets, OffsetChanges changes) {
        String name = wanted.name();
        Topic topic = view.topic(name);
        boolean subscribed = group.subscribes(name);
        List<OffsetDeleteResponsePartition> partitions =
                new ArrayList<>(wanted.partitions().size());
        for (OffsetDeleteRequestPartition partition : wanted.partitions()) {
            int index = partition.partitionIndex();
            ErrorCode error = ErrorCode.NONE;
            if (!has(topic, index)) {
                error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            } else if (subscribed) {
                error = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
            } else if (offsets.get(request.groupId(), name, index) != null
                    && !changes.isTooMuch()) {
                changes.remove(name, index);
            }
            partitions.add(new OffsetDeleteResponsePartition(index, error.code()));
        }
        return new OffsetDeleteResponseTopic(name, partitions);
    }

    private static boolean has(@Nullable Topic topic, int index) {
        return topic != null && index >= 0 && index < topic.partitions().size();
    }

    private void answer(List<OffsetDeleteResponseTopic> topics, ErrorCode error) {
        answer.accept(new OffsetDeleteResponse(error.code(), 0, topics));
    }
}

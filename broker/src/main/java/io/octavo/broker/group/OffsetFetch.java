package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// OffsetFetch, for one group. As a group's turn comes after its writes, every offset is stable;
/// what was not committed, or in a group that does not exist, or in another topic that had the
/// name, is told as the offset -1.
final class OffsetFetch {
    private static final long NO_OFFSET = -1;
    private static final int NO_EPOCH = -1;

    private final OffsetFetchRequestGroup wanted;
    private final boolean byId;
    private final ClusterView view;
    private final Consumer<OffsetFetchResponseGroup> answer;

    /// @param byId whether topics have ids instead of names
    OffsetFetch(
            OffsetFetchRequestGroup wanted,
            boolean byId,
            ClusterView view,
            Consumer<OffsetFetchResponseGroup> answer) {
        this.wanted = wanted;
        this.byId = byId;
        this.view = view;
        this.answer = answer;
    }

    /// In the group's turn.
    Write decide(GroupShard shard) {
        Group group = shard.group(wanted.groupId());
        ErrorCode error =
                group == null
                        ? ErrorCode.NONE
                        : group.fetches(wanted.memberId(), wanted.memberEpoch());
        if (error != ErrorCode.NONE) {
            return Write.answer(() -> refuse(error));
        }
        List<OffsetFetchRequestTopics> named = wanted.topics();
        List<OffsetFetchResponseTopics> topics =
                named == null ? all(shard.offsets()) : named(shard.offsets(), named);
        return Write.answer(() -> answer(topics, ErrorCode.NONE));
    }

    /// Clients look for another coordinator then; not all of them know that there may be none.
    void refuse(ErrorCode error) {
        answer(
                List.of(),
                error == ErrorCode.COORDINATOR_NOT_AVAILABLE ? ErrorCode.NOT_COORDINATOR : error);
    }

    private void answer(List<OffsetFetchResponseTopics> topics, ErrorCode error) {
        answer.accept(new OffsetFetchResponseGroup(wanted.groupId(), topics, error.code()));
    }

    /// A topic that does not exist any more cannot be told by its id.
    private List<OffsetFetchResponseTopics> all(Offsets offsets) {
        List<OffsetFetchResponseTopics> topics = new ArrayList<>();
        offsets.of(wanted.groupId())
                .forEach((name, committed) -> {
                    Topic topic = view.topic(name);
                    if (byId && topic == null) {
                        return;
                    }
                    List<OffsetFetchResponsePartitions> partitions =
                            new ArrayList<>(committed.count());
                    Uuid id = id(topic);
                    committed.each((index, offset) -> {
                        if (offset.isOf(id)) {
                            partitions.add(partition(index, offset));
                        }
                    });
                    if (!partitions.isEmpty()) {
                        topics.add(new OffsetFetchResponseTopics(name, id, partitions));
                    }
                });
        return topics;
    }

    private List<OffsetFetchResponseTopics> named(
            Offsets offsets, List<OffsetFetchRequestTopics> named) {
        List<OffsetFetchResponseTopics> topics = new ArrayList<>(named.size());
        for (OffsetFetchRequestTopics topic : named) {
            Topic known = byId ? view.topic(topic.topicId()) : view.topic(topic.name());
            String name = known == null ? topic.name() : known.name();
            Uuid id = id(known);
            ErrorCode error = byId && known == null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.NONE;
            List<OffsetFetchResponsePartitions> partitions =
                    new ArrayList<>(topic.partitionIndexes().size());
            for (int index : topic.partitionIndexes()) {
                CommittedOffset offset = offsets.get(wanted.groupId(), name, index);
                partitions.add(
                        error == ErrorCode.NONE && offset != null && offset.isOf(id)
                                ? partition(index, offset)
                                : none(index, error));
            }
            topics.add(new OffsetFetchResponseTopics(name, topic.topicId(), partitions));
        }
        return topics;
    }

    private static Uuid id(@Nullable Topic topic) {
        return topic == null ? Uuid.ZERO : topic.id();
    }

    private static OffsetFetchResponsePartitions partition(int index, CommittedOffset offset) {
        return new OffsetFetchResponsePartitions(
                index,
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                ErrorCode.NONE.code());
    }

    private static OffsetFetchResponsePartitions none(int index, ErrorCode error) {
        return new OffsetFetchResponsePartitions(index, NO_OFFSET, NO_EPOCH, "", error.code());
    }
}

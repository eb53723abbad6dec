package io.octavo.broker.group;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A group as it was at one moment; does not change.
///
/// @param offsets by topic
record GroupSnapshot(
        String id,
        String state,
        String type,
        String protocolType,
        Map<String, TopicOffsets> offsets,
        List<MemberPartitions> members,
        List<History.Rebalance> rebalances) {
    /// On the shard's loop.
    static GroupSnapshot of(GroupShard shard, Group group, boolean partitions, boolean rebalances) {
        Map<String, TopicOffsets> offsets = new HashMap<>();
        if (partitions) {
            shard.offsets().of(group.id()).forEach((topic, its) -> offsets.put(topic, its.copy()));
        }
        return new GroupSnapshot(
                group.id(),
                group.state(),
                group.type(),
                group.protocolType(),
                offsets,
                partitions ? group.assigned() : List.of(),
                rebalances ? group.history().rebalances() : List.of());
    }
}

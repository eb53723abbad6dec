package io.octavo.broker.group;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.Write;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Has the groups of a shard forget what they committed in topics that were deleted. What cannot be
/// written stays until it expires. On the shard's loop.
final class TopicRemoval {
    private final GroupShard shard;
    private final Collection<Topic> topics;

    TopicRemoval(GroupShard shard, Collection<Topic> topics) {
        this.shard = shard;
        this.topics = topics;
    }

    void begin() {
        for (String id : List.copyOf(shard.offsets().groups())) {
            Map<String, TopicOffsets> offsets = shard.offsets().of(id);
            if (topics.stream().anyMatch(topic -> offsets.containsKey(topic.name()))) {
                again(id);
            }
        }
    }

    private void again(String id) {
        shard.turns().run(id, () -> remove(id));
    }

    private Write remove(String id) {
        OffsetChanges changes = new OffsetChanges(id);
        for (Topic topic : topics) {
            TopicOffsets offsets = shard.offsets().of(id).get(topic.name());
            if (offsets != null) {
                offsets.each((partition, offset) -> {
                    if (offset.isOf(topic.id()) && !changes.isEnough()) {
                        changes.remove(topic.name(), partition);
                    }
                });
            }
        }
        Runnable committed =
                () -> {
                    changes.applyTo(shard.offsets());
                    if (changes.isEnough()) {
                        again(id);
                    }
                };
        return new Write(changes.records(), committed, _ -> {});
    }
}

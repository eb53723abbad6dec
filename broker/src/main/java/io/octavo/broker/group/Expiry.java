package io.octavo.broker.group;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// Looks now and then at every group of a shard: offsets go that have expired (KIP-211), and those
/// of a topic in whose place there is another now; and so does a group that has neither members nor
/// offsets any more. What cannot be written stays until the next look. On the shard's loop.
///
/// ```
/// the group's members         an offset ages
/// consume the topic           not at all
/// do not consume it           from its commit
/// have all gone               from when the last one went, or from its commit if that is later
/// never were                  from its commit
/// ```
///
/// When the last member of a consumer group went is in none of its records: one that is loaded
/// empty begins to age then.
final class Expiry {
    /// What is looked at before others have their turn.
    private static final int GROUPS_AT_ONCE = 200;

    private static final long PAUSE_MS = 1;

    /// The look itself has its turns as this group does.
    private static final String TURN = "";

    private final GroupShard shard;
    private final Queue<String> left = new ArrayDeque<>();

    Expiry(GroupShard shard) {
        this.shard = shard;
    }

    void begin() {
        long checkMs = shard.context().config().get().retentionCheckMs();
        shard.turns().schedule(TURN, checkMs, this::check);
    }

    private Write check() {
        shard.groups().forEach(group -> left.add(group.id()));
        return look();
    }

    private Write look() {
        for (int i = 0; i < GROUPS_AT_ONCE && !left.isEmpty(); i++) {
            again(left.remove());
        }
        if (left.isEmpty()) {
            begin();
        } else {
            shard.turns().schedule(TURN, PAUSE_MS, this::look);
        }
        return Write.nothing();
    }

    private void again(String id) {
        shard.turns().run(id, () -> expire(id));
    }

    private Write expire(String id) {
        Group group = shard.group(id);
        if (group == null) {
            return Write.nothing();
        }
        Map<String, TopicOffsets> all = shard.offsets().of(id);
        OffsetChanges changes = new OffsetChanges(id);
        Ageing ageing = new Ageing(group, shard.context());
        all.forEach((topic, offsets) -> {
            Uuid topicId = topicId(topic);
            boolean subscribed = group.subscribes(topic);
            offsets.each((partition, offset) -> {
                boolean over = !offset.isOf(topicId) || (!subscribed && ageing.isOver(offset));
                if (over && !changes.isEnough()) {
                    changes.remove(topic, partition);
                }
            });
        });
        boolean ends = group.isEmpty() && changes.count() == count(all);
        List<ShardRecord> records = new ArrayList<>(changes.records());
        if (ends) {
            records.addAll(group.tombstones());
        }
        Runnable committed =
                () -> {
                    changes.applyTo(shard.offsets());
                    if (ends) {
                        shard.end(group);
                    }
                    if (changes.isEnough()) {
                        again(id);
                    }
                };
        return new Write(records, committed, _ -> {});
    }

    private static int count(Map<String, TopicOffsets> all) {
        int count = 0;
        for (TopicOffsets offsets : all.values()) {
            count += offsets.count();
        }
        return count;
    }

    private Uuid topicId(String name) {
        Topic topic = shard.context().view().get().topic(name);
        return topic == null ? Uuid.ZERO : topic.id();
    }

    /// How offsets of a group age.
    private static final class Ageing {
        private final long fromMs;
        private final long nowMs;
        private final long retentionMs;

        Ageing(Group group, GroupContext context) {
            fromMs = group.agesFrom();
            nowMs = context.clock().ageingMs();
            retentionMs = context.config().get().retentionMs();
        }

        boolean isOver(CommittedOffset offset) {
            if (fromMs == Long.MAX_VALUE) {
                return false;
            }
            if (offset.expires()) {
                return nowMs >= offset.expiryMs();
            }
            return nowMs - Math.max(fromMs, offset.commitMs()) >= retentionMs;
        }
    }
}

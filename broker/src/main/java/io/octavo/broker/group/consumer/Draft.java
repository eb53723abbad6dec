package io.octavo.broker.group.consumer;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataKey;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMetadataKey;
import io.octavo.protocol.message.ConsumerGroupMetadataValue;
import io.octavo.protocol.message.ConsumerGroupPartitionMetadataKey;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionKey;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberValue.TopicPartition;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What an operation makes of a group: the records that it writes, and a copy of the group to which
/// they were applied. The copy is made with the first record; most operations have none.
public final class Draft {
    private static final int VERSION = 0;

    private final String groupId;
    private final List<ShardRecord> records = new ArrayList<>();
    private final Set<String> touched = new LinkedHashSet<>();
    private ConsumerState state;
    private boolean copied;

    public Draft(String groupId, ConsumerState state) {
        this.groupId = groupId;
        this.state = state;
    }

    /// The group as it will be.
    public ConsumerState state() {
        return state;
    }

    public List<ShardRecord> records() {
        return records;
    }

    /// The ids of the members that come, go, or have something else than before.
    public Set<String> touched() {
        return touched;
    }

    void epoch(int epoch, long metadataHash) {
        var value = new ConsumerGroupMetadataValue(epoch, metadataHash);
        change().metadata(value);
        records.add(epochRecord(value));
    }

    void member(String id, ConsumerGroupMemberMetadataValue value) {
        touched.add(id);
        change().member(id, value);
        records.add(memberRecord(id, value));
    }

    void current(String id, Current current) {
        touched.add(id);
        var value = current.value();
        change().current(id, value);
        records.add(currentRecord(id, value));
    }

    void target(String id, Map<Uuid, SortedSet<Integer>> partitions) {
        List<TopicPartition> topics = new ArrayList<>(partitions.size());
        partitions.forEach((topic, its) -> topics.add(new TopicPartition(topic, List.copyOf(its))));
        var value = new ConsumerGroupTargetAssignmentMemberValue(topics);
        change().target(id, value);
        records.add(targetRecord(id, value));
    }

    void targetEpoch(int epoch, long atMs) {
        var value = new ConsumerGroupTargetAssignmentMetadataValue(epoch, atMs);
        change().target(value);
        records.add(targetEpochRecord(value));
    }

    void regex(String regex, @Nullable ConsumerGroupRegularExpressionValue value) {
        change().regex(regex, value);
        records.add(regexRecord(regex, value));
    }

    /// Nothing is left of a member.
    void remove(String id) {
        touched.add(id);
        change().current(id, null);
        records.add(currentRecord(id, null));
        if (state.hasTarget(id)) {
            change().target(id, null);
            records.add(targetRecord(id, null));
        }
        change().member(id, null);
        records.add(memberRecord(id, null));
    }

    /// Nothing is left of the group, if the log has it.
    public List<ShardRecord> tombstones() {
        List<ShardRecord> all = new ArrayList<>();
        if (!state.exists()) {
            return all;
        }
        for (ConsumerMember member : state.members()) {
            all.add(currentRecord(member.id(), null));
            all.add(targetRecord(member.id(), null));
            all.add(memberRecord(member.id(), null));
        }
        state.regexes().forEach(regex -> all.add(regexRecord(regex, null)));
        all.add(targetEpochRecord(null));
        all.add(
                ShardRecord.tombstone(
                        ConsumerGroupPartitionMetadataKey.RECORD_TYPE,
                        new ConsumerGroupPartitionMetadataKey(groupId)));
        all.add(epochRecord(null));
        return all;
    }

    private ConsumerState change() {
        if (!copied) {
            copied = true;
            state = state.copy();
        }
        return state;
    }

    private ShardRecord epochRecord(@Nullable ConsumerGroupMetadataValue value) {
        var key = new ConsumerGroupMetadataKey(groupId);
        return record(ConsumerGroupMetadataKey.RECORD_TYPE, key, value);
    }

    private ShardRecord memberRecord(String id, @Nullable ConsumerGroupMemberMetadataValue value) {
        var key = new ConsumerGroupMemberMetadataKey(groupId, id);
        return record(ConsumerGroupMemberMetadataKey.RECORD_TYPE, key, value);
    }

    private ShardRecord currentRecord(
            String id, @Nullable ConsumerGroupCurrentMemberAssignmentValue value) {
        var key = new ConsumerGroupCurrentMemberAssignmentKey(groupId, id);
        return record(ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE, key, value);
    }

    private ShardRecord targetRecord(
            String id, @Nullable ConsumerGroupTargetAssignmentMemberValue value) {
        var key = new ConsumerGroupTargetAssignmentMemberKey(groupId, id);
        return record(ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE, key, value);
    }

    private ShardRecord targetEpochRecord(
            @Nullable ConsumerGroupTargetAssignmentMetadataValue value) {
        var key = new ConsumerGroupTargetAssignmentMetadataKey(groupId);
        return record(ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE, key, value);
    }

    private ShardRecord regexRecord(
            String regex, @Nullable ConsumerGroupRegularExpressionValue value) {
        var key = new ConsumerGroupRegularExpressionKey(groupId, regex);
        return record(ConsumerGroupRegularExpressionKey.RECORD_TYPE, key, value);
    }

    private static ShardRecord record(short type, Message key, @Nullable Message value) {
        return ShardRecord.of(type, key, VERSION, value);
    }
}

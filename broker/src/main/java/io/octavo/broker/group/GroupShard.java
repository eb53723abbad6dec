package io.octavo.broker.group;

import io.octavo.broker.group.consumer.ConsumerRecords;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.StateMachine;
import io.octavo.broker.shard.Turns;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataKey;
import io.octavo.protocol.message.ConsumerGroupMetadataKey;
import io.octavo.protocol.message.ConsumerGroupPartitionMetadataKey;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.octavo.protocol.message.GroupMetadataKey;
import io.octavo.protocol.message.LegacyOffsetCommitKey;
import io.octavo.protocol.message.OffsetCommitKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The groups, and offsets, of one partition of `__consumer_offsets`.
final class GroupShard implements StateMachine {
    private final GroupContext context;
    private final Map<String, Group> groups = new HashMap<>();
    private final Offsets offsets = new Offsets();
    private final GroupMemory.Share memory;

    /// Consumer groups, while they are loaded.
    private final Map<String, ConsumerState> loaded = new HashMap<>();

    private @Nullable Turns turns;

    GroupShard(GroupContext context) {
        this.context = context;
        memory = context.memory().share();
    }

    @Override
    public void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted) {
        short type = key.getShort(key.position());
        switch (type) {
            case LegacyOffsetCommitKey.RECORD_TYPE, OffsetCommitKey.RECORD_TYPE ->
                    offsets.load(key, value, adopted);
            case GroupMetadataKey.RECORD_TYPE -> ClassicRecords.load(this, key, value);
            case ConsumerGroupPartitionMetadataKey.RECORD_TYPE,
                    ConsumerGroupMetadataKey.RECORD_TYPE,
                    ConsumerGroupMemberMetadataKey.RECORD_TYPE,
                    ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE,
                    ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE,
                    ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
                    ConsumerGroupRegularExpressionKey.RECORD_TYPE ->
                    ConsumerRecords.load(
                            key, value, id -> loaded.computeIfAbsent(id, _ -> new ConsumerState()));
            default -> throw new IllegalArgumentException("records of the type " + type);
        }
    }

    @Override
    public void begin(Turns turns) {
        this.turns = turns;
        loaded.forEach((id, state) -> {
            if (state.exists()) {
                put(new ConsumerGroup(id, this, state));
            }
        });
        loaded.clear();
        offsets.loaded();
        for (String id : offsets.groups()) {
            if (!groups.containsKey(id)) {
                putOffsetsOnly(id);
            }
        }
        new Expiry(this).begin();
        groups.values().forEach(Group::begin);
        groups.keySet().forEach(this::settled);
    }

    @Override
    public void settled(String key) {
        Group group = groups.get(key);
        if (group == null) {
            memory.gone(key);
        } else {
            memory.is(key, group.memberBytes());
            memory.remembers(key, group.history());
        }
    }

    @Override
    public void end() {
        // First: what is not given back here is not given back at all.
        memory.end();
        fenced().forget(groups.keySet());
        groups.values().forEach(Group::end);
    }

    Fenced fenced() {
        return context.fenced();
    }

    /// Topics may have been created, deleted or changed: groups that subscribe to them look.
    void topicsChanged() {
        for (Group group : List.copyOf(groups.values())) {
            if (group instanceof ConsumerGroup consumer) {
                turns().run(consumer.id(), consumer::lookAtTopics);
            }
        }
    }

    /// A heartbeat of a consumer group's member; the first one makes the group. A group of the
    /// classic protocol that is empty is replaced; epochs go on from its generations.
    Write heartbeat(
            String id,
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        if (request.memberEpoch() < 0) {
            fenced().forget(id, request.memberId());
        }
        Write write = heartbeatInTurn(id, request, client, answer);
        return request.memberEpoch() != 0
                ? write
                : new Write(
                        write.records(),
                        () -> {
                            write.committed().run();
                            if (hasMember(id, request.memberId())) {
                                fenced().forget(id, request.memberId());
                            }
                        },
                        write.failed());
    }

    /// It may have asked to join, and was refused.
    private boolean hasMember(String id, String memberId) {
        return groups.get(id) instanceof ConsumerGroup consumer
                && consumer.committedState().member(memberId) != null;
    }

    private Write heartbeatInTurn(
            String id,
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        Group group = groups.get(id);
        if (group != null && (group instanceof ConsumerGroup || !group.isEmpty())) {
            return group.heartbeat(request, client, answer);
        }
        boolean leaves = request.memberEpoch() < 0;
        ConsumerState state =
                group instanceof ClassicGroup classic && classic.generation() > 0 && !leaves
                        ? ConsumerState.after(classic.generation())
                        : new ConsumerState();
        Write write = new ConsumerGroup(id, this, state).heartbeat(request, client, answer);
        if (group == null || write.records().isEmpty()) {
            return write;
        }
        List<ShardRecord> records = new ArrayList<>(group.tombstones());
        records.addAll(write.records());
        return new Write(records, write.committed(), write.failed());
    }

    GroupContext context() {
        return context;
    }

    /// What its groups' members take.
    GroupMemory.Share memory() {
        return memory;
    }

    /// How groups get their turns, once they are served.
    Turns turns() {
        return Objects.requireNonNull(turns, "not served yet");
    }

    Offsets offsets() {
        return offsets;
    }

    @Nullable Group group(String id) {
        return groups.get(id);
    }

    Collection<Group> groups() {
        return groups.values();
    }

    void put(Group group) {
        groups.put(group.id(), group);
    }

    /// A group comes into being by a commit of somebody who is no member.
    void putOffsetsOnly(String id) {
        put(ClassicGroup.offsetsOnly(this, id));
    }

    /// A group is gone from the log.
    void end(Group group) {
        groups.remove(group.id(), group);
        group.end();
    }

    void remove(String id) {
        groups.remove(id);
    }
}

package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.GroupMetadataKey;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A group that is what the test says; at first without members, as if it never had any.
final class FakeGroup implements Group {
    private final String id;

    /// The members that commit.
    final List<String> committed = new ArrayList<>();

    final Set<String> subscriptions = new HashSet<>();
    final List<MemberPartitions> assigned = new ArrayList<>();
    private final History history = new History();
    String protocolType = "";
    boolean empty = true;
    long agesFrom = -1;
    ErrorCode commits = ErrorCode.NONE;
    ErrorCode fetches = ErrorCode.NONE;

    /// A partition of which the member's epoch is older than its assignment.
    int outdated = -1;

    boolean ended;

    FakeGroup(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String type() {
        return "classic";
    }

    @Override
    public String protocolType() {
        return protocolType;
    }

    @Override
    public String state() {
        return empty ? "Empty" : "Stable";
    }

    @Override
    public boolean isEmpty() {
        return empty;
    }

    @Override
    public ErrorCode commits(
            String memberId, @Nullable String instanceId, int epoch, Client client) {
        return commits;
    }

    @Override
    public ErrorCode commits(String memberId, int epoch, Uuid topic, int partition) {
        return partition == outdated ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.NONE;
    }

    @Override
    public ErrorCode fetches(@Nullable String memberId, int epoch) {
        return fetches;
    }

    @Override
    public void committed(String memberId) {
        committed.add(memberId);
    }

    @Override
    public boolean subscribes(String topic) {
        return subscriptions.contains(topic);
    }

    @Override
    public long agesFrom() {
        return agesFrom;
    }

    @Override
    public List<MemberPartitions> assigned() {
        return assigned;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public List<ShardRecord> tombstones() {
        return List.of(
                ShardRecord.tombstone(GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(id)));
    }

    @Override
    public long memberBytes() {
        return 0;
    }

    @Override
    public void begin() {}

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public Write join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        throw new AssertionError("not asked here");
    }

    @Override
    public Write sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer) {
        throw new AssertionError("not asked here");
    }

    @Override
    public Write heartbeat(
            HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer) {
        throw new AssertionError("not asked here");
    }

    @Override
    public Write leave(
            LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer) {
        throw new AssertionError("not asked here");
    }

    @Override
    public Write heartbeat(
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        throw new AssertionError("not asked here");
    }
}

package io.octavo.broker.group;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A group, of either kind. Operations decide and change nothing, see `docs/design/groups.md`; each
/// answer is given once. On the shard's loop, in the group's turn.
interface Group {
    String id();

    /// What ListGroups says: `classic` or `consumer`.
    String type();

    /// What kind of members it has; empty where it has none and never had.
    String protocolType();

    /// Its state, as ListGroups and DescribeGroups call it.
    String state();

    /// Whether it has no members.
    boolean isEmpty();

    /// Whether a member of this id may commit offsets now.
    ///
    /// @param memberId empty for who is no member
    /// @param instanceId of a static member, or null
    /// @param epoch the generation or the member's epoch; negative for who is no member
    /// @return `NONE`, or what the client is told
    ErrorCode commits(String memberId, @Nullable String instanceId, int epoch, Client client);

    /// Whether a member that may commit in this epoch may do so in this partition: it may have got
    /// it in a later one, or not have it any more (KIP-1251).
    default ErrorCode commits(String memberId, int epoch, Uuid topic, int partition) {
        return ErrorCode.NONE;
    }

    /// Whether a member of this id may read the group's offsets now.
    ///
    /// @param memberId null for who is no member
    ErrorCode fetches(@Nullable String memberId, int epoch);

    /// A member has committed: it lives.
    void committed(String memberId);

    /// Whether a member consumes a topic, as far as the group can know.
    boolean subscribes(String topic);

    /// Since when its offsets may age (KIP-211), those that were committed before: what the wall
    /// clock said when it became empty; -1 where each offset ages from its own commit alone;
    /// [Long#MAX_VALUE] when they do not age.
    long agesFrom();

    /// What its members have been assigned, as far as the group can know.
    List<MemberPartitions> assigned();

    /// Its last rebalances since it was loaded.
    History history();

    /// What removes the group itself from the log, without its offsets.
    List<ShardRecord> tombstones();

    /// About what its members take of the heap: what they say, and what is assigned to them. Asked
    /// at the end of every turn.
    long memberBytes();

    /// It was loaded, and begins its timers.
    void begin();

    /// Its shard's service ends: answers what waits with `NOT_COORDINATOR`.
    void end();

    Write join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer);

    Write sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer);

    Write heartbeat(HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer);

    Write leave(LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer);

    Write heartbeat(
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer);
}

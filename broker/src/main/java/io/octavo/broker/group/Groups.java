package io.octavo.broker.group;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.shard.Shards;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteResponse;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// The groups that this broker coordinates. Any thread may ask; answers come on the shards' loop.
public final class Groups {
    /// The topic they are kept in.
    public static final String TOPIC = "__consumer_offsets";

    private static final int ID_CHARS_MAX = 1_024;

    /// From this version on a client of OffsetFetch names topics by their ids.
    private static final int FETCH_IDS_FROM = 10;

    private final GroupContext context;
    private final Shards<GroupShard> shards;

    Groups(GroupContext context, Shards<GroupShard> shards) {
        this.context = context;
        this.shards = shards;
    }

    /// The answer waits until the members' generation begins.
    public void join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.join(shard, request, client, answer),
                error -> answer.accept(ClassicAnswers.join(request.memberId(), error)));
    }

    /// The answer waits until the generation's leader has assigned.
    public void sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.sync(shard, request, client, answer),
                error -> answer.accept(ClassicAnswers.sync(error)));
    }

    /// While its group is loaded every member is taken to live.
    public void heartbeat(
            HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.heartbeat(shard, request, client, answer),
                error ->
                        answer.accept(
                                ClassicAnswers.heartbeat(
                                        error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                                                ? ErrorCode.NONE
                                                : error)));
    }

    public void leave(
            LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer) {
        runNamed(
                request.groupId(),
                (shard, _) -> ClassicRequests.leave(shard, request, client, answer),
                error -> answer.accept(ClassicAnswers.leave(error)));
    }

    /// Describes a classic group.
    ///
    /// @param apiVersion of DescribeGroups
    public void describe(String groupId, int apiVersion, Consumer<DescribedGroup> answer) {
        run(
                groupId,
                (shard, _) -> ClassicRequests.describe(shard, groupId, apiVersion, answer),
                error ->
                        answer.accept(
                                DescribedGroup.defaults()
                                        .withGroupId(groupId)
                                        .withErrorCode(error.code())));
    }

    public void commitOffsets(
            OffsetCommitRequest request, Client client, Consumer<OffsetCommitResponse> answer) {
        OffsetCommit commit = new OffsetCommit(request, context.view().get(), client, answer);
        if (commit.isVoid()) {
            commit.refuse(ErrorCode.NONE);
            return;
        }
        run(request.groupId(), (shard, _) -> commit.decide(shard), commit::refuse);
    }

    public void fetchOffsets(
            OffsetFetchRequestGroup wanted,
            int apiVersion,
            Consumer<OffsetFetchResponseGroup> answer) {
        boolean byId = apiVersion >= FETCH_IDS_FROM;
        OffsetFetch fetch = new OffsetFetch(wanted, byId, context.view().get(), answer);
        run(wanted.groupId(), (shard, _) -> fetch.decide(shard), fetch::refuse);
    }

    public void deleteOffsets(OffsetDeleteRequest request, Consumer<OffsetDeleteResponse> answer) {
        OffsetDelete deletion = new OffsetDelete(request, context.view().get(), answer);
        runNamed(request.groupId(), (shard, _) -> deletion.decide(shard), deletion::refuse);
    }

    /// Deletes a group that has no members, with everything it has committed.
    public void delete(String groupId, Consumer<ErrorCode> answer) {
        GroupDeletion deletion = new GroupDeletion(groupId, answer, () -> delete(groupId, answer));
        run(groupId, (shard, _) -> deletion.decide(shard), answer);
    }

    /// Has all groups forget what they committed in topics that were deleted.
    public void topicsDeleted(Collection<Topic> topics) {
        List<Topic> deleted = List.copyOf(topics);
        shards.each(shard -> new TopicRemoval(shard, deleted).begin(), _ -> {});
    }

    private void runNamed(
            String groupId,
            BiFunction<GroupShard, String, Write> operation,
            Consumer<ErrorCode> answer) {
        if (groupId.isEmpty()) {
            answer.accept(ErrorCode.INVALID_GROUP_ID);
        } else {
            run(groupId, operation, answer);
        }
    }

    /// Runs an operation when its group has its turn.
    ///
    /// @param answer told an error when it never gets one
    void run(
            String groupId,
            BiFunction<GroupShard, String, Write> operation,
            Consumer<ErrorCode> answer) {
        if (groupId.length() > ID_CHARS_MAX) {
            answer.accept(ErrorCode.INVALID_GROUP_ID);
            return;
        }
        shards.run(groupId, shard -> operation.apply(shard, groupId), answer);
    }
}

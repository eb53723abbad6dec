package io.octavo.broker.group;

import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse.MemberResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests of the classic protocol, when their group has its turn: they may find no group.
final class ClassicRequests {
    /// From this version on a group that is not found is an error (KIP-1043).
    private static final int NOT_FOUND_FROM = 6;

    private ClassicRequests() {}

    static Write join(
            GroupShard shard,
            JoinGroupRequest request,
            Client client,
            Consumer<JoinGroupResponse> answer) {
        GroupConfig config = shard.context().config().get();
        int timeoutMs = request.sessionTimeoutMs();
        if (timeoutMs < config.sessionTimeoutMsMin() || timeoutMs > config.sessionTimeoutMsMax()) {
            return Write.answer(() ->
                    answer.accept(
                            ClassicAnswers.join(
                                    request.memberId(), ErrorCode.INVALID_SESSION_TIMEOUT)));
        }
        if (isTooLong(request.memberId()) || isTooLong(request.groupInstanceId())) {
            return Write.answer(
                    () -> answer.accept(ClassicAnswers.join("", ErrorCode.INVALID_REQUEST)));
        }
        Group group = shard.group(request.groupId());
        return group == null
                ? ClassicJoin.first(shard, 0, request, client, answer)
                : group.join(request, client, answer);
    }

    /// Whether it is longer than any id that is kept.
    private static boolean isTooLong(@Nullable String id) {
        return id != null && id.length() > Groups.ID_CHARS_MAX;
    }

    static Write sync(
            GroupShard shard,
            SyncGroupRequest request,
            Client client,
            Consumer<SyncGroupResponse> answer) {
        Group group = shard.group(request.groupId());
        return group == null || group.isEmpty()
                ? Write.answer(
                        () -> answer.accept(ClassicAnswers.sync(ErrorCode.UNKNOWN_MEMBER_ID)))
                : group.sync(request, client, answer);
    }

    static Write heartbeat(
            GroupShard shard,
            HeartbeatRequest request,
            Client client,
            Consumer<HeartbeatResponse> answer) {
        Group group = shard.group(request.groupId());
        return group == null
                ? Write.answer(
                        () -> answer.accept(ClassicAnswers.heartbeat(ErrorCode.UNKNOWN_MEMBER_ID)))
                : group.heartbeat(request, client, answer);
    }

    static Write leave(
            GroupShard shard,
            LeaveGroupRequest request,
            Client client,
            Consumer<LeaveGroupResponse> answer) {
        Group group = shard.group(request.groupId());
        return group == null
                ? Write.answer(() -> answer.accept(unknown(request)))
                : group.leave(request, client, answer);
    }

    private static LeaveGroupResponse unknown(LeaveGroupRequest request) {
        List<MemberResponse> members =
                request.members().stream()
                        .map(member ->
                                new MemberResponse(
                                        member.memberId(),
                                        member.groupInstanceId(),
                                        ErrorCode.UNKNOWN_MEMBER_ID.code()))
                        .toList();
        return LeaveGroupResponse.defaults().withMembers(members);
    }

    static Write describe(
            GroupShard shard, String groupId, int apiVersion, Consumer<DescribedGroup> answer) {
        Group group = shard.group(groupId);
        return Write.answer(() ->
                answer.accept(
                        group instanceof ClassicGroup classic
                                ? classic.describe()
                                : absent(groupId, group, apiVersion)));
    }

    private static DescribedGroup absent(String groupId, @Nullable Group group, int apiVersion) {
        DescribedGroup dead =
                DescribedGroup.defaults()
                        .withGroupId(groupId)
                        .withGroupState(ClassicState.DEAD.toString());
        return apiVersion < NOT_FOUND_FROM
                ? dead
                : dead.withErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
                        .withErrorMessage(
                                "Group "
                                        + groupId
                                        + (group == null
                                                ? " not found."
                                                : " is not a classic group."));
    }
}

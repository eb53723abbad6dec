package io.octavo.broker.group;

import io.octavo.broker.group.ClassicRebalance.Departure;
import io.octavo.broker.group.History.Cause;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse.MemberResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rules of LeaveGroup for classic groups. A static member may be named by its
/// `group.instance.id` alone: so an operator removes it.
final class ClassicLeave {
    private final ClassicGroup group;
    private final ClassicMembers members;
    private final ClassicRebalance rebalance;

    ClassicLeave(ClassicGroup group, ClassicRebalance rebalance) {
        this.group = group;
        this.rebalance = rebalance;
        members = group.members();
    }

    Write of(LeaveGroupRequest request, Consumer<LeaveGroupResponse> answer) {
        if (group.is(ClassicState.DEAD)) {
            return Write.answer(
                    () -> answer.accept(ClassicAnswers.leave(ErrorCode.COORDINATOR_NOT_AVAILABLE)));
        }
        List<MemberResponse> responses = new ArrayList<>(request.members().size());
        List<Departure> gone = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (MemberIdentity leaving : request.members()) {
            String memberId = named(leaving);
            ErrorCode error = check(memberId, leaving);
            if (error == ErrorCode.NONE && !ids.add(memberId)) {
                error = ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (error == ErrorCode.NONE) {
                gone.add(new Departure(memberId, Cause.LEFT, leaving.reason()));
            }
            responses.add(
                    new MemberResponse(
                            leaving.memberId(), leaving.groupInstanceId(), error.code()));
        }
        return rebalance.remove(
                gone,
                () -> answer.accept(LeaveGroupResponse.defaults().withMembers(responses)),
                error -> answer.accept(ClassicAnswers.leave(error)));
    }

    /// Whom it means; empty if nobody.
    private String named(MemberIdentity leaving) {
        String instanceId = leaving.groupInstanceId();
        if (!leaving.memberId().isEmpty() || instanceId == null) {
            return leaving.memberId();
        }
        @Nullable String its = members.withInstance(instanceId);
        return its == null ? "" : its;
    }

    private ErrorCode check(String memberId, MemberIdentity leaving) {
        return members.isPending(memberId)
                ? ErrorCode.NONE
                : members.check(memberId, leaving.groupInstanceId());
    }
}

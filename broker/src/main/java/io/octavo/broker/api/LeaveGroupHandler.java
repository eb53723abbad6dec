package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import java.util.List;

/// LeaveGroup: members go. Before version 3 one, and its error is the whole answer.
public final class LeaveGroupHandler implements Handler<LeaveGroupRequest, LeaveGroupResponse> {
    /// From this version on several members may go at once (KIP-345).
    private static final int SEVERAL_FROM = 3;

    private final Groups groups;

    public LeaveGroupHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<LeaveGroupRequest, LeaveGroupResponse> api() {
        return LeaveGroupRequest.API;
    }

    @Override
    public Reply<LeaveGroupResponse> handle(LeaveGroupRequest request, RequestContext context) {
        Later<LeaveGroupResponse> later = new Later<>();
        if (context.apiVersion() >= SEVERAL_FROM) {
            groups.leave(request, GroupClient.of(context), later::complete);
        } else {
            MemberIdentity member = new MemberIdentity(request.memberId(), null, null);
            groups.leave(
                    request.withMemberId("").withMembers(List.of(member)),
                    GroupClient.of(context),
                    response -> later.complete(alone(response)));
        }
        return later;
    }

    private static LeaveGroupResponse alone(LeaveGroupResponse response) {
        return response.errorCode() != 0 || response.members().isEmpty()
                ? response
                : LeaveGroupResponse.defaults()
                        .withErrorCode(response.members().getFirst().errorCode());
    }
}

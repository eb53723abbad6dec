package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;

/// JoinGroup: somebody becomes a member of a classic group, or stays one in its next generation.
public final class JoinGroupHandler implements Handler<JoinGroupRequest, JoinGroupResponse> {
    /// From this version on a member says how long it takes to join again.
    private static final int REBALANCE_TIMEOUT_FROM = 1;

    /// From this version on there may be no protocol in the answer.
    private static final int NO_PROTOCOL_FROM = 7;

    private final Groups groups;

    public JoinGroupHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<JoinGroupRequest, JoinGroupResponse> api() {
        return JoinGroupRequest.API;
    }

    @Override
    public Reply<JoinGroupResponse> handle(JoinGroupRequest request, RequestContext context) {
        int version = context.apiVersion();
        Later<JoinGroupResponse> later = new Later<>();
        groups.join(
                version < REBALANCE_TIMEOUT_FROM
                        ? request.withRebalanceTimeoutMs(request.sessionTimeoutMs())
                        : request,
                GroupClient.of(context),
                response ->
                        later.complete(
                                version < NO_PROTOCOL_FROM && response.protocolName() == null
                                        ? response.withProtocolName("")
                                        : response));
        return later;
    }
}

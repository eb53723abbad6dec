package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;

/// SyncGroup: a member of a classic group asks what is assigned to it; the leader brings what it
/// has assigned to all.
public final class SyncGroupHandler implements Handler<SyncGroupRequest, SyncGroupResponse> {
    /// From this version on a member says what protocol it was told (KIP-559).
    private static final int PROTOCOL_FROM = 5;

    private final Groups groups;

    public SyncGroupHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<SyncGroupRequest, SyncGroupResponse> api() {
        return SyncGroupRequest.API;
    }

    @Override
    public Reply<SyncGroupResponse> handle(SyncGroupRequest request, RequestContext context) {
        if (context.apiVersion() >= PROTOCOL_FROM
                && (request.protocolType() == null || request.protocolName() == null)) {
            return new Reply.Now<>(
                    SyncGroupResponse.defaults()
                            .withErrorCode(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code()));
        }
        Later<SyncGroupResponse> later = new Later<>();
        groups.sync(request, GroupClient.of(context), later::complete);
        return later;
    }
}

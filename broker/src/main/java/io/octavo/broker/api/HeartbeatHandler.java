package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;

/// Heartbeat: a member of a classic group lives, and learns whether to join again.
public final class HeartbeatHandler implements Handler<HeartbeatRequest, HeartbeatResponse> {
    private final Groups groups;

    public HeartbeatHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<HeartbeatRequest, HeartbeatResponse> api() {
        return HeartbeatRequest.API;
    }

    @Override
    public Reply<HeartbeatResponse> handle(HeartbeatRequest request, RequestContext context) {
        Later<HeartbeatResponse> later = new Later<>();
        groups.heartbeat(request, GroupClient.of(context), later::complete);
        return later;
    }
}

package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;

/// ConsumerGroupHeartbeat: all that a member of a consumer group ever says (KIP-848).
public final class ConsumerGroupHeartbeatHandler
        implements Handler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse> {
    private final Groups groups;

    public ConsumerGroupHeartbeatHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse> api() {
        return ConsumerGroupHeartbeatRequest.API;
    }

    @Override
    public Reply<ConsumerGroupHeartbeatResponse> handle(
            ConsumerGroupHeartbeatRequest request, RequestContext context) {
        Later<ConsumerGroupHeartbeatResponse> later = new Later<>();
        groups.heartbeat(request, GroupClient.of(context), later::complete);
        return later;
    }
}

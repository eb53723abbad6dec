package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteResponse;

/// OffsetDelete (KIP-496): a group forgets how far it has come in topics that it does not consume.
public final class OffsetDeleteHandler
        implements Handler<OffsetDeleteRequest, OffsetDeleteResponse> {
    private final Groups groups;

    public OffsetDeleteHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<OffsetDeleteRequest, OffsetDeleteResponse> api() {
        return OffsetDeleteRequest.API;
    }

    @Override
    public Reply<OffsetDeleteResponse> handle(OffsetDeleteRequest request, RequestContext context) {
        Later<OffsetDeleteResponse> later = new Later<>();
        groups.deleteOffsets(request, later::complete);
        return later;
    }
}

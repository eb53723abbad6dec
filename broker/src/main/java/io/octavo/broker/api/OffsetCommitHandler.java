package io.octavo.broker.api;

import io.octavo.broker.group.Client;
import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitResponse;

/// OffsetCommit: a group keeps how far it has come.
public final class OffsetCommitHandler
        implements Handler<OffsetCommitRequest, OffsetCommitResponse> {
    private final Groups groups;

    public OffsetCommitHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<OffsetCommitRequest, OffsetCommitResponse> api() {
        return OffsetCommitRequest.API;
    }

    @Override
    public Reply<OffsetCommitResponse> handle(OffsetCommitRequest request, RequestContext context) {
        String name = context.clientId();
        Client client =
                new Client(
                        name == null ? "" : name, "/" + context.remoteHost(), context.apiVersion());
        Later<OffsetCommitResponse> later = new Later<>();
        groups.commitOffsets(request, client, later::complete);
        return later;
    }
}

package io.octavo.broker.api;

import io.octavo.broker.group.Client;

/// Who asks a group's coordinator.
final class GroupClient {
    private GroupClient() {}

    static Client of(RequestContext context) {
        String id = context.clientId();
        return new Client(id == null ? "" : id, "/" + context.remoteHost(), context.apiVersion());
    }
}

package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.ListGroupsRequest;
import io.octavo.protocol.message.ListGroupsResponse;

/// ListGroups: the groups that this broker coordinates.
public final class ListGroupsHandler implements Handler<ListGroupsRequest, ListGroupsResponse> {
    private final Groups groups;

    public ListGroupsHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<ListGroupsRequest, ListGroupsResponse> api() {
        return ListGroupsRequest.API;
    }

    @Override
    public Reply<ListGroupsResponse> handle(ListGroupsRequest request, RequestContext context) {
        Later<ListGroupsResponse> later = new Later<>();
        groups.list(request, later::complete);
        return later;
    }
}

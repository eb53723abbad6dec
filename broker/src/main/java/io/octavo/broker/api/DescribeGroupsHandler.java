package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.DescribeGroupsRequest;
import io.octavo.protocol.message.DescribeGroupsResponse;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// DescribeGroups: classic groups, their members, and what those said and were given. A group that
/// is named twice is described once.
public final class DescribeGroupsHandler
        implements Handler<DescribeGroupsRequest, DescribeGroupsResponse> {
    private final Groups groups;

    public DescribeGroupsHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<DescribeGroupsRequest, DescribeGroupsResponse> api() {
        return DescribeGroupsRequest.API;
    }

    @Override
    public Reply<DescribeGroupsResponse> handle(
            DescribeGroupsRequest request, RequestContext context) {
        int operations =
                request.includeAuthorizedOperations()
                        ? AuthorizedOperations.GROUP
                        : AuthorizedOperations.NOT_ASKED;
        List<CompletionStage<DescribedGroup>> described = new ArrayList<>();
        for (String groupId : new LinkedHashSet<>(request.groups())) {
            CompletableFuture<DescribedGroup> one = new CompletableFuture<>();
            groups.describe(
                    groupId,
                    context.apiVersion(),
                    group ->
                            one.complete(
                                    group.errorCode() == 0
                                            ? group.withAuthorizedOperations(operations)
                                            : group));
            described.add(one);
        }
        return Gathering.reply(described, all -> DescribeGroupsResponse.defaults().withGroups(all));
    }
}

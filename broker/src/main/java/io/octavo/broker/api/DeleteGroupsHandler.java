package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteGroupsRequest;
import io.octavo.protocol.message.DeleteGroupsResponse;
import io.octavo.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// DeleteGroups: groups without members go, and what they have committed. A group that is named
/// more than once is answered once.
public final class DeleteGroupsHandler
        implements Handler<DeleteGroupsRequest, DeleteGroupsResponse> {
    private final Groups groups;

    public DeleteGroupsHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<DeleteGroupsRequest, DeleteGroupsResponse> api() {
        return DeleteGroupsRequest.API;
    }

    @Override
    public Reply<DeleteGroupsResponse> handle(DeleteGroupsRequest request, RequestContext context) {
        Set<String> ids = new LinkedHashSet<>(request.groupsNames());
        List<CompletionStage<DeletableGroupResult>> results = new ArrayList<>(ids.size());
        for (String id : ids) {
            CompletableFuture<DeletableGroupResult> result = new CompletableFuture<>();
            results.add(result);
            groups.delete(id, error -> result.complete(result(id, error)));
        }
        return Gathering.reply(results, all -> new DeleteGroupsResponse(0, all));
    }

    private static DeletableGroupResult result(String id, ErrorCode error) {
        return new DeletableGroupResult(id, error.code());
    }
}

package io.octavo.broker.api;

import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupDescribeRequest;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// ConsumerGroupDescribe: the members of consumer groups, what they have and what they should have
/// (KIP-848). A group that is named twice is described once.
public final class ConsumerGroupDescribeHandler
        implements Handler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse> {
    private final Groups groups;

    public ConsumerGroupDescribeHandler(Groups groups) {
        this.groups = groups;
    }

    @Override
    public Api<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse> api() {
        return ConsumerGroupDescribeRequest.API;
    }

    @Override
    public Reply<ConsumerGroupDescribeResponse> handle(
            ConsumerGroupDescribeRequest request, RequestContext context) {
        List<CompletionStage<DescribedGroup>> described = new ArrayList<>();
        for (String id : new LinkedHashSet<>(request.groupIds())) {
            CompletableFuture<DescribedGroup> its = new CompletableFuture<>();
            groups.describeConsumer(id, its::complete);
            described.add(its);
        }
        int operations =
                request.includeAuthorizedOperations()
                        ? AuthorizedOperations.GROUP
                        : AuthorizedOperations.NOT_ASKED;
        return Gathering.reply(
                described,
                all ->
                        new ConsumerGroupDescribeResponse(
                                0,
                                all.stream()
                                        .map(group ->
                                                group.errorCode() == ErrorCode.NONE.code()
                                                        ? group.withAuthorizedOperations(operations)
                                                        : group)
                                        .toList()));
    }
}

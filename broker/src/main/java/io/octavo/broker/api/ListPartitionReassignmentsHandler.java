package io.octavo.broker.api;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListPartitionReassignmentsRequest;
import io.octavo.protocol.message.ListPartitionReassignmentsResponse;
import java.util.List;

/// ListPartitionReassignments (KIP-455): which partitions are on their way to other brokers. There
/// is no other broker yet, so none is; moves between data directories are not told here
/// (DescribeLogDirs).
public final class ListPartitionReassignmentsHandler
        implements Handler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> {
    @Override
    public Api<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> api() {
        return ListPartitionReassignmentsRequest.API;
    }

    @Override
    public Reply<ListPartitionReassignmentsResponse> handle(
            ListPartitionReassignmentsRequest request, RequestContext context) {
        return new Reply.Now<>(
                new ListPartitionReassignmentsResponse(0, ErrorCode.NONE.code(), null, List.of()));
    }
}

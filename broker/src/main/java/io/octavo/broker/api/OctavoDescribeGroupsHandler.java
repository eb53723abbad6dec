package io.octavo.broker.api;

import io.octavo.broker.group.GroupReport;
import io.octavo.broker.group.Groups;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// OctavoDescribeGroups: everything that is known of groups, with their lag. The groups are looked
/// at on their loop, their lag on a worker, when the logs are open that it is in.
public final class OctavoDescribeGroupsHandler
        implements Handler<OctavoDescribeGroupsRequest, OctavoDescribeGroupsResponse> {
    private final Groups groups;
    private final PartitionTable partitions;
    private final Executor workers;
    private final Clock clock;

    /// @param workers look into the logs
    public OctavoDescribeGroupsHandler(
            Groups groups, PartitionTable partitions, Executor workers, Clock clock) {
        this.groups = groups;
        this.partitions = partitions;
        this.workers = workers;
        this.clock = clock;
    }

    @Override
    public Api<OctavoDescribeGroupsRequest, OctavoDescribeGroupsResponse> api() {
        return OctavoDescribeGroupsRequest.API;
    }

    @Override
    public Reply<OctavoDescribeGroupsResponse> handle(
            OctavoDescribeGroupsRequest request, RequestContext context) {
        Later<OctavoDescribeGroupsResponse> later = new Later<>();
        Loop loop = context.loop();
        groups.report(request, report -> loop.execute(() -> open(report, loop, later)));
        return later;
    }

    private void open(GroupReport report, Loop loop, Later<OctavoDescribeGroupsResponse> later) {
        List<Partition> looked = List.copyOf(report.partitions(partitions));
        LogsOpen.await(looked, LogsOpen.USUAL_WAIT_MS, loop, () -> answer(report, later));
    }

    /// Settles `later` whatever happens: a client waits for it.
    private void answer(GroupReport report, Later<OctavoDescribeGroupsResponse> later) {
        try {
            workers.execute(() -> {
                try {
                    later.complete(report.answer(partitions, clock.wallMs()));
                } catch (RuntimeException defect) {
                    later.settle(new Reply.Close<>("the description of groups failed: " + defect));
                    throw defect;
                }
            });
        } catch (RejectedExecutionException stopping) {
            later.settle(new Reply.Close<>("the node is stopping"));
        }
    }
}

package io.octavo.broker;

import io.octavo.broker.api.ConsumerGroupDescribeHandler;
import io.octavo.broker.api.ConsumerGroupHeartbeatHandler;
import io.octavo.broker.api.DeleteGroupsHandler;
import io.octavo.broker.api.DescribeGroupsHandler;
import io.octavo.broker.api.FindCoordinatorHandler;
import io.octavo.broker.api.Handler;
import io.octavo.broker.api.HeartbeatHandler;
import io.octavo.broker.api.JoinGroupHandler;
import io.octavo.broker.api.LeaveGroupHandler;
import io.octavo.broker.api.ListGroupsHandler;
import io.octavo.broker.api.OctavoDescribeGroupsHandler;
import io.octavo.broker.api.OffsetCommitHandler;
import io.octavo.broker.api.OffsetDeleteHandler;
import io.octavo.broker.api.OffsetFetchHandler;
import io.octavo.broker.api.OffsetsTopic;
import io.octavo.broker.api.SyncGroupHandler;
import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.group.Groups;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.util.List;

/// The coordinators of a node, and the handlers that ask them.
final class Coordinators {
    private final Groups groups;
    private final Cluster cluster;
    private final OffsetsTopic offsetsTopic;
    private final PartitionTable partitions;
    private final Clock clock;

    /// @param loop theirs
    /// @param loader reads groups, and waits for the disk
    Coordinators(
            Cluster cluster,
            Topics topics,
            PartitionTable partitions,
            LiveConfig live,
            Machine machine,
            Loop loop,
            Loop loader) {
        this.cluster = cluster;
        this.partitions = partitions;
        clock = machine.clock();
        offsetsTopic = new OffsetsTopic(cluster::view, topics, live);
        groups =
                new Groups(
                        partitions,
                        cluster::view,
                        live,
                        loop,
                        loader,
                        machine.clock(),
                        machine.randomness());
    }

    /// To be called when the partitions listen to the cluster already.
    void listen() {
        cluster.listen(groups::follow);
    }

    void stop() {
        groups.stop();
    }

    /// @param worker waits for the disk
    List<Handler<?, ?>> handlers(Loop worker) {
        return List.of(
                new FindCoordinatorHandler(offsetsTopic, cluster::view),
                new JoinGroupHandler(groups),
                new SyncGroupHandler(groups),
                new HeartbeatHandler(groups),
                new LeaveGroupHandler(groups),
                new OffsetCommitHandler(groups),
                new OffsetFetchHandler(groups),
                new OffsetDeleteHandler(groups),
                new ConsumerGroupHeartbeatHandler(groups),
                new ConsumerGroupDescribeHandler(groups),
                new ListGroupsHandler(groups),
                new DescribeGroupsHandler(groups),
                new DeleteGroupsHandler(groups),
                new OctavoDescribeGroupsHandler(groups, partitions, worker, clock));
    }
}

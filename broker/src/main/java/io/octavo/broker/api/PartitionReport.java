package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Member;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;

/// A partition's state in the terms of the protocol: broker numbers.
///
/// @param brokerId of this broker
/// @param logs what this broker knows of its own, which the cluster is not told
public record PartitionReport(ClusterView view, int brokerId, LocalLogs logs) {
    /// The broker that leads, or [PartitionState#NO_LEADER] also when the one recorded is gone or
    /// cannot.
    int leader(Topic topic, PartitionState state) {
        return there(topic, state, state.leader()) ? state.leader() : PartitionState.NO_LEADER;
    }

    /// The in-sync replicas.
    static List<Integer> insync(PartitionState state) {
        return ids(state.isr());
    }

    /// The replicas that left the in-sync ones and may lead after them.
    static List<Integer> eligible(PartitionState state) {
        return ids(state.elr());
    }

    /// The replicas whose brokers or logs are not there.
    List<Integer> offline(Topic topic, PartitionState state) {
        List<Integer> offline = new ArrayList<>();
        for (int replica : state.replicas()) {
            if (!there(topic, state, replica)) {
                offline.add(replica);
            }
        }
        return offline;
    }

    private boolean there(Topic topic, PartitionState state, int broker) {
        return view.brokers().containsKey(broker)
                && !(broker == brokerId && logs.isOffline(topic.id(), state.index()));
    }

    private static List<Integer> ids(List<Member> members) {
        List<Integer> ids = new ArrayList<>(members.size());
        for (Member member : members) {
            ids.add(member.brokerId());
        }
        return ids;
    }

    /// The logs of this broker.
    public interface LocalLogs {
        /// Whether a partition's is in a data directory that has failed. Any thread.
        boolean isOffline(Uuid topicId, int index);
    }
}

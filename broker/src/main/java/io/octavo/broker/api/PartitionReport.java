package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Member;
import io.octavo.broker.cluster.PartitionState;
import java.util.ArrayList;
import java.util.List;

/// A partition's state in the terms of the protocol: broker numbers.
final class PartitionReport {
    private PartitionReport() {}

    /// The broker that leads, or [PartitionState#NO_LEADER] also when the one recorded is gone.
    static int leader(ClusterView view, PartitionState state) {
        return view.brokers().containsKey(state.leader())
                ? state.leader()
                : PartitionState.NO_LEADER;
    }

    /// The in-sync replicas.
    static List<Integer> insync(PartitionState state) {
        return ids(state.isr());
    }

    /// The replicas that left the in-sync ones and may lead after them.
    static List<Integer> eligible(PartitionState state) {
        return ids(state.elr());
    }

    /// The replicas whose brokers are not there.
    static List<Integer> offline(ClusterView view, PartitionState state) {
        List<Integer> offline = new ArrayList<>();
        for (int replica : state.replicas()) {
            if (!view.brokers().containsKey(replica)) {
                offline.add(replica);
            }
        }
        return offline;
    }

    private static List<Integer> ids(List<Member> members) {
        List<Integer> ids = new ArrayList<>(members.size());
        for (Member member : members) {
            ids.add(member.brokerId());
        }
        return ids;
    }
}

package io.octavo.broker.cluster;

import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which brokers hold a new partition, and how it begins. Pure.
public final class Placement {
    private Placement() {}

    /// Assigns partitions to brokers one after another, each partition one broker further, so that
    /// leaders and copies are spread evenly.
    ///
    /// @param from the number of the first partition
    /// @param count how many
    /// @param replicationFactor at most the number of brokers
    /// @param brokers the brokers there are, in order
    /// @param start where to begin among them; any number
    public static List<List<Integer>> spread(
            int from, int count, int replicationFactor, List<Integer> brokers, int start) {
        List<List<Integer>> assignments = new ArrayList<>(count);
        for (int index = from; index < from + count; index++) {
            List<Integer> replicas = new ArrayList<>(replicationFactor);
            for (int rank = 0; rank < replicationFactor; rank++) {
                replicas.add(brokers.get(Math.floorMod(start + index + rank, brokers.size())));
            }
            assignments.add(List.copyOf(replicas));
        }
        return assignments;
    }

    /// The first state of a partition: in sync is every assigned broker that is there, and the
    /// first of them leads.
    static PartitionState initial(int index, List<Integer> replicas, Map<Integer, Broker> brokers) {
        List<Member> isr = new ArrayList<>();
        for (int id : replicas) {
            Broker broker = brokers.get(id);
            if (broker != null) {
                isr.add(new Member(id, directory(broker), broker.incarnation()));
            }
        }
        @Nullable Member leader = isr.isEmpty() ? null : isr.getFirst();
        return new PartitionState(
                index,
                leader == null ? PartitionState.NO_LEADER : leader.brokerId(),
                0,
                leader,
                replicas,
                isr,
                List.of(),
                0,
                0);
    }

    private static Uuid directory(Broker broker) {
        return broker.directoryIds().getFirst();
    }
}

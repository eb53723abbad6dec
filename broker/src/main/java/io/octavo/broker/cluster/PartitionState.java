package io.octavo.broker.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who holds and who leads a partition: the content of its one node `S_p`, which is only ever
/// changed by compare-and-set on [#version()].
///
/// @param index the partition's number in its topic
/// @param leader the broker that leads, or -1
/// @param leaderEpoch one more with every change of leader, also to the same broker
/// @param lastLeader the member that led last, if any did
/// @param replicas all brokers that hold or shall hold a copy, in order of preference
/// @param isr the in-sync replicas
/// @param elr the replicas that left `isr` while it was too small, and are eligible to lead after
///   it
/// @param uncleanElections how often a leader was chosen that was in neither
/// @param version the version of the node: what Kafka's protocol calls the partition epoch
public record PartitionState(
        int index,
        int leader,
        int leaderEpoch,
        @Nullable Member lastLeader,
        List<Integer> replicas,
        List<Member> isr,
        List<Member> elr,
        int uncleanElections,
        int version) {
    /// The leader when there is none.
    public static final int NO_LEADER = -1;

    public PartitionState {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
    }

    /// Whether `brokerId` holds or shall hold a copy.
    public boolean hasReplica(int brokerId) {
        return replicas.contains(brokerId);
    }
}

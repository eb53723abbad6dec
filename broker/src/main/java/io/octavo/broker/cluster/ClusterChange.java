package io.octavo.broker.cluster;

import io.octavo.protocol.wire.Uuid;
import java.util.Set;

/// The step from one view to the next.
///
/// @param before what was published so far
/// @param after what is published from now on
/// @param topics the ids of all topics that differ: new, changed (partitions, leadership, resolved
///   settings), being deleted, or gone
/// @param brokersChanged whether brokers came or went
public record ClusterChange(
        ClusterView before, ClusterView after, Set<Uuid> topics, boolean brokersChanged) {
    public ClusterChange {
        topics = Set.copyOf(topics);
    }

    /// Hears of every step, on the cluster's loop, before the call that caused it is answered. Must
    /// not block.
    public interface Listener {
        void changed(ClusterChange change);
    }
}

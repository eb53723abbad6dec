package io.octavo.broker.group.assignor;

import java.util.List;
import java.util.Set;

/// What a topic consists of, as an assignor sees it.
///
/// @param partitions how many
/// @param racks where each partition's replicas stand; empty where nobody asks, or nothing is known
public record Shape(int partitions, List<Set<String>> racks) {
    public Shape {
        racks = List.copyOf(racks);
    }

    boolean isIn(String rack, int partition) {
        return partition < racks.size() && racks.get(partition).contains(rack);
    }
}

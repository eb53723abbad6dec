package io.octavo.broker.cluster;

import java.util.BitSet;

/// What of a topic is to be read again: a topic of many partitions is not read as a whole because
/// one of them changed. Belongs to the cluster's loop.
final class Stale {
    private final BitSet partitions = new BitSet();
    private boolean node;
    private boolean everything;

    /// All of a topic.
    static Stale everything() {
        Stale stale = new Stale();
        stale.addEverything();
        return stale;
    }

    void addEverything() {
        everything = true;
    }

    /// The topic's own node, and the partitions that are found by it to be missing.
    void addNode() {
        node = true;
    }

    void addPartition(int index) {
        partitions.set(index);
    }

    boolean node() {
        return node || everything;
    }

    boolean partition(int index) {
        return everything || partitions.get(index);
    }

    /// Everything that another one says.
    void addAll(Stale other) {
        node |= other.node;
        everything |= other.everything;
        partitions.or(other.partitions);
    }
}

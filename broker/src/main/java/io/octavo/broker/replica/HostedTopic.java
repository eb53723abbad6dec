package io.octavo.broker.replica;

import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A topic as this broker serves it. Safe for any thread.
public final class HostedTopic {
    private final String name;
    private final Uuid id;
    private final boolean internal;
    private volatile Admission admission;
    private volatile boolean keepsAll;
    private volatile @Nullable Partition[] partitions = new Partition[0];

    HostedTopic(Topic topic, Admission admission) {
        name = topic.name();
        id = topic.id();
        internal = topic.internal();
        this.admission = admission;
        keepsAll = !topic.config().deleted();
    }

    public String name() {
        return name;
    }

    public Uuid id() {
        return id;
    }

    /// Whether it belongs to the brokers: clients must not write to it.
    public boolean internal() {
        return internal;
    }

    /// Whether the topic has a partition of this number, here or elsewhere.
    public boolean has(int index) {
        return index >= 0 && index < partitions.length;
    }

    /// How many partitions the topic has, here or elsewhere.
    public int count() {
        return partitions.length;
    }

    /// The replica this broker holds of a partition; null when it holds none, or there is no such
    /// partition.
    public @Nullable Partition partition(int index) {
        @Nullable Partition[] all = partitions;
        return index >= 0 && index < all.length ? all[index] : null;
    }

    /// The replicas this broker holds.
    public List<Partition> held() {
        List<Partition> held = new ArrayList<>();
        for (Partition partition : partitions) {
            if (partition != null) {
                held.add(partition);
            }
        }
        return held;
    }

    /// Judges the batches that clients send.
    public Admission admission() {
        return admission;
    }

    /// Whether old records must not be deleted (`cleanup.policy` does not have `delete`).
    public boolean keepsAll() {
        return keepsAll;
    }

    /// The cluster has said something about the topic.
    ///
    /// @param partitions by index; null where this broker holds no replica
    void follow(Topic topic, Admission admission, @Nullable Partition[] partitions) {
        this.admission = admission;
        keepsAll = !topic.config().deleted();
        this.partitions = partitions;
    }

    @Nullable Partition[] partitions() {
        return partitions;
    }
}

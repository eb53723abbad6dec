package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.Broker;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.group.assignor.Shape;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What matters to a group of the topics that it subscribes to.
final class TopicFacts {
    private static final long PRIME = 0x9e3779b97f4a7c15L;

    private TopicFacts() {}

    /// The ids of those topics that exist.
    static Set<Uuid> ids(ClusterView view, Collection<String> names) {
        Set<Uuid> ids = new LinkedHashSet<>();
        for (String name : names) {
            Topic topic = view.topic(name);
            if (topic != null) {
                ids.add(topic.id());
            }
        }
        return ids;
    }

    /// A number that changes when one of the topics is created or deleted, gets partitions, or has
    /// replicas in other racks; 0 if none exists.
    static long hash(ClusterView view, Collection<String> names) {
        long hash = 0;
        for (String name : names) {
            Topic topic = view.topic(name);
            if (topic != null) {
                hash += hash(view, topic);
            }
        }
        return hash;
    }

    private static long hash(ClusterView view, Topic topic) {
        long hash = mix(topic.id().most(), topic.id().least());
        for (PartitionState partition : topic.partitions()) {
            hash = mix(hash, partition.index());
            for (String rack : racks(view, partition)) {
                hash = mix(hash, rack.hashCode());
            }
        }
        return hash;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * PRIME;
        return mixed ^ (mixed >>> 29);
    }

    /// @param withRacks whether somebody says where it stands
    static Shape shape(ClusterView view, Topic topic, boolean withRacks) {
        List<Set<String>> racks = new ArrayList<>();
        boolean known = false;
        for (PartitionState partition :
                withRacks ? topic.partitions() : List.<PartitionState>of()) {
            Set<String> its = racks(view, partition);
            known |= !its.isEmpty();
            racks.add(its);
        }
        return new Shape(topic.partitions().size(), known ? racks : List.of());
    }

    private static Set<String> racks(ClusterView view, PartitionState partition) {
        Set<String> racks = new TreeSet<>();
        for (int replica : partition.replicas()) {
            Broker broker = view.brokers().get(replica);
            if (broker != null && broker.rack() != null) {
                racks.add(Objects.requireNonNull(broker.rack()));
            }
        }
        return racks;
    }
}

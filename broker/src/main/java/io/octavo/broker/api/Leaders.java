package io.octavo.broker.api;

import io.octavo.broker.cluster.Broker;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.ListenerAddress;
import io.octavo.protocol.wire.Uuid;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whom to ask instead: the hints that spare a client a Metadata request when a partition is led by
/// another broker (KIP-951).
final class Leaders {
    private final Supplier<ClusterView> view;

    Leaders(Supplier<ClusterView> view) {
        this.view = view;
    }

    /// The partition as the cluster knows it; null when it knows none.
    @Nullable PartitionState partition(String topic, int index) {
        return partition(view.get().topic(topic), index);
    }

    @Nullable PartitionState partition(Uuid topicId, int index) {
        return partition(view.get().topic(topicId), index);
    }

    private static @Nullable PartitionState partition(@Nullable Topic topic, int index) {
        return topic == null || index < 0 || index >= topic.partitions().size()
                ? null
                : topic.partitions().get(index);
    }

    /// Where a client that came in as `context` says reaches a broker; null when it does not.
    @Nullable Node node(int brokerId, RequestContext context) {
        Broker broker = view.get().brokers().get(brokerId);
        if (broker == null) {
            return null;
        }
        for (ListenerAddress address : broker.endpoints()) {
            if (address.name().equals(context.listenerName())) {
                return address.host().isEmpty()
                        ? new Node(
                                brokerId, context.localHost(), context.localPort(), broker.rack())
                        : new Node(brokerId, address.host(), address.port(), broker.rack());
            }
        }
        return null;
    }

    record Node(int id, String host, int port, @Nullable String rack) {}
}

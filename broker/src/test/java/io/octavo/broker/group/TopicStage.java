package io.octavo.broker.group;

import io.octavo.broker.cluster.Broker;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The topics of a cluster, as tests want them.
final class TopicStage {
    private static final TopicConfig CONFIG = config();

    private final TreeMap<Integer, Broker> brokers = new TreeMap<>();
    private final TreeMap<String, Topic> topics = new TreeMap<>();
    private ClusterView view = made();
    private long ids;

    ClusterView view() {
        return view;
    }

    /// A broker in a rack.
    void broker(int id, @Nullable String rack) {
        brokers.put(id, new Broker(id, 1, List.of(), List.of(), rack));
        view = made();
    }

    /// Creates a topic, or gives one partitions; the replicas of each are on one broker after
    /// another.
    Uuid topic(String name, int partitions) {
        Topic before = topics.get(name);
        Uuid id = before == null ? new Uuid(0x7091c, ++ids) : before.id();
        List<PartitionState> states = new ArrayList<>();
        List<Integer> nodes = List.copyOf(brokers.keySet());
        for (int index = 0; index < partitions; index++) {
            List<Integer> replicas =
                    nodes.isEmpty() ? List.of() : List.of(nodes.get(index % nodes.size()));
            states.add(new PartitionState(index, 0, 0, null, replicas, List.of(), List.of(), 0, 0));
        }
        topics.put(name, new Topic(name, id, name.startsWith("__"), states, CONFIG));
        view = made();
        return id;
    }

    void delete(String name) {
        topics.remove(name);
        view = made();
    }

    int partitions(Uuid id) {
        Topic topic = view.topic(id);
        return topic == null ? 0 : topic.partitions().size();
    }

    Uuid id(String name) {
        return Objects.requireNonNull(topics.get(name)).id();
    }

    private ClusterView made() {
        Map<Uuid, String> names = new HashMap<>();
        topics.values().forEach(topic -> names.put(topic.id(), topic.name()));
        return new ClusterView(
                "cluster", new TreeMap<>(brokers), new TreeMap<>(topics), names, Map.of());
    }

    private static TopicConfig config() {
        try {
            return TopicConfig.of(Map.of(), BrokerConfig.load(ConfigInputs.of(Map.of())));
        } catch (InvalidConfig e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.octavo.broker.cluster;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Uuid;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was last read of the store, node by node, with the versions that a compare-and-set needs;
/// and the view that follows from it. Belongs to the cluster's loop.
final class ClusterState {
    /// A topic as its nodes have it.
    ///
    /// @param node the topic's own node
    /// @param version that node's version
    /// @param partitions by index; of a topic being deleted only those still there
    record TopicEntry(TopicNode node, int version, List<PartitionState> partitions) {
        TopicEntry {
            partitions = List.copyOf(partitions);
        }

        TopicState state() {
            return TopicState.of(node.state());
        }
    }

    /// The stages of a topic's life.
    enum TopicState {
        CREATING(0),
        LIVE(1),
        DELETING(2);

        private final byte code;

        TopicState(int code) {
            this.code = (byte) code;
        }

        /// The stage in a [TopicNode].
        byte code() {
            return code;
        }

        static TopicState of(byte code) {
            for (TopicState state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalStateException("a topic has the unknown state " + code);
        }
    }

    /// Settings as one node has them.
    ///
    /// @param version the node's version, or [#ABSENT]
    record ConfigEntry(Map<String, String> configs, int version) {
        /// The version of a node that is not there.
        static final int ABSENT = -1;

        static final ConfigEntry NONE = new ConfigEntry(Map.of(), ABSENT);
    }

    private final Map<Uuid, TopicEntry> entries = new HashMap<>();
    private final Set<Uuid> changed = new HashSet<>();
    private NavigableMap<Integer, Broker> brokers = Collections.emptyNavigableMap();
    private String clusterId = "";

    void clusterId(String id) {
        clusterId = id;
    }

    void brokers(Map<Integer, Broker> read) {
        brokers = Collections.unmodifiableNavigableMap(new TreeMap<>(read));
    }

    NavigableMap<Integer, Broker> brokers() {
        return brokers;
    }

    /// @param entry null when the topic is no longer there
    void topic(Uuid id, @Nullable TopicEntry entry) {
        TopicEntry before = entry == null ? entries.remove(id) : entries.put(id, entry);
        if (!Objects.equals(before, entry)) {
            changed.add(id);
        }
    }

    @Nullable TopicEntry topic(Uuid id) {
        return entries.get(id);
    }

    Set<Uuid> topics() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /// The step from `before` to what was read since.
    ///
    /// @param configChanged whether topics may have other settings although their nodes are the
    ///   same
    ClusterChange step(ClusterView before, BrokerConfig config, boolean configChanged) {
        Set<Uuid> candidates = new HashSet<>(changed);
        if (configChanged) {
            candidates.addAll(entries.keySet());
        }
        changed.clear();
        ClusterView after =
                candidates.isEmpty() ? sameTopics(before) : view(before, candidates, config);
        Set<Uuid> differing = new HashSet<>();
        for (Uuid id : candidates) {
            if (!Objects.equals(before.topic(id), after.topic(id))
                    || !Objects.equals(before.deleting().get(id), after.deleting().get(id))) {
                differing.add(id);
            }
        }
        return new ClusterChange(before, after, differing, !before.brokers().equals(brokers));
    }

    private ClusterView sameTopics(ClusterView before) {
        return new ClusterView(
                clusterId, brokers, before.topics(), before.topicNames(), before.deleting());
    }

    private ClusterView view(ClusterView before, Set<Uuid> candidates, BrokerConfig config) {
        NavigableMap<String, Topic> topics = new TreeMap<>(before.topics());
        Map<Uuid, String> names = new HashMap<>(before.topicNames());
        Map<Uuid, Topic> deleting = new HashMap<>(before.deleting());
        // First everything goes and then comes, because a name may have gone from one topic to
        // another.
        for (Uuid id : candidates) {
            String name = names.remove(id);
            if (name != null) {
                topics.remove(name);
            }
            deleting.remove(id);
        }
        for (Uuid id : candidates) {
            TopicEntry entry = entries.get(id);
            if (entry == null) {
                continue;
            }
            switch (entry.state()) {
                case CREATING -> {}
                case LIVE -> {
                    topics.put(entry.node().name(), topicOf(id, entry, config));
                    names.put(id, entry.node().name());
                }
                case DELETING -> deleting.put(id, topicOf(id, entry, config));
            }
        }
        return new ClusterView(
                clusterId,
                brokers,
                Collections.unmodifiableNavigableMap(topics),
                Collections.unmodifiableMap(names),
                Collections.unmodifiableMap(deleting));
    }

    private static Topic topicOf(Uuid id, TopicEntry entry, BrokerConfig config) {
        TopicNode node = entry.node();
        return new Topic(
                node.name(),
                id,
                node.internal(),
                entry.partitions(),
                TopicConfig.of(StoreValues.configs(node), config));
    }
}

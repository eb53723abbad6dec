package io.octavo.client;

import io.octavo.client.Admin.Broker;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.octavo.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a client knows of the cluster. Immutable; an answer makes the next one.
///
/// @param topics by name, those that were asked for
record ClusterMap(
        String clusterId, int controller, Map<Integer, Broker> brokers, Map<String, Topic> topics) {
    static final ClusterMap EMPTY = new ClusterMap("", -1, Map.of(), Map.of());

    static final int NO_LEADER = -1;

    /// Produce and Fetch name topics by their ids, and only so, from this version (KIP-516).
    static final int TOPIC_IDS_FROM = 13;

    ClusterMap {
        brokers = Map.copyOf(brokers);
        topics = Map.copyOf(topics);
    }

    /// One topic.
    ///
    /// @param error why the broker says nothing else about it
    /// @param partitions in order of their index
    record Topic(
            String name,
            Uuid id,
            boolean internal,
            ErrorCode error,
            List<MetadataResponsePartition> partitions) {
        int leader(int partition) {
            return partition < partitions.size() ? partitions.get(partition).leaderId() : NO_LEADER;
        }

        int leaderEpoch(int partition) {
            return partition < partitions.size() ? partitions.get(partition).leaderEpoch() : -1;
        }
    }

    int leader(TopicPartition partition) {
        Topic topic = topics.get(partition.topic());
        return topic == null ? NO_LEADER : topic.leader(partition.partition());
    }

    int leaderEpoch(TopicPartition partition) {
        Topic topic = topics.get(partition.topic());
        return topic == null ? -1 : topic.leaderEpoch(partition.partition());
    }

    /// The topic's id, zero when it is not known.
    Uuid topicId(String name) {
        Topic topic = topics.get(name);
        return topic == null ? Uuid.ZERO : topic.id();
    }

    /// The name of a topic in an answer that gives one or the other; empty when it is not known.
    String topicName(String name, Uuid id) {
        if (name.isEmpty()) {
            for (Topic topic : topics.values()) {
                if (topic.id().equals(id)) {
                    return topic.name();
                }
            }
        }
        return name;
    }

    /// The highest version of Produce or Fetch that can name these partitions' topics.
    int version(Connection broker, Api<?, ?> api, Set<TopicPartition> partitions) {
        boolean named = partitions.stream().anyMatch(p -> topicId(p.topic()).equals(Uuid.ZERO));
        return named ? broker.version(api, TOPIC_IDS_FROM - 1) : broker.version(api);
    }

    /// This map with what an answer says instead, and the topics that it does not name.
    ClusterMap with(MetadataResponse answer) {
        Map<Integer, Broker> found = new HashMap<>();
        for (MetadataResponseBroker broker : answer.brokers()) {
            Endpoint endpoint = new Endpoint(broker.host(), broker.port());
            found.put(broker.nodeId(), new Broker(broker.nodeId(), endpoint, broker.rack()));
        }
        Map<String, Topic> all = new HashMap<>(topics);
        for (MetadataResponseTopic topic : answer.topics()) {
            String name = topic.name();
            if (name != null) {
                all.put(name, read(name, topic));
            }
        }
        String id = answer.clusterId();
        return new ClusterMap(id == null ? clusterId : id, answer.controllerId(), found, all);
    }

    static Topic read(String name, MetadataResponseTopic topic) {
        List<MetadataResponsePartition> partitions =
                topic.partitions().stream()
                        .sorted(Comparator.comparingInt(MetadataResponsePartition::partitionIndex))
                        .toList();
        ErrorCode error = ErrorCode.of(topic.errorCode());
        return new Topic(name, topic.topicId(), topic.isInternal(), error, partitions);
    }
}

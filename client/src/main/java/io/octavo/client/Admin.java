package io.octavo.client;

import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks at a cluster and changes it. Each method waits for its answer and throws a
/// [ClientException]. Safe for any thread.
public final class Admin {
    /// As many partitions, or replicas, as the broker's settings say.
    public static final int BROKER_DEFAULT = -1;

    public Admin(Client client) {}

    /// Creates a topic.
    ///
    /// @param partitions or [#BROKER_DEFAULT]
    /// @param replicationFactor or [#BROKER_DEFAULT]
    public void createTopic(
            String name, int partitions, int replicationFactor, Map<String, String> configs) {}

    /// Deletes a topic with all its records.
    public void deleteTopic(String name) {}

    /// Makes a topic have `total` partitions, which has to be more than it has.
    public void addPartitions(String name, int total) {}

    /// All topics, by name.
    ///
    /// @param internal whether the cluster's own are among them
    public List<TopicDescription> listTopics(boolean internal) {
        return List.of();
    }

    /// One topic; a [Refused] with UNKNOWN_TOPIC_OR_PARTITION when there is none.
    public TopicDescription describeTopic(String name) {
        return new TopicDescription(name, Uuid.ZERO, false, List.of());
    }

    /// A topic's settings, all of them, by name.
    public List<Setting> topicSettings(String name) {
        return List.of();
    }

    /// A broker's settings, all of them, by name.
    public List<Setting> brokerSettings(int brokerId) {
        return List.of();
    }

    /// Changes some of a topic's settings and leaves the others.
    ///
    /// @param changes a null value takes the topic's own away, so that the default counts again
    public void alterTopic(String name, Map<String, @Nullable String> changes) {}

    /// Where positions are now; at the beginning and the end, where the log begins and ends.
    public Map<TopicPartition, Long> offsets(Map<TopicPartition, Position> positions) {
        return Map.of();
    }

    /// The brokers.
    public ClusterDescription cluster() {
        return new ClusterDescription("", -1, List.of());
    }

    /// A topic and its partitions, which are in order.
    public record TopicDescription(
            String name, Uuid id, boolean internal, List<PartitionDescription> partitions) {}

    /// @param leader the broker's id, -1 while there is none
    public record PartitionDescription(
            int index, int leader, int leaderEpoch, List<Integer> replicas, List<Integer> inSync) {}

    /// One setting.
    ///
    /// @param value null when it is a secret
    /// @param source where the value comes from: the topic, the broker, the default
    public record Setting(
            String name,
            @Nullable String value,
            Source source,
            boolean readOnly,
            @Nullable String documentation) {}

    /// Where a setting's value comes from, the nearest first.
    public enum Source {
        TOPIC,
        BROKER_DYNAMIC,
        CLUSTER_DYNAMIC,
        BROKER_FILE,
        DEFAULT,
        OTHER
    }

    /// @param controller the broker that answers for the cluster, -1 when none does
    public record ClusterDescription(String id, int controller, List<Broker> brokers) {}

    /// @param rack null when the broker has none
    public record Broker(int id, Endpoint endpoint, @Nullable String rack) {}
}

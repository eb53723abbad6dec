package io.octavo.broker.cluster;

import io.octavo.protocol.wire.Uuid;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// The cluster as this broker last read it. Immutable; every request that needs more than one fact
/// takes one view and stays with it.
///
/// @param clusterId the name the cluster gave itself when it was first started
/// @param brokers the brokers registered now, by id
/// @param topics the topics that exist, by name, in the names' order
/// @param topicNames the names of the same topics, by id
/// @param deleting topics that no longer exist for clients while their directories still may; see
///   [Topics#purged]
public record ClusterView(
        String clusterId,
        NavigableMap<Integer, Broker> brokers,
        NavigableMap<String, Topic> topics,
        Map<Uuid, String> topicNames,
        Map<Uuid, Topic> deleting) {
    /// The topic called `name`.
    public @Nullable Topic topic(String name) {
        return topics.get(name);
    }

    /// The topic with the id.
    public @Nullable Topic topic(Uuid id) {
        String name = topicNames.get(id);
        return name == null ? null : topics.get(name);
    }
}

package io.octavo.broker.cluster;

import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.wire.Uuid;
import java.util.List;

/// A topic.
///
/// @param name unique among the topics that exist now
/// @param id unique for ever: a topic created again under its old name is another topic
/// @param internal whether it belongs to the brokers rather than to clients
/// @param partitions by index, without gaps
/// @param config every setting, resolved; knows which were given for this topic
public record Topic(
        String name,
        Uuid id,
        boolean internal,
        List<PartitionState> partitions,
        TopicConfig config) {
    public Topic {
        partitions = List.copyOf(partitions);
    }
}

package io.octavo.broker.group;

import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolAssignment.TopicPartition;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a consumer says in the metadata of its protocols, and is told in its assignment: a version,
/// and a message that begins with that of version 0.
final class Subscription {
    /// Of groups whose members are consumers.
    static final String PROTOCOL_TYPE = "consumer";

    private Subscription() {}

    /// The topics, or null where it is not understood.
    static @Nullable List<String> topics(ByteBuffer metadata) {
        try {
            Reader in = new Reader(metadata.duplicate());
            return in.int16() < 0 ? null : ConsumerProtocolSubscription.read(in, 0).topics();
        } catch (MalformedFrame _) {
            return null;
        }
    }

    /// The partitions by topic; none where it is not understood.
    static Map<String, List<Integer>> assigned(ByteBuffer assignment) {
        Map<String, List<Integer>> partitions = new HashMap<>();
        try {
            Reader in = new Reader(assignment.duplicate());
            if (in.int16() < 0) {
                return partitions;
            }
            for (TopicPartition topic :
                    ConsumerProtocolAssignment.read(in, 0).assignedPartitions()) {
                partitions.put(topic.topic(), topic.partitions());
            }
            return partitions;
        } catch (MalformedFrame _) {
            return Map.of();
        }
    }
}

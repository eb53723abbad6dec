package io.octavo.client.group;

import io.octavo.client.TopicPartition;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the members of a classic group say to each other, through a coordinator that only carries
/// it: a version, and a subscription or an assignment. A later version begins as the last one that
/// is known.
final class ConsumerProtocol {
    /// What such groups call themselves.
    static final String TYPE = "consumer";

    private static final int VERSION = 1;
    private static final int BYTES = 64;

    private ConsumerProtocol() {}

    static ByteBuffer subscription(Collection<String> topics) {
        return encode(ConsumerProtocolSubscription.defaults().withTopics(List.copyOf(topics)));
    }

    static ByteBuffer assignment(Map<String, List<Integer>> partitions) {
        List<ConsumerProtocolAssignment.TopicPartition> topics = new ArrayList<>();
        partitions.forEach((topic, its) ->
                topics.add(new ConsumerProtocolAssignment.TopicPartition(topic, its)));
        return encode(new ConsumerProtocolAssignment(topics, null));
    }

    /// The topics that a member reads.
    ///
    /// @throws MalformedFrame when that is none of a consumer's subscriptions
    static List<String> topics(ByteBuffer metadata) {
        Reader in = new Reader(metadata.duplicate());
        int version = known(in.int16(), ConsumerProtocolSubscription.VERSIONS.max());
        return ConsumerProtocolSubscription.read(in, version).topics();
    }

    /// What a member was given; nothing if there are no bytes.
    ///
    /// @throws MalformedFrame when that is no assignment
    static Set<TopicPartition> partitions(ByteBuffer assignment) {
        Set<TopicPartition> partitions = new HashSet<>();
        if (!assignment.hasRemaining()) {
            return partitions;
        }
        Reader in = new Reader(assignment.duplicate());
        int version = known(in.int16(), ConsumerProtocolAssignment.VERSIONS.max());
        for (var topic : ConsumerProtocolAssignment.read(in, version).assignedPartitions()) {
            topic.partitions()
                    .forEach(index -> partitions.add(new TopicPartition(topic.topic(), index)));
        }
        return partitions;
    }

    private static int known(short version, int max) {
        return Math.clamp(version, 0, max);
    }

    private static ByteBuffer encode(Message message) {
        Writer out = Writer.heap(BYTES);
        out.int16((short) VERSION);
        message.write(out, VERSION);
        return out.bytes();
    }
}

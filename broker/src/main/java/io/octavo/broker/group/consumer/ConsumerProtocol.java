package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolAssignment.TopicPartition;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Uuid;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What consumers say to each other in the classic protocol: a number of a version, and a
/// subscription or an assignment. Later versions begin as the last one that is known.
public final class ConsumerProtocol {
    /// What their groups call themselves.
    public static final String TYPE = "consumer";

    private static final int BYTES = 64;

    private ConsumerProtocol() {}

    /// What a member subscribes to and owns; null if it is not understood.
    public static @Nullable ConsumerProtocolSubscription subscription(ByteBuffer metadata) {
        try {
            Reader in = new Reader(metadata.duplicate());
            int version = Math.min(in.int16(), ConsumerProtocolSubscription.VERSIONS.max());
            return version < 0 ? null : ConsumerProtocolSubscription.read(in, version);
        } catch (MalformedFrame _) {
            return null;
        }
    }

    /// What a member was given; nothing if there are no bytes, null if they are not understood.
    public static @Nullable ConsumerProtocolAssignment assignment(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return ConsumerProtocolAssignment.defaults();
        }
        try {
            Reader in = new Reader(bytes.duplicate());
            int version = Math.min(in.int16(), ConsumerProtocolAssignment.VERSIONS.max());
            return version < 0 ? null : ConsumerProtocolAssignment.read(in, version);
        } catch (MalformedFrame _) {
            return null;
        }
    }

    /// What a member has, in the version of its subscription. Topics that are gone are left out.
    public static ByteBuffer assigned(
            Map<Uuid, SortedMap<Integer, Integer>> partitions,
            ByteBuffer metadata,
            ClusterView view) {
        List<TopicPartition> topics = new ArrayList<>(partitions.size());
        partitions.forEach((topic, its) -> {
            String name = view.topicNames().get(topic);
            if (name != null) {
                topics.add(new TopicPartition(name, List.copyOf(its.keySet())));
            }
        });
        int version =
                Math.clamp(
                        new Reader(metadata.duplicate()).int16(),
                        0,
                        ConsumerProtocolAssignment.VERSIONS.max());
        Writer out = Writer.heap(BYTES);
        out.int16((short) version);
        new ConsumerProtocolAssignment(topics, null).write(out, version);
        return out.bytes();
    }

    /// What a member says it owns, of the topics that exist.
    public static List<TopicPartitions> owned(
            ConsumerProtocolSubscription subscription, ClusterView view) {
        List<TopicPartitions> owned = new ArrayList<>();
        for (ConsumerProtocolSubscription.TopicPartition its : subscription.ownedPartitions()) {
            Topic topic = view.topic(its.topic());
            if (topic != null) {
                owned.add(new TopicPartitions(topic.id(), its.partitions()));
            }
        }
        return owned;
    }
}

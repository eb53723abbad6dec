package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes a consumer group of the members of a classic one: each has what it was given last, and
/// should have that; the group's epoch is their generation.
public final class Conversion {
    private final int generation;
    private final ClusterView view;
    private final Draft draft;
    private boolean impossible;

    /// A member of a classic group.
    ///
    /// @param assignment what it was given last; empty if nothing yet
    public record Member(
            String id,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            ClassicMemberMetadata classic,
            ByteBuffer assignment) {}

    public Conversion(String groupId, int generation, ClusterView view) {
        this.generation = generation;
        this.view = view;
        draft = new Draft(groupId, new ConsumerState());
        draft.targetEpoch(generation, 0);
    }

    public void add(Member member) {
        ConsumerProtocolSubscription subscription =
                ConsumerProtocol.subscription(
                        member.classic.supportedProtocols().getFirst().metadata());
        ConsumerProtocolAssignment assignment = ConsumerProtocol.assignment(member.assignment);
        if (subscription == null || assignment == null || hasOther(assignment)) {
            impossible = true;
            return;
        }
        // In the middle of a rebalance what a member was given is forgotten; it said what it has.
        Map<Uuid, SortedMap<Integer, Integer>> has =
                member.assignment.hasRemaining()
                        ? partitions(assigned(assignment))
                        : free(partitions(ConsumerProtocol.owned(subscription, view)));
        impossible |= !free(has).equals(has);
        draft.member(
                member.id,
                new ConsumerGroupMemberMetadataValue(
                        member.instanceId,
                        subscription.rackId(),
                        member.clientId,
                        member.clientHost,
                        List.copyOf(new TreeSet<>(subscription.topics())),
                        null,
                        member.rebalanceTimeoutMs,
                        null,
                        member.classic));
        Map<Uuid, SortedSet<Integer>> target = new LinkedHashMap<>();
        has.forEach((topic, its) -> target.put(topic, new TreeSet<>(its.keySet())));
        draft.target(member.id, target);
        draft.current(
                member.id, new Current(MemberState.STABLE, generation, generation, has, Map.of()));
    }

    /// The group; null if its members cannot be understood, or share partitions.
    public @Nullable Draft draft() {
        if (impossible) {
            return null;
        }
        draft.epoch(generation, TopicFacts.hash(view, draft.state().subscribed()));
        return draft;
    }

    /// Whether an assignor has given a member something that would be lost.
    private static boolean hasOther(ConsumerProtocolAssignment assignment) {
        ByteBuffer userData = assignment.userData();
        return userData != null && userData.hasRemaining();
    }

    private List<TopicPartitions> assigned(ConsumerProtocolAssignment assignment) {
        List<TopicPartitions> assigned = new ArrayList<>();
        for (ConsumerProtocolAssignment.TopicPartition its : assignment.assignedPartitions()) {
            Topic topic = view.topic(its.topic());
            if (topic != null) {
                assigned.add(new TopicPartitions(topic.id(), its.partitions()));
            }
        }
        return assigned;
    }

    /// Those that exist.
    private Map<Uuid, SortedMap<Integer, Integer>> partitions(List<TopicPartitions> listed) {
        Map<Uuid, SortedMap<Integer, Integer>> partitions = new LinkedHashMap<>();
        for (TopicPartitions its : listed) {
            Topic topic = view.topic(its.topicId());
            int count = topic == null ? 0 : topic.partitions().size();
            for (int partition : its.partitions()) {
                if (partition >= 0 && partition < count) {
                    partitions
                            .computeIfAbsent(its.topicId(), _ -> new TreeMap<>())
                            .put(partition, generation);
                }
            }
        }
        return partitions;
    }

    /// Those that no member before has.
    private Map<Uuid, SortedMap<Integer, Integer>> free(
            Map<Uuid, SortedMap<Integer, Integer>> partitions) {
        Map<Uuid, SortedMap<Integer, Integer>> free = new LinkedHashMap<>();
        partitions.forEach((topic, its) ->
                its.forEach((partition, since) -> {
                    if (draft.state().owner(topic, partition) == null) {
                        free.computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition, since);
                    }
                }));
        return free;
    }
}

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
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes a consumer group of the members of a classic one. Each should have what it was given last,
/// in the members' generation, which is the group's epoch. It may still have what it said it owns
/// when it joined: until it syncs it gives up nothing.
public final class Conversion {
    private final int generation;
    private final ClusterView view;
    private final Draft draft;
    private final List<Converted> members = new ArrayList<>();
    private final Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
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
        Map<Uuid, SortedMap<Integer, Integer>> given = partitions(assigned(assignment));
        if (!free(given, member.id).equals(given)) {
            impossible = true;
            return;
        }
        members.add(new Converted(member, subscription, given));
    }

    /// The group; null if its members cannot be understood, or were given the same.
    public @Nullable Draft draft() {
        if (impossible) {
            return null;
        }
        members.forEach(this::write);
        draft.epoch(generation, TopicFacts.hash(view, draft.state().subscribed()));
        return draft;
    }

    private void write(Converted converted) {
        Member member = converted.member;
        ConsumerProtocolSubscription subscription = converted.subscription;
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
        converted.given.forEach((topic, its) -> target.put(topic, new TreeSet<>(its.keySet())));
        draft.target(member.id, target);
        Map<Uuid, SortedMap<Integer, Integer>> has = new LinkedHashMap<>(converted.given);
        free(partitions(ConsumerProtocol.owned(subscription, view)), member.id)
                .forEach((topic, its) -> {
                    SortedMap<Integer, Integer> all = new TreeMap<>(its);
                    all.putAll(has.getOrDefault(topic, Collections.emptySortedMap()));
                    has.put(topic, all);
                });
        draft.current(
                member.id, new Current(MemberState.STABLE, generation, generation, has, Map.of()));
    }

    /// A member that can be understood, and what it was given.
    private record Converted(
            Member member,
            ConsumerProtocolSubscription subscription,
            Map<Uuid, SortedMap<Integer, Integer>> given) {}

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

    /// Takes those that no member before has.
    private Map<Uuid, SortedMap<Integer, Integer>> free(
            Map<Uuid, SortedMap<Integer, Integer>> partitions, String member) {
        Map<Uuid, SortedMap<Integer, Integer>> free = new LinkedHashMap<>();
        partitions.forEach((topic, its) -> {
            Map<Integer, String> taken = owners.computeIfAbsent(topic, _ -> new HashMap<>());
            its.forEach((partition, since) -> {
                String owner = taken.putIfAbsent(partition, member);
                if (owner == null || owner.equals(member)) {
                    free.computeIfAbsent(topic, _ -> new TreeMap<>()).put(partition, since);
                }
            });
        });
        return free;
    }
}

package io.octavo.broker.group.consumer;

import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a member has, as far as the coordinator can know. Immutable.
///
/// @param state on its way to what it should have
/// @param epoch what the member must say in its heartbeats; -2 of a static member that is away
/// @param previousEpoch what it says if it missed the answer with its epoch
/// @param assigned what it may use: by topic and partition, the epoch in which it got it
/// @param revoking what it was told to give up, and has not said yet that it has
public record Current(
        MemberState state,
        int epoch,
        int previousEpoch,
        Map<Uuid, SortedMap<Integer, Integer>> assigned,
        Map<Uuid, SortedMap<Integer, Integer>> revoking) {
    /// The epoch of a static member that is away for a while.
    public static final int AWAY = -2;

    /// Of a member that is new.
    static final Current NEW = new Current(MemberState.STABLE, 0, 0, Map.of(), Map.of());

    public Current {
        assigned = Collections.unmodifiableMap(assigned);
        revoking = Collections.unmodifiableMap(revoking);
    }

    static Current of(ConsumerGroupCurrentMemberAssignmentValue value) {
        return new Current(
                MemberState.of(value.state()),
                value.memberEpoch(),
                value.previousMemberEpoch(),
                partitions(value.assignedPartitions(), value.memberEpoch()),
                partitions(value.partitionsPendingRevocation(), value.memberEpoch()));
    }

    ConsumerGroupCurrentMemberAssignmentValue value() {
        return new ConsumerGroupCurrentMemberAssignmentValue(
                epoch, previousEpoch, state.code(), listed(assigned), listed(revoking));
    }

    /// Whether it has what it should have in this epoch of the target.
    public boolean reached(int targetEpoch) {
        return state == MemberState.STABLE && epoch == targetEpoch;
    }

    /// What it has: what it may use, and what it has not given up yet.
    public Map<Uuid, SortedSet<Integer>> held() {
        Map<Uuid, SortedSet<Integer>> held = new LinkedHashMap<>();
        for (Map<Uuid, SortedMap<Integer, Integer>> part : List.of(assigned, revoking)) {
            part.forEach((topic, partitions) ->
                    held.computeIfAbsent(topic, _ -> new TreeSet<>()).addAll(partitions.keySet()));
        }
        return held;
    }

    /// The epoch in which it got a partition that it has, or is to give up; null where it has not.
    public @Nullable Integer since(Uuid topic, int partition) {
        Integer since = assigned.getOrDefault(topic, Collections.emptySortedMap()).get(partition);
        return since == null
                ? revoking.getOrDefault(topic, Collections.emptySortedMap()).get(partition)
                : since;
    }

    /// A static member goes for a while, and uses nothing meanwhile.
    Current away() {
        Map<Uuid, SortedMap<Integer, Integer>> kept = new LinkedHashMap<>();
        assigned.forEach((topic, partitions) -> {
            SortedMap<Integer, Integer> zeroed = new TreeMap<>(partitions);
            zeroed.replaceAll((_, _) -> 0);
            kept.put(topic, zeroed);
        });
        return new Current(state, AWAY, previousEpoch, kept, Map.of());
    }

    /// A static member comes back under another id, and has to say what it owns.
    Current back() {
        return new Current(state, 0, 0, assigned, revoking);
    }

    /// In another epoch; what it was in before is remembered.
    Current in(
            MemberState next,
            int nextEpoch,
            Map<Uuid, SortedMap<Integer, Integer>> nextAssigned,
            Map<Uuid, SortedMap<Integer, Integer>> nextRevoking) {
        return new Current(
                next,
                nextEpoch,
                nextEpoch == epoch ? previousEpoch : epoch,
                nextAssigned,
                nextRevoking);
    }

    private static Map<Uuid, SortedMap<Integer, Integer>> partitions(
            List<TopicPartitions> listed, int epoch) {
        Map<Uuid, SortedMap<Integer, Integer>> partitions = new LinkedHashMap<>();
        for (TopicPartitions topic : listed) {
            List<Integer> epochs =
                    Objects.requireNonNullElse(topic.assignmentEpochs(), List.<Integer>of());
            if (topic.partitions().isEmpty()) {
                continue;
            }
            SortedMap<Integer, Integer> its =
                    partitions.computeIfAbsent(topic.topicId(), _ -> new TreeMap<>());
            for (int i = 0; i < topic.partitions().size(); i++) {
                its.put(topic.partitions().get(i), i < epochs.size() ? epochs.get(i) : epoch);
            }
        }
        return partitions;
    }

    private static List<TopicPartitions> listed(Map<Uuid, SortedMap<Integer, Integer>> partitions) {
        List<TopicPartitions> listed = new ArrayList<>(partitions.size());
        partitions.forEach((topic, epochs) ->
                listed.add(
                        new TopicPartitions(
                                topic,
                                List.copyOf(epochs.keySet()),
                                List.copyOf(epochs.values()))));
        return listed;
    }
}

package io.octavo.broker.group.consumer;

import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One step of a member from what it has to what it should have. First it gives up what it has to;
/// only then it gets something, and of that only what nobody has any more.
final class Reconciliation {
    private final ConsumerState state;
    private final ConsumerMember member;

    /// The topics that it subscribes to.
    private final Set<Uuid> topics;

    /// What it says it owns; null when it does not say.
    private final @Nullable List<TopicPartitions> owned;

    Reconciliation(
            ConsumerState state,
            ConsumerMember member,
            Set<Uuid> topics,
            @Nullable List<TopicPartitions> owned) {
        this.state = state;
        this.member = member;
        this.topics = topics;
        this.owned = owned;
    }

    /// @param resubscribed whether its subscription has just changed: what it does not subscribe to
    ///   any more it need not wait for the next target to give up
    /// @return what it has then; null when it must forget everything and join again
    @Nullable Current step(boolean resubscribed) {
        Current now = member.current();
        return switch (now.state()) {
            case STABLE -> {
                if (now.epoch() != state.targetEpoch()) {
                    yield next(now.epoch());
                }
                yield resubscribed ? unsubscribe() : now;
            }
            case UNREVOKED_PARTITIONS -> {
                if (!owns(now.revoking())) {
                    yield next(now.epoch());
                }
                yield resubscribed ? unsubscribe() : now;
            }
            case UNRELEASED_PARTITIONS -> next(now.epoch());
            case UNKNOWN -> owned == null || !owned.isEmpty() ? null : next(state.targetEpoch());
        };
    }

    private Current next(int epoch) {
        Map<Uuid, SortedMap<Integer, Integer>> kept = new LinkedHashMap<>();
        Map<Uuid, SortedMap<Integer, Integer>> revoking = new LinkedHashMap<>();
        member.current()
                .assigned()
                .forEach((topic, partitions) ->
                        partitions.forEach((partition, since) ->
                                (target(topic).contains(partition) ? kept : revoking)
                                        .computeIfAbsent(topic, _ -> new TreeMap<>())
                                        .put(partition, since)));
        if (owns(revoking)) {
            return member.current().in(MemberState.UNREVOKED_PARTITIONS, epoch, kept, revoking);
        }
        boolean waits = take(kept);
        return member.current()
                .in(
                        waits ? MemberState.UNRELEASED_PARTITIONS : MemberState.STABLE,
                        state.targetEpoch(),
                        kept,
                        Map.of());
    }

    /// Takes what it should have and nobody else has.
    ///
    /// @return whether somebody still has something of it
    private boolean take(Map<Uuid, SortedMap<Integer, Integer>> into) {
        boolean waits = false;
        for (Uuid topic : state.target(member.id()).keySet()) {
            for (int partition : target(topic)) {
                String owner = state.owner(topic, partition);
                if (owner == null || owner.equals(member.id())) {
                    into.computeIfAbsent(topic, _ -> new TreeMap<>())
                            .putIfAbsent(partition, state.targetEpoch());
                } else {
                    waits = true;
                }
            }
        }
        return waits;
    }

    private SortedSet<Integer> target(Uuid topic) {
        SortedSet<Integer> target = state.target(member.id()).get(topic);
        return target == null || !topics.contains(topic) ? Collections.emptySortedSet() : target;
    }

    /// Within its epoch it gives up the topics that it does not subscribe to.
    private Current unsubscribe() {
        Current now = member.current();
        Set<Uuid> dropped = new HashSet<>(now.assigned().keySet());
        dropped.removeAll(topics);
        if (dropped.isEmpty()) {
            return now;
        }
        Map<Uuid, SortedMap<Integer, Integer>> kept = new LinkedHashMap<>(now.assigned());
        Map<Uuid, SortedMap<Integer, Integer>> revoking = new LinkedHashMap<>(now.revoking());
        for (Uuid topic : dropped) {
            SortedMap<Integer, Integer> all =
                    new TreeMap<>(revoking.getOrDefault(topic, Collections.emptySortedMap()));
            all.putAll(now.assigned().get(topic));
            revoking.put(topic, all);
            kept.remove(topic);
        }
        return owns(revoking)
                ? now.in(MemberState.UNREVOKED_PARTITIONS, now.epoch(), kept, revoking)
                : now.in(now.state(), now.epoch(), kept, now.revoking());
    }

    /// Whether it owns some of these partitions, as far as it says.
    private boolean owns(Map<Uuid, SortedMap<Integer, Integer>> partitions) {
        if (partitions.isEmpty() || owned == null) {
            return !partitions.isEmpty();
        }
        for (TopicPartitions topic : owned) {
            SortedMap<Integer, Integer> its = partitions.get(topic.topicId());
            if (its != null && !Collections.disjoint(its.keySet(), topic.partitions())) {
                return true;
            }
        }
        return false;
    }
}

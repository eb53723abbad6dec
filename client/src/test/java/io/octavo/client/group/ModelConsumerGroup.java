package io.octavo.client.group;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// KIP-848 in its simplest form: the partitions of one topic, dealt out in turn. A partition goes
/// to its next member when the one before has said that it has it no more, or is gone.
final class ModelConsumerGroup {
    static final Uuid TOPIC = new Uuid(8, 48);
    private static final int INTERVAL_MS = 5_000;

    private final int partitions;
    private final Map<String, Known> members = new TreeMap<>();
    private int groupEpoch;

    /// A member as it is known.
    private static final class Known {
        int epoch;

        /// What it may have by what it was told, and by what it said.
        Set<Integer> has = new HashSet<>();

        /// What it was told to have.
        Set<Integer> told = new HashSet<>();
    }

    ModelConsumerGroup(int partitions) {
        this.partitions = partitions;
    }

    /// Forgets a member, as if it had been silent for too long.
    void expire(String memberId) {
        if (members.remove(memberId) != null) {
            groupEpoch++;
        }
    }

    boolean knows(String memberId) {
        return members.containsKey(memberId);
    }

    ConsumerGroupHeartbeatResponse heard(ConsumerGroupHeartbeatRequest request) {
        String id = request.memberId();
        if (request.memberEpoch() < 0) {
            expire(id);
            return ConsumerGroupHeartbeatResponse.defaults();
        }
        Known member = members.get(id);
        if (request.memberEpoch() == 0) {
            if (member == null) {
                groupEpoch++;
            }
            member = new Known();
            members.put(id, member);
        } else if (member == null) {
            return error(ErrorCode.UNKNOWN_MEMBER_ID);
        } else if (request.memberEpoch() > member.epoch
                || (request.memberEpoch() < member.epoch && request.topicPartitions() == null)) {
            return error(ErrorCode.FENCED_MEMBER_EPOCH);
        }
        var owned = request.topicPartitions();
        if (owned != null) {
            Set<Integer> said = new HashSet<>();
            owned.forEach(its -> said.addAll(its.partitions()));
            if (!member.has.containsAll(said)) {
                throw new AssertionError(id + " says it has " + said + ", not of " + member.has);
            }
            if (member.told.containsAll(said)) {
                member.has = new HashSet<>(member.told);
            }
        }
        return answer(member, id, request.subscribedTopicNames() != null);
    }

    private ConsumerGroupHeartbeatResponse answer(Known member, String id, boolean asked) {
        Set<Integer> before = member.told;
        Set<Integer> target = target(id);
        Set<Integer> told = new HashSet<>(target);
        told.removeIf(index -> !member.has.contains(index) && isTaken(index, member));
        Set<Integer> kept = new HashSet<>(member.has);
        kept.retainAll(target);
        if (!kept.equals(member.has)) {
            // First it gives up, then it gets.
            told = kept;
        } else {
            member.epoch = groupEpoch;
            member.has.addAll(told);
        }
        member.told = told;
        ConsumerGroupHeartbeatResponse answer =
                ConsumerGroupHeartbeatResponse.defaults()
                        .withMemberId(id)
                        .withMemberEpoch(member.epoch)
                        .withHeartbeatIntervalMs(INTERVAL_MS);
        return asked || !told.equals(before)
                ? answer.withAssignment(
                        new Assignment(
                                told.isEmpty()
                                        ? List.of()
                                        : List.of(
                                                new TopicPartitions(
                                                        TOPIC, List.copyOf(new TreeSet<>(told))))))
                : answer;
    }

    private boolean isTaken(int index, Known but) {
        return members.values().stream().anyMatch(one -> one != but && one.has.contains(index));
    }

    private Set<Integer> target(String id) {
        List<String> all = List.copyOf(members.keySet());
        Set<Integer> target = new HashSet<>();
        for (int i = all.indexOf(id); i < partitions; i += all.size()) {
            target.add(i);
        }
        return target;
    }

    private static ConsumerGroupHeartbeatResponse error(ErrorCode error) {
        return ConsumerGroupHeartbeatResponse.defaults().withErrorCode(error.code());
    }
}

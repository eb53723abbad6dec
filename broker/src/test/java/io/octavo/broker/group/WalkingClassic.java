package io.octavo.broker.group;

import io.octavo.broker.group.consumer.ConsumerProtocol;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A consumer of a random walk that speaks the classic protocol, the cooperative way: it keeps what
/// it has while it joins, gives up what it is not given again, and then joins once more.
final class WalkingClassic {
    private static final String PROTOCOL = "cooperative";
    private static final int VERSION = 1;

    String id = "";
    final TreeSet<Integer> owned = new TreeSet<>();
    private final String group;
    private final String topic;
    private final int partitions;
    private int generation = -1;
    private @Nullable JoinGroupResponse joined;
    private boolean stable;

    /// Whether it waits for an answer.
    boolean asking;

    boolean gone;

    /// How often it was told that there is no memory for it.
    int waits;

    WalkingClassic(String group, String topic, int partitions) {
        this.group = group;
        this.topic = topic;
        this.partitions = partitions;
    }

    boolean isStable() {
        return stable;
    }

    /// Whether it has to join next, and not to sync.
    boolean isToJoin() {
        return joined == null;
    }

    JoinGroupRequest join() {
        asking = true;
        return JoinGroupRequest.defaults()
                .withGroupId(group)
                .withMemberId(id)
                .withSessionTimeoutMs(45_000)
                .withRebalanceTimeoutMs(60_000)
                .withProtocolType(ConsumerProtocol.TYPE)
                .withProtocols(List.of(new JoinGroupRequestProtocol(PROTOCOL, subscription())));
    }

    /// Null when the answer is lost.
    void joined(@Nullable JoinGroupResponse response) {
        asking = false;
        if (response == null || gone) {
            return;
        }
        switch (ErrorCode.of(response.errorCode())) {
            case NONE -> {
                id = response.memberId();
                generation = response.generationId();
                joined = response;
            }
            case MEMBER_ID_REQUIRED -> id = response.memberId();
            default -> failed(ErrorCode.of(response.errorCode()));
        }
    }

    SyncGroupRequest sync() {
        asking = true;
        JoinGroupResponse its = Objects.requireNonNull(joined);
        List<SyncGroupRequestAssignment> assignments =
                its.leader().equals(id) ? assign(its.members()) : List.of();
        return new SyncGroupRequest(
                group, generation, id, null, ConsumerProtocol.TYPE, PROTOCOL, assignments);
    }

    void synced(@Nullable SyncGroupResponse response) {
        asking = false;
        joined = null;
        if (response == null || gone) {
            return;
        }
        if (response.errorCode() != 0) {
            failed(ErrorCode.of(response.errorCode()));
            return;
        }
        TreeSet<Integer> given = new TreeSet<>();
        Objects.requireNonNull(ConsumerProtocol.assignment(response.assignment()))
                .assignedPartitions()
                .forEach(its -> given.addAll(its.partitions()));
        stable = given.containsAll(owned);
        owned.clear();
        owned.addAll(given);
    }

    HeartbeatRequest heartbeat() {
        asking = true;
        return new HeartbeatRequest(group, generation, id, null);
    }

    void heard(@Nullable HeartbeatResponse response) {
        asking = false;
        if (response != null && !gone && response.errorCode() != 0) {
            failed(ErrorCode.of(response.errorCode()));
        }
    }

    private void failed(ErrorCode error) {
        switch (error) {
            case REBALANCE_IN_PROGRESS -> stable = false;
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
                owned.clear();
                stable = false;
                joined = null;
                generation = -1;
                id = error == ErrorCode.UNKNOWN_MEMBER_ID ? "" : id;
            }
            case COORDINATOR_LOAD_IN_PROGRESS -> waits++;
            case COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> {}
            default -> throw new AssertionError(error);
        }
    }

    /// Divides the topic; what another still has nobody gets now.
    private List<SyncGroupRequestAssignment> assign(List<JoinGroupResponseMember> members) {
        Map<Integer, String> owners = new HashMap<>();
        for (JoinGroupResponseMember member : members) {
            ConsumerProtocolSubscription its =
                    Objects.requireNonNull(ConsumerProtocol.subscription(member.metadata()));
            its.ownedPartitions()
                    .forEach(topic ->
                            topic.partitions().forEach(one -> owners.put(one, member.memberId())));
        }
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            String member = members.get(i).memberId();
            List<Integer> its = new ArrayList<>();
            for (int partition = i; partition < partitions; partition += members.size()) {
                if (owners.getOrDefault(partition, member).equals(member)) {
                    its.add(partition);
                }
            }
            Writer out = Writer.heap(64);
            out.int16((short) VERSION);
            new ConsumerProtocolAssignment(
                            List.of(new ConsumerProtocolAssignment.TopicPartition(topic, its)),
                            null)
                    .write(out, VERSION);
            assignments.add(new SyncGroupRequestAssignment(member, out.bytes()));
        }
        return assignments;
    }

    private ByteBuffer subscription() {
        Writer out = Writer.heap(64);
        out.int16((short) VERSION);
        ConsumerProtocolSubscription.defaults()
                .withTopics(List.of(topic))
                .withOwnedPartitions(
                        owned.isEmpty()
                                ? List.of()
                                : List.of(
                                        new ConsumerProtocolSubscription.TopicPartition(
                                                topic, List.copyOf(owned))))
                .write(out, VERSION);
        return out.bytes();
    }

    @Override
    public String toString() {
        return id + " in " + generation + " owns " + owned + (stable ? "" : " not stable");
    }
}

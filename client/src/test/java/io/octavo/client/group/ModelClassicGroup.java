package io.octavo.client.group;

import io.octavo.client.TopicPartition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A classic group in its simplest form: a generation begins when all members have come to join or
/// are gone, and its leader says who has what.
final class ModelClassicGroup {
    private enum Phase {
        STABLE,
        JOINING,
        SYNCING
    }

    /// A member, and the answers it waits for.
    private static final class Known {
        ByteBuffer subscription = ByteBuffer.allocate(0);
        ByteBuffer assigned = ByteBuffer.allocate(0);
        @Nullable Consumer<Response> joining;
        @Nullable Consumer<Response> syncing;
    }

    private final Map<String, Known> members = new TreeMap<>();

    /// Who was given an id and has not come with it yet.
    private final Set<String> invited = new HashSet<>();

    private Phase phase = Phase.STABLE;
    private int generation;
    private String leader = "";
    private int ids;

    boolean knows(String memberId) {
        return members.containsKey(memberId);
    }

    int generation() {
        return generation;
    }

    /// @param reply told the answer, now or when the others have come so far
    void hear(Request request, Consumer<Response> reply) {
        switch (request) {
            case JoinGroupRequest asked -> join(asked, reply);
            case SyncGroupRequest asked -> sync(asked, reply);
            case HeartbeatRequest asked ->
                    reply.accept(
                            HeartbeatResponse.defaults()
                                    .withErrorCode(
                                            error(asked.memberId(), asked.generationId()).code()));
            case LeaveGroupRequest asked -> {
                expire(asked.memberId());
                reply.accept(LeaveGroupResponse.defaults());
            }
            default -> throw new AssertionError("no member asks for " + request);
        }
    }

    /// Forgets a member, as if it had been silent for too long.
    void expire(String memberId) {
        invited.remove(memberId);
        Known gone = members.remove(memberId);
        if (gone == null) {
            return;
        }
        if (gone.joining != null) {
            gone.joining.accept(refused(ErrorCode.UNKNOWN_MEMBER_ID));
        }
        if (gone.syncing != null) {
            gone.syncing.accept(unsynced(ErrorCode.UNKNOWN_MEMBER_ID));
        }
        rebalance();
    }

    /// Goes on without those who have not come to join.
    void waitNoLonger() {
        if (phase == Phase.JOINING) {
            List<String> late = new ArrayList<>();
            members.forEach((id, member) -> {
                if (member.joining == null) {
                    late.add(id);
                }
            });
            late.forEach(this::expire);
        }
    }

    private void join(JoinGroupRequest request, Consumer<Response> reply) {
        String id = request.memberId();
        if (id.isEmpty()) {
            String fresh = "m" + ids++;
            invited.add(fresh);
            reply.accept(refused(ErrorCode.MEMBER_ID_REQUIRED).withMemberId(fresh));
            return;
        }
        if (!members.containsKey(id) && !invited.remove(id)) {
            reply.accept(refused(ErrorCode.UNKNOWN_MEMBER_ID));
            return;
        }
        Known member = members.computeIfAbsent(id, any -> new Known());
        member.subscription = request.protocols().getFirst().metadata();
        member.joining = reply;
        member.syncing = null;
        rebalance();
    }

    private void rebalance() {
        phase = Phase.JOINING;
        for (Known member : members.values()) {
            if (member.syncing != null) {
                member.syncing.accept(unsynced(ErrorCode.REBALANCE_IN_PROGRESS));
                member.syncing = null;
            }
        }
        if (members.values().stream().allMatch(member -> member.joining != null)) {
            begin();
        }
    }

    private void begin() {
        phase = Phase.SYNCING;
        generation++;
        List<JoinGroupResponseMember> all = new ArrayList<>();
        members.forEach((id, member) ->
                all.add(new JoinGroupResponseMember(id, null, member.subscription)));
        if (!members.containsKey(leader)) {
            leader = all.isEmpty() ? "" : all.getLast().memberId();
        }
        Assignor[] assignors = Assignor.values();
        members.forEach((id, member) -> {
            if (member.joining != null) {
                member.joining.accept(
                        JoinGroupResponse.defaults()
                                .withGenerationId(generation)
                                .withProtocolName(
                                        assignors[generation % assignors.length].protocol())
                                .withLeader(leader)
                                .withMemberId(id)
                                .withMembers(id.equals(leader) ? all : List.of()));
            }
            member.joining = null;
        });
    }

    private void sync(SyncGroupRequest request, Consumer<Response> reply) {
        ErrorCode error = error(request.memberId(), request.generationId());
        Known member = members.get(request.memberId());
        if (member == null || error != ErrorCode.NONE) {
            reply.accept(unsynced(error));
            return;
        }
        member.syncing = reply;
        if (phase == Phase.SYNCING && request.memberId().equals(leader)) {
            deal(request);
            phase = Phase.STABLE;
        }
        if (phase == Phase.STABLE) {
            for (Known one : members.values()) {
                if (one.syncing != null) {
                    one.syncing.accept(SyncGroupResponse.defaults().withAssignment(one.assigned));
                }
                one.syncing = null;
            }
        }
    }

    /// Takes what the leader has assigned: something for everyone, to nobody what it does not read,
    /// and nothing twice.
    private void deal(SyncGroupRequest request) {
        Set<TopicPartition> dealt = new HashSet<>();
        Set<String> served = new HashSet<>();
        request.assignments()
                .forEach(its -> {
                    Known member = members.get(its.memberId());
                    if (member == null || !served.add(its.memberId())) {
                        throw new AssertionError(its.memberId() + " is given something");
                    }
                    for (TopicPartition one : ConsumerProtocol.partitions(its.assignment())) {
                        if (!dealt.add(one)
                                || !ConsumerProtocol.topics(member.subscription)
                                        .contains(one.topic())) {
                            throw new AssertionError(its.memberId() + " is given " + one);
                        }
                    }
                    member.assigned = its.assignment();
                });
        if (!served.equals(members.keySet())) {
            throw new AssertionError("only " + served + " of " + members.keySet() + " are served");
        }
    }

    private ErrorCode error(String memberId, int its) {
        if (!members.containsKey(memberId)) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (its != generation) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        return phase == Phase.JOINING ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
    }

    private static JoinGroupResponse refused(ErrorCode error) {
        return JoinGroupResponse.defaults().withErrorCode(error.code());
    }

    private static SyncGroupResponse unsynced(ErrorCode error) {
        return SyncGroupResponse.defaults().withErrorCode(error.code());
    }
}

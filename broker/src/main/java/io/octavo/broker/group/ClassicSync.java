package io.octavo.broker.group;

import io.octavo.broker.group.History.Cause;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rules of SyncGroup for classic groups: members wait for the leader's; that is written, and
/// then everybody is told.
final class ClassicSync {
    private final ClassicGroup group;
    private final ClassicMembers members;
    private final ClassicRebalance rebalance;

    ClassicSync(ClassicGroup group, ClassicRebalance rebalance) {
        this.group = group;
        this.rebalance = rebalance;
        members = group.members();
    }

    Write of(SyncGroupRequest request, Consumer<SyncGroupResponse> answer) {
        ErrorCode error = check(request);
        ClassicMember member = members.get(request.memberId());
        if (error != ErrorCode.NONE || member == null) {
            return Write.answer(() -> answer.accept(ClassicAnswers.sync(error)));
        }
        if (group.is(ClassicState.STABLE)) {
            return Write.answer(() -> {
                members.synced(member.id());
                answer.accept(assigned(member));
            });
        }
        return members.isLeader(member.id())
                ? assign(member, request, answer)
                : Write.answer(() -> {
                    members.synced(member.id());
                    member.waitForSync(answer);
                });
    }

    private ErrorCode check(SyncGroupRequest request) {
        if (group.is(ClassicState.DEAD)) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        ErrorCode known = members.check(request.memberId(), request.groupInstanceId());
        if (known != ErrorCode.NONE) {
            return known;
        }
        if (request.generationId() != group.generation()) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        if (contradicts(request.protocolType(), group.protocolType())
                || contradicts(request.protocolName(), group.protocol())) {
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        return switch (group.is()) {
            case PREPARING_REBALANCE -> ErrorCode.REBALANCE_IN_PROGRESS;
            case COMPLETING_REBALANCE, STABLE -> ErrorCode.NONE;
            case EMPTY, DEAD -> ErrorCode.UNKNOWN_MEMBER_ID;
        };
    }

    private static boolean contradicts(@Nullable String said, @Nullable String known) {
        return said != null && known != null && !said.equals(known);
    }

    private SyncGroupResponse assigned(ClassicMember member) {
        return new SyncGroupResponse(
                0,
                ErrorCode.NONE.code(),
                group.protocolType(),
                group.protocol(),
                member.assignment());
    }

    private Write assign(
            ClassicMember leader, SyncGroupRequest request, Consumer<SyncGroupResponse> answer) {
        Map<String, ByteBuffer> assignments = new HashMap<>();
        for (SyncGroupRequestAssignment one : request.assignments()) {
            assignments.put(one.memberId(), one.assignment());
        }
        Consumer<ErrorCode> failed =
                error -> {
                    if (group.is(ClassicState.COMPLETING_REBALANCE)) {
                        leader.waitForSync(answer);
                        members.all().forEach(member -> answer(member, ClassicAnswers.sync(error)));
                        group.history().note(Cause.NOT_WRITTEN, leader.id(), null);
                        rebalance.prepare("the assignment could not be written: " + error);
                    } else {
                        answer.accept(ClassicAnswers.sync(error));
                    }
                };
        if (!hasRoom(assignments)) {
            // COORDINATOR_LOAD_IN_PROGRESS is the end for a client that syncs.
            return Write.answer(() -> failed.accept(ErrorCode.COORDINATOR_NOT_AVAILABLE));
        }
        return new Write(
                List.of(
                        group.record(
                                members.all(),
                                leader.id(),
                                member -> assignment(assignments, member))),
                () -> {
                    members.synced(leader.id());
                    leader.waitForSync(answer);
                    for (ClassicMember member : members.all()) {
                        members.assign(member, assignment(assignments, member));
                    }
                    group.become(ClassicState.STABLE, leader.id() + " has assigned");
                    members.all().forEach(member -> answer(member, assigned(member)));
                },
                failed);
    }

    /// Whether there is memory for what is assigned.
    private boolean hasRoom(Map<String, ByteBuffer> assignments) {
        long planned = group.memberBytes();
        for (ClassicMember member : members.all()) {
            planned += assignment(assignments, member).remaining();
            planned -= member.assignment().remaining();
        }
        return group.shard().memory().admit(group.id(), planned, planned, false) == ErrorCode.NONE;
    }

    private static ByteBuffer assignment(
            Map<String, ByteBuffer> assignments, ClassicMember member) {
        return assignments.getOrDefault(member.id(), ClassicMember.NO_BYTES);
    }

    private static void answer(ClassicMember member, SyncGroupResponse response) {
        if (member.answerSync(response)) {
            member.session().extend(member.terms().sessionTimeoutMs());
        }
    }
}

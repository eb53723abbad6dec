package io.octavo.broker.group;

import io.octavo.broker.group.ClassicMember.Terms;
import io.octavo.broker.group.History.Cause;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rules of JoinGroup for classic groups. The answer waits until the members' generation
/// begins, unless the member is in it already or may not join.
final class ClassicJoin {
    /// From this version on a member is given its id before it may join (KIP-394).
    private static final int ID_REQUIRED_FROM = 4;

    /// From this version on a leader is told that it need not assign.
    private static final int SKIP_FROM = 9;

    /// For how long somebody may wait who does not know its id: should it give up, its next join
    /// makes one more member, and nothing else would tell of the first.
    private static final int UNBORN_MS = 300_000;

    /// Of what a client calls itself, as a part of its members' ids.
    private static final int NAME_CHARS_MAX = 255;

    private static final long VERSION_BITS = 0xF000L;
    private static final long RANDOM_VERSION = 0x4000L;
    private static final long VARIANT = 1L << 63;
    private static final int VARIANT_BITS = 2;

    private final ClassicGroup group;
    private final ClassicMembers members;
    private final ClassicRebalance rebalance;

    ClassicJoin(ClassicGroup group, ClassicRebalance rebalance) {
        this.group = group;
        this.rebalance = rebalance;
        members = group.members();
    }

    /// Joins a group that does not exist. It is written before it has a member.
    ///
    /// @param generation the last that another group of its name has had; 0 if none
    static Write first(
            GroupShard shard,
            int generation,
            JoinGroupRequest request,
            Client client,
            Consumer<JoinGroupResponse> answer) {
        String memberId = request.memberId();
        if (!memberId.isEmpty()) {
            return refuse(memberId, ErrorCode.UNKNOWN_MEMBER_ID, answer);
        }
        if (!offersAnything(request)) {
            return refuse(memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, answer);
        }
        long bytes = ClassicMember.bytes(likeItsId(request, client), request, client);
        ErrorCode room = shard.memory().admit(request.groupId(), bytes, bytes, true);
        if (room != ErrorCode.NONE) {
            return refuse(memberId, room, answer);
        }
        ClassicGroup group = ClassicGroup.after(generation, shard, request.groupId());
        return new Write(
                List.of(
                        ClassicRecords.of(
                                group.id(), ClassicRecords.empty("", generation, group.wallMs()))),
                () -> {
                    shard.put(group);
                    group.join(request, client, answer).committed().run();
                },
                error -> answer.accept(ClassicAnswers.join(memberId, error)));
    }

    Write of(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        String memberId = request.memberId();
        boolean fits =
                group.is(ClassicState.EMPTY)
                        ? offersAnything(request)
                        : request.protocolType().equals(group.protocolType())
                                && members.support(request.protocols());
        if (group.is(ClassicState.DEAD)) {
            return refuse(memberId, ErrorCode.COORDINATOR_NOT_AVAILABLE, answer);
        }
        if (!hasRoom(memberId)) {
            return Write.answer(() -> {
                rebalance.refused(memberId);
                answer.accept(ClassicAnswers.join("", ErrorCode.GROUP_MAX_SIZE_REACHED));
            });
        }
        if (!fits) {
            return refuse(memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, answer);
        }
        ErrorCode room = room(request, client);
        if (room != ErrorCode.NONE) {
            return tryAgain(request, room, answer);
        }
        return memberId.isEmpty()
                ? newMember(request, client, answer)
                : knownMember(request, client, answer);
    }

    /// Whether there is memory for somebody who says this. A stranger is not asked for: it is
    /// refused for what it is.
    private ErrorCode room(JoinGroupRequest request, Client client) {
        String memberId = request.memberId();
        ClassicMember before = before(request);
        if (before == null && !memberId.isEmpty() && !isPending(request)) {
            return ErrorCode.NONE;
        }
        String id = memberId.isEmpty() ? likeItsId(request, client) : memberId;
        long said = members.bytesWith(before, id, request, client);
        long planned = group.memberBytes() - members.bytes() + said;
        return group.shard().memory().admit(group.id(), said, planned, before == null);
    }

    /// The member that it is, or whose place it takes; null of who is new.
    private @Nullable ClassicMember before(JoinGroupRequest request) {
        String memberId = request.memberId();
        String instanceId = request.groupInstanceId();
        if (!memberId.isEmpty()) {
            boolean known = members.check(memberId, instanceId) == ErrorCode.NONE;
            return known ? members.get(memberId) : null;
        }
        return instanceId == null ? null : member(members.withInstance(instanceId));
    }

    private boolean isPending(JoinGroupRequest request) {
        return members.isPending(request.memberId()) && request.groupInstanceId() == null;
    }

    /// Whoever is a member stays one. Who may become one is not waited for: it asks for another id.
    private Write tryAgain(
            JoinGroupRequest request, ErrorCode error, Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> {
            ClassicMember before = before(request);
            if (before != null) {
                before.session().extend(before.terms().sessionTimeoutMs());
            } else if (isPending(request)) {
                rebalance.refused(request.memberId());
            }
            answer.accept(ClassicAnswers.join(request.memberId(), error));
        });
    }

    private static boolean offersAnything(JoinGroupRequest request) {
        return !request.protocolType().isEmpty() && !request.protocols().isEmpty();
    }

    private static Write refuse(
            String memberId, ErrorCode error, Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> answer.accept(ClassicAnswers.join(memberId, error)));
    }

    /// While members join again, those who wait count: a group that became too large gets smaller.
    private boolean hasRoom(String memberId) {
        int max = group.context().config().get().membersMax();
        ClassicMember member = members.get(memberId);
        return switch (group.is()) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE ->
                    members.joining() < max || (member != null && member.joins());
            case COMPLETING_REBALANCE, STABLE -> members.size() < max || member != null;
        };
    }

    private Write newMember(
            JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        String instanceId = request.groupInstanceId();
        if (instanceId != null) {
            String memberId = memberId(instanceId);
            ClassicMember old = member(members.withInstance(instanceId));
            return old == null
                    ? add(memberId, request, client, answer)
                    : replace(old, memberId, request, client, answer);
        }
        String memberId = memberId(client.id());
        if (client.apiVersion() < ID_REQUIRED_FROM) {
            return add(memberId, request, client, answer);
        }
        return Write.answer(() -> {
            Session session = group.session(memberId);
            members.addPending(memberId, session);
            session.extend(request.sessionTimeoutMs());
            answer.accept(ClassicAnswers.join(memberId, ErrorCode.MEMBER_ID_REQUIRED));
        });
    }

    private @Nullable ClassicMember member(@Nullable String memberId) {
        return memberId == null ? null : members.get(memberId);
    }

    private String memberId(String name) {
        Randomness randomness = group.context().randomness();
        long high = (randomness.nextLong() & ~VERSION_BITS) | RANDOM_VERSION;
        long low = (randomness.nextLong() >>> VARIANT_BITS) | VARIANT;
        return cut(name) + "-" + new UUID(high, low);
    }

    /// An id as long as the one that somebody is given who has none.
    private static String likeItsId(JoinGroupRequest request, Client client) {
        String instanceId = request.groupInstanceId();
        return cut(instanceId == null ? client.id() : instanceId) + "-" + new UUID(0, 0);
    }

    /// Not within a pair of surrogates: half of one cannot be sent, and the id would come back as
    /// another.
    private static String cut(String name) {
        if (name.length() <= NAME_CHARS_MAX) {
            return name;
        }
        boolean splits = Character.isHighSurrogate(name.charAt(NAME_CHARS_MAX - 1));
        return name.substring(0, splits ? NAME_CHARS_MAX - 1 : NAME_CHARS_MAX);
    }

    private Write knownMember(
            JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        String memberId = request.memberId();
        String instanceId = request.groupInstanceId();
        if (isPending(request)) {
            return add(memberId, request, client, answer);
        }
        ErrorCode known = members.check(memberId, instanceId);
        ClassicMember member = members.get(memberId);
        if (known != ErrorCode.NONE || member == null) {
            return refuse(memberId, known, answer);
        }
        Terms terms = Terms.of(request);
        boolean changed = !terms.protocols().equals(member.terms().protocols());
        return switch (group.is()) {
            case PREPARING_REBALANCE -> rejoin(member, request, changed, answer);
            case COMPLETING_REBALANCE ->
                    changed ? rejoin(member, request, true, answer) : present(member, answer);
            case STABLE ->
                    changed || members.isLeader(memberId)
                            ? rejoin(member, request, changed, answer)
                            : present(member, answer);
            case EMPTY, DEAD -> refuse(memberId, ErrorCode.UNKNOWN_MEMBER_ID, answer);
        };
    }

    /// Tells a member of the generation that it is in.
    private Write present(ClassicMember member, Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> {
            JoinGroupResponse joined = rebalance.joined(member);
            answer.accept(group.is(ClassicState.STABLE) ? joined.withMembers(List.of()) : joined);
        });
    }

    private Write add(
            String memberId,
            JoinGroupRequest request,
            Client client,
            Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> {
            ClassicMember member =
                    new ClassicMember(
                            memberId,
                            request.groupInstanceId(),
                            client,
                            Terms.of(request),
                            group.session(memberId));
            member.markUnborn(true);
            member.waitForJoin(answer);
            if (members.isEmpty()) {
                group.takeProtocolType(request.protocolType());
            }
            members.add(member);
            member.session().extend(UNBORN_MS);
            group.history().note(Cause.JOINED, memberId, request.reason());
            rebalance.joined(true, memberId + " joined");
        });
    }

    private Write rejoin(
            ClassicMember member,
            JoinGroupRequest request,
            boolean changed,
            Consumer<JoinGroupResponse> answer) {
        return Write.answer(() -> {
            boolean causes = changed || !group.is(ClassicState.PREPARING_REBALANCE);
            members.rejoin(member, Terms.of(request), answer);
            if (causes) {
                group.history()
                        .note(changed ? Cause.CHANGED : Cause.ASKED, member.id(), request.reason());
            }
            rebalance.joined(false, member.id() + " joined again");
        });
    }

    /// A static member that was started anew. In a stable group it only takes over, unless the
    /// group would have to choose another protocol.
    private Write replace(
            ClassicMember old,
            String memberId,
            JoinGroupRequest request,
            Client client,
            Consumer<JoinGroupResponse> answer) {
        Terms terms = Terms.of(request);
        ClassicMember successor =
                new ClassicMember(
                        memberId, old.instanceId(), client, terms, group.session(memberId));
        successor.assign(old.assignment());
        if (group.is(ClassicState.STABLE)
                && members.protocolWith(old.id(), terms).equals(group.protocol())) {
            return takeOver(old, successor, client, answer);
        }
        return Write.answer(() -> {
            boolean prepares = !group.is(ClassicState.PREPARING_REBALANCE);
            successor.waitForJoin(answer);
            members.replace(old, successor);
            successor.session().extend(terms.sessionTimeoutMs());
            if (prepares) {
                group.history().note(Cause.REPLACED, memberId, request.reason());
            }
            rebalance.joined(false, memberId + " took over from " + old.id());
        });
    }

    private Write takeOver(
            ClassicMember old,
            ClassicMember successor,
            Client client,
            Consumer<JoinGroupResponse> answer) {
        String leader = members.leader();
        boolean leads = members.isLeader(old.id());
        List<ClassicMember> written = new ArrayList<>(members.all());
        written.remove(old);
        written.add(successor);
        return new Write(
                List.of(
                        group.record(
                                written,
                                leads ? successor.id() : leader,
                                ClassicMember::assignment)),
                () -> {
                    members.replace(old, successor);
                    successor.session().extend(successor.terms().sessionTimeoutMs());
                    JoinGroupResponse joined = rebalance.joined(successor);
                    // An older leader would assign, and nobody would be told: it is shown its
                    // predecessor as the leader.
                    answer.accept(
                            client.apiVersion() >= SKIP_FROM
                                    ? joined.withSkipAssignment(leads)
                                    : joined.withLeader(leader == null ? "" : leader)
                                            .withMembers(List.of()));
                },
                error ->
                        answer.accept(
                                rebalance
                                        .joined(successor)
                                        .withErrorCode(error.code())
                                        .withMembers(List.of())
                                        .withMemberId("")));
    }
}

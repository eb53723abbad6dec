package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.ClientException;
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A member of a classic group, in which one member assigns for all. It gives up everything before
/// it joins again, as Apache Kafka's consumers do that have `range` or `roundrobin` among their
/// assignors.
///
/// ```
///     ┌───────────────── another rebalance, unknown, fenced ──────────────────┐
///     v              joined, leads                 topics known               │
///  JOINING ────────────────────────> ASSIGNING ────────────────> SYNCING ─────┤ synced
///     ^  └──────────────── joined, follows ─────────────────────────^         v
///     │ gave up                      a rebalance, other topics             MEMBER
///  GIVING_UP <────────────────────────────────────────────────────────────────┘
///
///  any ── leave ──> LEAVING ── heard, or not in time ──> OVER
/// ```
final class ClassicMembership implements Membership {
    private static final int NO_GENERATION = -1;
    private static final int HEARTBEAT_MS = 3_000;

    /// What a JoinGroup's answer takes besides the rebalance.
    private static final int JOIN_EXTRA_MS = 5_000;

    /// In later versions several may leave at once.
    private static final VersionRange LEAVE_ALONE = new VersionRange(0, 2);

    private enum State {
        JOINING,
        ASSIGNING,
        SYNCING,
        MEMBER,
        GIVING_UP,
        LEAVING,
        OVER
    }

    private final GroupConsumerConfig config;
    private final Backoff backoff = new Backoff();

    private State state = State.JOINING;
    private String memberId = "";
    private int generation = NO_GENERATION;
    private String protocol = "";
    private long heartbeatMs;
    private boolean asking;
    private boolean joined;
    private int losses;
    private @Nullable ClientException failure;
    private Set<String> subscribed = Set.of();

    /// What it has said it reads when it joined.
    private Set<String> joinedFor = Set.of();

    private Set<TopicPartition> owned = Set.of();

    /// What all members read, by their ids; only the leader knows it.
    private Map<String, List<String>> members = Map.of();

    private Map<String, Integer> partitions = Map.of();

    /// What the leader has assigned by.
    private Map<String, Integer> assignedBy = Map.of();

    private List<SyncGroupRequestAssignment> assignments = List.of();

    ClassicMembership(GroupConsumerConfig config) {
        this.config = config;
    }

    @Override
    public @Nullable Ask<?, ?> next(long nowMs) {
        long due = dueMs();
        if (due == Long.MAX_VALUE || nowMs < due) {
            return null;
        }
        asking = true;
        return switch (state) {
            case JOINING ->
                    new Ask<>(
                            JoinGroupRequest.API,
                            JoinGroupRequest.API.versions(),
                            join(),
                            config.rebalanceTimeoutMs() + JOIN_EXTRA_MS);
            case SYNCING -> Ask.of(SyncGroupRequest.API, sync());
            case MEMBER, GIVING_UP -> Ask.of(HeartbeatRequest.API, heartbeat());
            case LEAVING -> new Ask<>(LeaveGroupRequest.API, LEAVE_ALONE, leaving(), 0);
            case ASSIGNING, OVER -> throw new IllegalStateException(state + " has nothing to say");
        };
    }

    @Override
    public long dueMs() {
        if (asking) {
            return Long.MAX_VALUE;
        }
        return switch (state) {
            case JOINING, SYNCING, LEAVING -> backoff.untilMs();
            case MEMBER, GIVING_UP -> Math.max(heartbeatMs, backoff.untilMs());
            case ASSIGNING, OVER -> Long.MAX_VALUE;
        };
    }

    /// An answer to what was asked before the state changed says nothing any more.
    @Override
    public boolean answered(Response answer, long nowMs) {
        asking = false;
        ErrorCode error =
                switch (answer) {
                    case JoinGroupResponse said -> joined(said, nowMs);
                    case SyncGroupResponse said -> synced(said, nowMs);
                    case HeartbeatResponse said -> heard(said, nowMs);
                    case LeaveGroupResponse said -> left(said);
                    default -> throw new IllegalStateException("nothing has asked for " + answer);
                };
        return !Membership.isElsewhere(error);
    }

    @Override
    public void unanswered(long nowMs) {
        asking = false;
        if (state == State.SYNCING) {
            become(State.JOINING);
        }
        backoff.failed(nowMs);
    }

    @Override
    public void failed(ClientException reason) {
        asking = false;
        failure = reason;
        lose();
        become(State.OVER);
    }

    @Override
    public void subscribe(Set<String> names) {
        if (!subscribed.equals(names)) {
            subscribed = new TreeSet<>(names);
            rejoin();
        }
    }

    @Override
    public void topics(Collection<TopicDescription> all) {
        Map<String, Integer> counts = new HashMap<>();
        all.forEach(topic -> counts.put(topic.name(), topic.partitions().size()));
        partitions = counts;
        if (state == State.ASSIGNING) {
            assign();
        } else if (!members.isEmpty() && !read(counts).equals(assignedBy)) {
            rejoin();
        }
    }

    @Override
    public boolean isLookingForTopics() {
        return state == State.ASSIGNING;
    }

    @Override
    public Set<String> othersTopics() {
        Set<String> others = new TreeSet<>();
        members.values().forEach(others::addAll);
        return others;
    }

    @Override
    public Assignment assignment() {
        boolean givingUp = state == State.GIVING_UP;
        return new Assignment(
                givingUp ? Set.of() : owned, givingUp, losses, memberId, generation, false);
    }

    @Override
    public void gaveUp(Assignment followed) {
        if (state == State.GIVING_UP && followed.equals(assignment())) {
            owned = Set.of();
            become(State.JOINING);
        }
    }

    @Override
    public void leave() {
        if (state != State.OVER && state != State.LEAVING) {
            lose();
            backoff.succeeded();
            become(memberId.isEmpty() && !asking ? State.OVER : State.LEAVING);
        }
    }

    @Override
    public boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public @Nullable ClientException failure() {
        return failure;
    }

    @Override
    public boolean hasJoined() {
        return joined;
    }

    private JoinGroupRequest join() {
        joinedFor = subscribed;
        List<JoinGroupRequestProtocol> protocols = new ArrayList<>();
        for (Assignor assignor : Assignor.values()) {
            protocols.add(
                    new JoinGroupRequestProtocol(
                            assignor.protocol(), ConsumerProtocol.subscription(subscribed)));
        }
        return JoinGroupRequest.defaults()
                .withGroupId(config.group())
                .withSessionTimeoutMs(config.sessionTimeoutMs())
                .withRebalanceTimeoutMs(config.rebalanceTimeoutMs())
                .withMemberId(memberId)
                .withProtocolType(ConsumerProtocol.TYPE)
                .withProtocols(protocols);
    }

    private SyncGroupRequest sync() {
        return SyncGroupRequest.defaults()
                .withGroupId(config.group())
                .withGenerationId(generation)
                .withMemberId(memberId)
                .withProtocolType(ConsumerProtocol.TYPE)
                .withProtocolName(protocol)
                .withAssignments(assignments);
    }

    private HeartbeatRequest heartbeat() {
        return HeartbeatRequest.defaults()
                .withGroupId(config.group())
                .withGenerationId(generation)
                .withMemberId(memberId);
    }

    private LeaveGroupRequest leaving() {
        return LeaveGroupRequest.defaults().withGroupId(config.group()).withMemberId(memberId);
    }

    private ErrorCode joined(JoinGroupResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state == State.LEAVING || error == ErrorCode.MEMBER_ID_REQUIRED) {
            memberId = said.memberId();
            return error;
        }
        if (state != State.JOINING) {
            return error;
        }
        if (error != ErrorCode.NONE) {
            again(error, nowMs);
            return error;
        }
        backoff.succeeded();
        joined = true;
        memberId = said.memberId();
        generation = said.generationId();
        protocol = String.valueOf(said.protocolName());
        heartbeatMs = nowMs + HEARTBEAT_MS;
        members = Map.of();
        assignments = List.of();
        if (said.leader().equals(memberId)) {
            lead(said);
        } else {
            become(State.SYNCING);
        }
        return error;
    }

    private void lead(JoinGroupResponse said) {
        Map<String, List<String>> all = new HashMap<>();
        try {
            said.members()
                    .forEach(its ->
                            all.put(its.memberId(), ConsumerProtocol.topics(its.metadata())));
        } catch (MalformedFrame e) {
            failed(
                    new Refused(
                            "group " + config.group(),
                            ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                            "what one of its members reads is not understood: " + e.getMessage()));
            return;
        }
        members = all;
        if (said.skipAssignment()) {
            assignedBy = read(partitions);
            become(State.SYNCING);
        } else {
            become(State.ASSIGNING);
        }
    }

    private void assign() {
        Assignor chosen = null;
        for (Assignor assignor : Assignor.values()) {
            if (assignor.protocol().equals(protocol)) {
                chosen = assignor;
            }
        }
        if (chosen == null) {
            failed(
                    new Refused(
                            "group " + config.group(),
                            ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                            "it has chosen the assignor '" + protocol + "', which is unknown"));
            return;
        }
        assignedBy = read(partitions);
        List<SyncGroupRequestAssignment> all = new ArrayList<>();
        chosen.assign(members, partitions)
                .forEach((member, its) ->
                        all.add(
                                new SyncGroupRequestAssignment(
                                        member, ConsumerProtocol.assignment(its))));
        assignments = all;
        become(State.SYNCING);
    }

    /// Of the topics that members read.
    private Map<String, Integer> read(Map<String, Integer> counts) {
        Map<String, Integer> read = new HashMap<>(counts);
        read.keySet().retainAll(othersTopics());
        return read;
    }

    private ErrorCode synced(SyncGroupResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state != State.SYNCING) {
            return error;
        }
        if (error != ErrorCode.NONE) {
            again(error, nowMs);
            return error;
        }
        try {
            owned = ConsumerProtocol.partitions(said.assignment());
        } catch (MalformedFrame e) {
            failed(
                    new Refused(
                            "group " + config.group(),
                            ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                            "what its leader has assigned is not understood: " + e.getMessage()));
            return error;
        }
        backoff.succeeded();
        heartbeatMs = nowMs + HEARTBEAT_MS;
        become(State.MEMBER);
        if (!joinedFor.equals(subscribed)) {
            rejoin();
        }
        return error;
    }

    private ErrorCode heard(HeartbeatResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state != State.MEMBER && state != State.GIVING_UP) {
            return error;
        }
        heartbeatMs = nowMs + HEARTBEAT_MS;
        switch (error) {
            case NONE -> backoff.succeeded();
            case REBALANCE_IN_PROGRESS -> {
                backoff.succeeded();
                rejoin();
            }
            default -> again(error, nowMs);
        }
        return error;
    }

    private ErrorCode left(LeaveGroupResponse said) {
        if (state == State.LEAVING) {
            become(State.OVER);
        }
        return ErrorCode.of(said.errorCode());
    }

    /// Joins again, once everything is given up.
    private void rejoin() {
        switch (state) {
            case MEMBER -> become(owned.isEmpty() ? State.JOINING : State.GIVING_UP);
            case ASSIGNING, SYNCING -> become(State.JOINING);
            case JOINING, GIVING_UP, LEAVING, OVER -> {}
        }
    }

    /// What an error comes to.
    private void again(ErrorCode error, long nowMs) {
        switch (error) {
            case UNKNOWN_MEMBER_ID -> {
                memberId = "";
                startOver(nowMs);
            }
            case ILLEGAL_GENERATION -> startOver(nowMs);
            case REBALANCE_IN_PROGRESS -> {
                if (state != State.JOINING) {
                    become(State.JOINING);
                }
                backoff.failed(nowMs);
            }
            default -> {
                if (error.retriable()) {
                    unanswered(nowMs);
                } else {
                    failed(new Refused("group " + config.group(), error, explained(error)));
                }
            }
        }
    }

    private static @Nullable String explained(ErrorCode error) {
        return error == ErrorCode.INCONSISTENT_GROUP_PROTOCOL
                ? "its members speak another protocol, or have neither of the assignors range and"
                        + " roundrobin"
                : null;
    }

    private void startOver(long nowMs) {
        lose();
        generation = NO_GENERATION;
        if (state == State.JOINING) {
            backoff.failed(nowMs);
        } else {
            become(State.JOINING);
        }
    }

    private void lose() {
        losses++;
        owned = Set.of();
        members = Map.of();
    }

    private void become(State next) {
        boolean legal =
                switch (next) {
                    case JOINING -> state != State.LEAVING && state != State.OVER;
                    case ASSIGNING -> state == State.JOINING;
                    case SYNCING -> state == State.JOINING || state == State.ASSIGNING;
                    case MEMBER -> state == State.SYNCING;
                    case GIVING_UP -> state == State.MEMBER;
                    case LEAVING -> state != State.OVER;
                    case OVER -> true;
                };
        if (!legal) {
            throw new IllegalStateException("a member goes from " + state + " to " + next);
        }
        state = next;
    }
}

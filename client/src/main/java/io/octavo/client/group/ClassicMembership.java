package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
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
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
final class ClassicMembership extends Membership {
    private static final int NO_GENERATION = -1;
    private static final int HEARTBEAT_MS = 3_000;

    /// What a JoinGroup's answer takes besides the rebalance.
    private static final int JOIN_EXTRA_MS = 5_000;

    /// In later versions several may leave at once.
    private static final VersionRange LEAVE_ALONE = new VersionRange(0, 2);

    private final GroupConsumerConfig config;

    private int generation = NO_GENERATION;
    private String protocol = "";
    private long heartbeatMs;

    /// What it has said it reads when it joined.
    private Set<String> joinedFor = Set.of();

    private Set<TopicPartition> owned = Set.of();

    /// How many each topic has that is known.
    private Map<String, Integer> partitions = Map.of();

    /// Null while another member leads.
    private @Nullable Leadership leadership;

    ClassicMembership(GroupConsumerConfig config) {
        super(config.group(), "");
        this.config = config;
    }

    @Override
    void topics(Collection<TopicDescription> all) {
        Map<String, Integer> counts = new HashMap<>();
        all.forEach(topic -> counts.put(topic.name(), topic.partitions().size()));
        partitions = counts;
        if (leadership == null) {
            return;
        }
        if (state() == State.ASSIGNING) {
            assign(leadership);
        } else if (leadership.isOutOfDate(counts)) {
            rejoin();
        }
    }

    @Override
    boolean isLookingForTopics() {
        return state() == State.ASSIGNING;
    }

    @Override
    Set<String> othersTopics() {
        return leadership == null ? Set.of() : leadership.topics();
    }

    @Override
    Assignment assignment() {
        boolean givingUp = state() == State.GIVING_UP;
        return new Assignment(
                givingUp ? Set.of() : owned, givingUp, losses(), memberId(), generation, false);
    }

    @Override
    Ask<?, ?> ask() {
        return switch (state()) {
            case JOINING ->
                    new Ask<>(
                            JoinGroupRequest.API,
                            JoinGroupRequest.API.versions(),
                            join(),
                            config.rebalanceTimeoutMs() + JOIN_EXTRA_MS);
            case SYNCING -> Ask.of(SyncGroupRequest.API, sync());
            case MEMBER, GIVING_UP -> Ask.of(HeartbeatRequest.API, heartbeat());
            case LEAVING -> new Ask<>(LeaveGroupRequest.API, LEAVE_ALONE, leaving(), 0);
            case ASSIGNING, OVER ->
                    throw new IllegalStateException(state() + " has nothing to say");
        };
    }

    @Override
    long speaksMs() {
        return switch (state()) {
            case JOINING, SYNCING, LEAVING -> Long.MIN_VALUE;
            case MEMBER, GIVING_UP -> heartbeatMs;
            case ASSIGNING, OVER -> Long.MAX_VALUE;
        };
    }

    @Override
    ErrorCode heard(Response answer, long nowMs) {
        return switch (answer) {
            case JoinGroupResponse said -> joined(said, nowMs);
            case SyncGroupResponse said -> synced(said, nowMs);
            case HeartbeatResponse said -> beaten(said, nowMs);
            case LeaveGroupResponse said -> left(said);
            default -> throw new IllegalStateException("nothing has asked for " + answer);
        };
    }

    @Override
    void doubt() {
        if (state() == State.SYNCING) {
            become(State.JOINING);
        }
    }

    @Override
    void resubscribed() {
        rejoin();
    }

    @Override
    void gaveUp() {
        owned = Set.of();
        become(State.JOINING);
    }

    @Override
    void forget() {
        owned = Set.of();
        leadership = null;
    }

    @Override
    boolean mayBecome(State next) {
        return switch (next) {
            case JOINING -> state() != State.LEAVING && state() != State.OVER;
            case ASSIGNING -> state() == State.JOINING;
            case SYNCING -> state() == State.JOINING || state() == State.ASSIGNING;
            case MEMBER -> state() == State.SYNCING;
            case GIVING_UP -> state() == State.MEMBER;
            case LEAVING -> state() != State.OVER;
            case OVER -> true;
        };
    }

    private JoinGroupRequest join() {
        joinedFor = subscribed();
        List<JoinGroupRequestProtocol> protocols = new ArrayList<>();
        for (Assignor assignor : Assignor.values()) {
            protocols.add(
                    new JoinGroupRequestProtocol(
                            assignor.protocol(), ConsumerProtocol.subscription(subscribed())));
        }
        return JoinGroupRequest.defaults()
                .withGroupId(group)
                .withSessionTimeoutMs(config.sessionTimeoutMs())
                .withRebalanceTimeoutMs(config.rebalanceTimeoutMs())
                .withMemberId(memberId())
                .withProtocolType(ConsumerProtocol.TYPE)
                .withProtocols(protocols);
    }

    private SyncGroupRequest sync() {
        return SyncGroupRequest.defaults()
                .withGroupId(group)
                .withGenerationId(generation)
                .withMemberId(memberId())
                .withProtocolType(ConsumerProtocol.TYPE)
                .withProtocolName(protocol)
                .withAssignments(leadership == null ? List.of() : leadership.assignments());
    }

    private HeartbeatRequest heartbeat() {
        return HeartbeatRequest.defaults()
                .withGroupId(group)
                .withGenerationId(generation)
                .withMemberId(memberId());
    }

    private LeaveGroupRequest leaving() {
        return LeaveGroupRequest.defaults().withGroupId(group).withMemberId(memberId());
    }

    private ErrorCode joined(JoinGroupResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state() == State.LEAVING || error == ErrorCode.MEMBER_ID_REQUIRED) {
            knownAs(said.memberId());
            return error;
        }
        if (state() != State.JOINING) {
            return error;
        }
        if (error != ErrorCode.NONE) {
            again(error, nowMs);
            return error;
        }
        taken();
        knownAs(said.memberId());
        generation = said.generationId();
        protocol = String.valueOf(said.protocolName());
        heartbeatMs = nowMs + HEARTBEAT_MS;
        leadership = null;
        if (said.leader().equals(memberId())) {
            lead(said);
        } else {
            become(State.SYNCING);
        }
        return error;
    }

    private void lead(JoinGroupResponse said) {
        Leadership its;
        try {
            its = new Leadership(said);
        } catch (MalformedFrame e) {
            inconsistent("what one of its members reads is not understood: " + e.getMessage());
            return;
        }
        leadership = its;
        if (said.skipAssignment()) {
            its.assignedBefore(partitions);
            become(State.SYNCING);
        } else {
            become(State.ASSIGNING);
        }
    }

    private void assign(Leadership its) {
        Assignor assignor = Assignor.named(protocol);
        if (assignor == null) {
            inconsistent("it has chosen the assignor '" + protocol + "', which is unknown");
            return;
        }
        its.assign(assignor, partitions);
        become(State.SYNCING);
    }

    private ErrorCode synced(SyncGroupResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state() != State.SYNCING) {
            return error;
        }
        if (error != ErrorCode.NONE) {
            again(error, nowMs);
            return error;
        }
        try {
            owned = ConsumerProtocol.partitions(said.assignment());
        } catch (MalformedFrame e) {
            inconsistent("what its leader has assigned is not understood: " + e.getMessage());
            return error;
        }
        backoff.succeeded();
        heartbeatMs = nowMs + HEARTBEAT_MS;
        become(State.MEMBER);
        if (!joinedFor.equals(subscribed())) {
            rejoin();
        }
        return error;
    }

    private ErrorCode beaten(HeartbeatResponse said, long nowMs) {
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state() != State.MEMBER && state() != State.GIVING_UP) {
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
        if (state() == State.LEAVING) {
            become(State.OVER);
        }
        return ErrorCode.of(said.errorCode());
    }

    /// Joins again, once everything is given up.
    private void rejoin() {
        switch (state()) {
            case MEMBER -> become(owned.isEmpty() ? State.JOINING : State.GIVING_UP);
            case ASSIGNING, SYNCING -> become(State.JOINING);
            case JOINING, GIVING_UP, LEAVING, OVER -> {}
        }
    }

    /// What an error comes to.
    private void again(ErrorCode error, long nowMs) {
        switch (error) {
            case UNKNOWN_MEMBER_ID -> {
                knownAs("");
                generation = NO_GENERATION;
                startOver(nowMs);
            }
            case ILLEGAL_GENERATION -> {
                generation = NO_GENERATION;
                startOver(nowMs);
            }
            case REBALANCE_IN_PROGRESS -> {
                if (state() != State.JOINING) {
                    become(State.JOINING);
                }
                backoff.failed(nowMs);
            }
            default -> refused(error, explained(error), nowMs);
        }
    }

    private void inconsistent(String why) {
        failed(new Refused("group " + group, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, why));
    }

    private static @Nullable String explained(ErrorCode error) {
        return error == ErrorCode.INCONSISTENT_GROUP_PROTOCOL
                ? "its members speak another protocol, or have neither of the assignors range and"
                        + " roundrobin"
                : null;
    }
}

package io.octavo.broker.group.consumer;

import io.octavo.broker.group.consumer.Outcome.Accepted;
import io.octavo.broker.group.consumer.Outcome.Refused;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionValue;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of a consumer group (KIP-848). Changes nothing: what is decided is a draft.
public final class Coordination {
    private final String groupId;
    private final ConsumerState state;
    private final Surroundings now;
    private final Draft draft;

    public Coordination(String groupId, ConsumerState state, Surroundings now) {
        this.groupId = groupId;
        this.state = state;
        this.now = now;
        draft = new Draft(groupId, state);
    }

    /// A member joins, lives, subscribes to something else, says what it owns, or leaves. The
    /// request is as [HeartbeatRules] want it.
    ///
    /// @param client what the member's client calls itself
    /// @param host where it is
    /// @param topicsMoved whether topics may have changed since the group last looked
    /// @param ids makes an id for a member that has none
    public Outcome heartbeat(
            ConsumerGroupHeartbeatRequest request,
            String client,
            String host,
            boolean topicsMoved,
            Supplier<String> ids) {
        if (!state.exists() && request.memberEpoch() != HeartbeatRules.JOIN) {
            return new Refused(
                    ErrorCode.GROUP_ID_NOT_FOUND, "Consumer group " + groupId + " not found.");
        }
        if (request.memberEpoch() < 0) {
            return leave(request);
        }
        int max = now.config().membersMax();
        if (state.size() >= max && state.member(request.memberId()) == null) {
            return new Refused(
                    ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "The consumer group has reached its maximum capacity of " + max + " members.");
        }
        String id = request.memberId().isEmpty() ? ids.get() : request.memberId();
        Refused problem = admit(id, request);
        return problem == null ? heard(id, request, client, host, topicsMoved) : problem;
    }

    /// A member that speaks the classic protocol joins, or joins again.
    ///
    /// @param named whether it came with its id
    /// @param said what it says of itself
    /// @param owned what it says it owns
    /// @return null if it may; [#draft()] is then what becomes of the group
    public @Nullable Refused joinClassic(
            String id,
            boolean named,
            ConsumerGroupMemberMetadataValue said,
            List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned,
            boolean topicsMoved) {
        String instanceId = said.instanceId();
        if (instanceId != null) {
            ConsumerMember before = state.instance(instanceId);
            if (named) {
                Refused problem = instanceProblem(before, instanceId, id);
                if (problem != null) {
                    return problem;
                }
            } else if (before != null) {
                takeOver(before, id);
            }
        }
        return hear(id, said, owned, topicsMoved);
    }

    /// Whether the next member that says something of itself has a new target computed.
    public boolean isTargetDue() {
        return new TargetComputation(now, draft).isDue();
    }

    /// What was decided.
    public Draft draft() {
        return draft;
    }

    /// Members are gone: their sessions have ended, or they did not give up partitions in time.
    public Draft fence(Collection<String> memberIds) {
        for (String id : memberIds) {
            if (draft.state().member(id) != null) {
                draft.remove(id);
            }
        }
        forgetRegexes();
        if (!draft.records().isEmpty()) {
            ConsumerState left = draft.state();
            draft.epoch(left.epoch() + 1, TopicFacts.hash(now.view(), left.subscribed()));
        }
        return draft;
    }

    /// Topics may have changed: if so, a new epoch begins.
    public Draft lookAtTopics() {
        beginEpoch(resolveAll());
        return draft;
    }

    /// Makes sure there is a member of this id that may ask.
    private @Nullable Refused admit(String id, ConsumerGroupHeartbeatRequest request) {
        boolean joins = request.memberEpoch() == HeartbeatRules.JOIN;
        ConsumerMember member;
        if (request.instanceId() == null) {
            member = state.member(id);
        } else {
            member = state.instance(request.instanceId());
            if (joins && member != null && !isItself(member, id)) {
                return replace(member, id, request.instanceId());
            }
            Refused problem = joins ? null : instanceProblem(member, request.instanceId(), id);
            if (problem != null) {
                return problem;
            }
            member = joins ? state.member(id) : member;
        }
        if (member == null) {
            return joins ? null : unknown(id);
        }
        return HeartbeatRules.epochProblem(member.current(), request);
    }

    /// Whether a static member joins that is in the group: it has not heard that it is, or was
    /// fenced.
    private static boolean isItself(ConsumerMember member, String id) {
        return member.id().equals(id)
                && member.classic() == null
                && member.current().epoch() != Current.AWAY;
    }

    /// A static member that was away is back, under whatever id, and gets what it had.
    private @Nullable Refused replace(ConsumerMember away, String id, String instanceId) {
        if (away.current().epoch() != Current.AWAY && away.classic() == null) {
            return new Refused(
                    ErrorCode.UNRELEASED_INSTANCE_ID,
                    "Static member "
                            + id
                            + " with instance id "
                            + instanceId
                            + " cannot join the group because the instance id is owned by "
                            + away.id()
                            + " member.");
        }
        takeOver(away, id);
        return null;
    }

    private void takeOver(ConsumerMember before, String id) {
        Map<Uuid, SortedSet<Integer>> target = state.target(before.id());
        draft.remove(before.id());
        draft.member(id, before.metadata());
        draft.target(id, target);
        draft.current(id, before.current().back());
    }

    private Outcome heard(
            String id,
            ConsumerGroupHeartbeatRequest request,
            String client,
            String host,
            boolean topicsMoved) {
        ConsumerMember member = known(id);
        Refused problem =
                hear(
                        id,
                        said(member, request, client, host),
                        request.topicPartitions(),
                        topicsMoved);
        return problem == null ? accepted(member, id, request) : problem;
    }

    private ConsumerMember known(String id) {
        ConsumerMember member = draft.state().member(id);
        return member == null ? ConsumerMember.unknown(id) : member;
    }

    /// A member says something of itself: it goes a step further to what it should have.
    private @Nullable Refused hear(
            String id,
            ConsumerGroupMemberMetadataValue said,
            @Nullable List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned,
            boolean topicsMoved) {
        boolean isNew = draft.state().member(id) == null;
        ConsumerMember member = known(id);
        boolean names =
                !said.subscribedTopicNames().equals(member.metadata().subscribedTopicNames());
        if (isNew || !said.equals(member.metadata())) {
            draft.member(id, said);
        }
        ConsumerMember saying = member.saying(said);
        boolean regex = !Objects.equals(saying.regex(), member.regex());
        if (regex) {
            Refused problem = resolve(saying.regex());
            if (problem != null) {
                return problem;
            }
        }
        boolean moved = topicsMoved && resolveAll();
        if (isNew || names || regex || topicsMoved) {
            beginEpoch(names || regex || moved);
        }
        new TargetComputation(now, draft).runIfDue();
        return reconcile(id, owned, names || regex);
    }

    /// What a member says of itself, where it says nothing as it said before.
    private static ConsumerGroupMemberMetadataValue said(
            ConsumerMember member,
            ConsumerGroupHeartbeatRequest request,
            String client,
            String host) {
        ConsumerGroupMemberMetadataValue before = member.metadata();
        List<String> names = request.subscribedTopicNames();
        return new ConsumerGroupMemberMetadataValue(
                or(request.instanceId(), before.instanceId()),
                or(request.rackId(), before.rackId()),
                client,
                host,
                names == null ? before.subscribedTopicNames() : List.copyOf(new TreeSet<>(names)),
                or(request.subscribedTopicRegex(), before.subscribedTopicRegex()),
                request.rebalanceTimeoutMs() == -1
                        ? before.rebalanceTimeoutMs()
                        : request.rebalanceTimeoutMs(),
                or(request.serverAssignor(), before.serverAssignor()),
                ConsumerMember.NOT_CLASSIC);
    }

    private static @Nullable String or(@Nullable String said, @Nullable String before) {
        return said == null ? before : said;
    }

    /// A member subscribes by another expression, or by none any more.
    private @Nullable Refused resolve(@Nullable String regex) {
        if (regex != null && draft.state().resolved(regex) == null) {
            String problem = Regexes.problem(regex);
            if (problem != null) {
                return new Refused(
                        ErrorCode.INVALID_REGULAR_EXPRESSION,
                        "SubscribedTopicRegex `"
                                + regex
                                + "` is not a valid regular expression: "
                                + problem
                                + ".");
            }
            draft.regex(regex, resolution(regex));
        }
        forgetRegexes();
        return null;
    }

    /// @return whether an expression matches other topics than before
    private boolean resolveAll() {
        boolean moved = false;
        for (String regex : List.copyOf(draft.state().regexes())) {
            ConsumerGroupRegularExpressionValue resolution = resolution(regex);
            ConsumerGroupRegularExpressionValue before = draft.state().resolved(regex);
            if (before == null || !before.topics().equals(resolution.topics())) {
                draft.regex(regex, resolution);
                moved = true;
            }
        }
        return moved;
    }

    private ConsumerGroupRegularExpressionValue resolution(String regex) {
        return new ConsumerGroupRegularExpressionValue(
                Regexes.matches(regex, now.view().topics().values()), now.wallMs(), now.wallMs());
    }

    /// Nobody subscribes by them any more.
    private void forgetRegexes() {
        for (String regex : List.copyOf(draft.state().regexes())) {
            if (draft.state().members().stream()
                    .noneMatch(member -> regex.equals(member.regex()))) {
                draft.regex(regex, null);
            }
        }
    }

    /// A group that comes into being with somebody who subscribes to nothing is in the epoch before
    /// its first.
    ///
    /// @param changed whether an epoch begins even if the topics are as they were
    private void beginEpoch(boolean changed) {
        ConsumerState next = draft.state();
        long hash = TopicFacts.hash(now.view(), next.subscribed());
        if (changed || hash != next.metadataHash()) {
            draft.epoch(next.epoch() + 1, hash);
        } else if (!next.exists() || next.isEpochUnwritten()) {
            draft.epoch(next.epoch(), hash);
        }
    }

    private @Nullable Refused reconcile(
            String id,
            @Nullable List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned,
            boolean resubscribed) {
        ConsumerState next = draft.state();
        ConsumerMember member = Objects.requireNonNull(next.member(id));
        if (!resubscribed && member.current().reached(next.targetEpoch())) {
            return null;
        }
        Current after =
                new Reconciliation(
                                next,
                                member,
                                TopicFacts.ids(now.view(), next.subscribed(member)),
                                owned)
                        .step(resubscribed);
        if (after == null) {
            return new Refused(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The consumer group member is in a unknown state. The member must abandon all"
                            + " its partitions and rejoin.");
        }
        if (!after.equals(member.current())) {
            draft.current(id, after);
        }
        return null;
    }

    private Accepted accepted(
            ConsumerMember before, String id, ConsumerGroupHeartbeatRequest request) {
        Current current = Objects.requireNonNull(draft.state().member(id)).current();
        ConsumerGroupHeartbeatResponse response =
                ConsumerGroupHeartbeatResponse.defaults()
                        .withMemberId(id)
                        .withMemberEpoch(current.epoch())
                        .withHeartbeatIntervalMs(heartbeatMs());
        boolean told =
                HeartbeatRules.isFull(request)
                        || !current.assigned().equals(before.current().assigned());
        return new Accepted(
                draft, id, told ? response.withAssignment(assignment(current)) : response);
    }

    /// When the member is to be heard again: as soon as a target is due that was put off, lest it
    /// waits for that through a whole interval.
    private int heartbeatMs() {
        int usual = now.config().heartbeatIntervalMs().value();
        int putOff = new TargetComputation(now, draft).putOffMs();
        return putOff == 0 ? usual : Math.min(putOff, usual);
    }

    private static Assignment assignment(Current current) {
        List<TopicPartitions> topics = new ArrayList<>(current.assigned().size());
        current.assigned()
                .forEach((topic, partitions) ->
                        topics.add(new TopicPartitions(topic, List.copyOf(partitions.keySet()))));
        return new Assignment(topics);
    }

    private Outcome leave(ConsumerGroupHeartbeatRequest request) {
        String instanceId = request.instanceId();
        ConsumerMember member =
                instanceId == null ? state.member(request.memberId()) : state.instance(instanceId);
        if (instanceId != null) {
            Refused problem = instanceProblem(member, instanceId, request.memberId());
            if (problem != null) {
                return problem;
            }
        }
        if (member == null) {
            return unknown(request.memberId());
        }
        if (request.memberEpoch() == Current.AWAY) {
            draft.current(member.id(), member.current().away());
        } else {
            fence(List.of(member.id()));
        }
        return new Accepted(
                draft,
                "",
                ConsumerGroupHeartbeatResponse.defaults()
                        .withMemberId(request.memberId())
                        .withMemberEpoch(request.memberEpoch()));
    }

    private static @Nullable Refused instanceProblem(
            @Nullable ConsumerMember member, String instanceId, String memberId) {
        if (member == null) {
            return new Refused(
                    ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + instanceId + " is unknown.");
        }
        return member.id().equals(memberId)
                ? null
                : new Refused(
                        ErrorCode.FENCED_INSTANCE_ID,
                        "Static member "
                                + memberId
                                + " with instance id "
                                + instanceId
                                + " was fenced by member "
                                + member.id()
                                + ".");
    }

    private Refused unknown(String memberId) {
        return new Refused(
                ErrorCode.UNKNOWN_MEMBER_ID,
                "Member " + memberId + " is not a member of group " + groupId + ".");
    }
}

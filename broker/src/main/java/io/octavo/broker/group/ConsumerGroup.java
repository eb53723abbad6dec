package io.octavo.broker.group;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.group.consumer.Coordination;
import io.octavo.broker.group.consumer.Current;
import io.octavo.broker.group.consumer.Draft;
import io.octavo.broker.group.consumer.HeartbeatRules;
import io.octavo.broker.group.consumer.MemberState;
import io.octavo.broker.group.consumer.Outcome;
import io.octavo.broker.group.consumer.Surroundings;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Escaped;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A group of the protocol of KIP-848: its state as committed, and its timers. An operation lets
/// [Coordination] make a draft; when that is committed, it takes the state's place.
final class ConsumerGroup implements Group {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConsumerGroup.class);

    /// From this version on OffsetCommit can carry a member's epoch.
    private static final int COMMIT_WITH_EPOCH = 9;

    private final String id;
    private final GroupShard shard;
    private final GroupContext context;
    private final Sessions sessions;
    private final History history = new History();
    private final ClassicCalls classic = new ClassicCalls(this);
    private final ConsumerMemory memory;
    private ConsumerState state;

    /// When its last member went, or it was loaded without any; -1 while it has members.
    private long emptySinceMs = -1;

    /// The cluster as it was when the group last looked at its topics; null if it never did.
    private @Nullable ClusterView seen;

    ConsumerGroup(String id, GroupShard shard, ConsumerState state) {
        this.id = id;
        this.shard = shard;
        this.state = state;
        context = shard.context();
        memory = new ConsumerMemory(id, shard, state);
        sessions =
                new Sessions(
                        id,
                        shard::turns,
                        context.clock(),
                        this::sessionTimeoutMs,
                        this::silent,
                        this::overdue);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String type() {
        return "consumer";
    }

    @Override
    public String protocolType() {
        return "consumer";
    }

    @Override
    public String state() {
        if (state.size() == 0) {
            return "Empty";
        }
        if (state.epoch() > state.targetEpoch()) {
            return "Assigning";
        }
        return state.members().stream()
                        .allMatch(member -> member.current().reached(state.targetEpoch()))
                ? "Stable"
                : "Reconciling";
    }

    @Override
    public boolean isEmpty() {
        return state.size() == 0;
    }

    @Override
    public long memberBytes() {
        return memory.bytes();
    }

    /// As it is committed.
    ConsumerState committedState() {
        return state;
    }

    ConsumerGroupConfig config() {
        return context.config().get().consumer(id);
    }

    @Override
    public ErrorCode commits(
            String memberId, @Nullable String instanceId, int epoch, Client client) {
        if (epoch < 0 && isEmpty() && !shard.fenced().has(id, memberId)) {
            return ErrorCode.NONE;
        }
        ConsumerMember member = state.member(memberId);
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (member.classic() == null && client.apiVersion() < COMMIT_WITH_EPOCH) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return epoch < member.current().epoch() ? ErrorCode.NONE : epochError(member, epoch);
    }

    /// In an epoch before its own a member may commit what it has had since then.
    @Override
    public ErrorCode commits(String memberId, int epoch, Uuid topic, int partition) {
        ConsumerMember member = state.member(memberId);
        if (member == null || epoch == member.current().epoch()) {
            return ErrorCode.NONE;
        }
        Integer since = member.current().since(topic, partition);
        return since != null && since <= epoch ? ErrorCode.NONE : epochError(member, epoch);
    }

    @Override
    public List<MemberPartitions> assigned() {
        ClusterView view = context.view().get();
        List<MemberPartitions> assigned = new ArrayList<>();
        for (ConsumerMember member : state.members()) {
            Map<String, List<Integer>> partitions = new HashMap<>();
            member.current()
                    .held()
                    .forEach((id, its) -> {
                        Topic topic = view.topic(id);
                        if (topic != null) {
                            partitions.put(topic.name(), List.copyOf(its));
                        }
                    });
            assigned.add(
                    new MemberPartitions(
                            member.id(),
                            member.metadata().clientId(),
                            member.metadata().clientHost(),
                            partitions));
        }
        return assigned;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ErrorCode fetches(@Nullable String memberId, int epoch) {
        if (memberId == null && epoch < 0) {
            return ErrorCode.NONE;
        }
        ConsumerMember member = memberId == null ? null : state.member(memberId);
        return member == null ? ErrorCode.UNKNOWN_MEMBER_ID : epochError(member, epoch);
    }

    private static ErrorCode epochError(ConsumerMember member, int epoch) {
        if (epoch == member.current().epoch()) {
            return ErrorCode.NONE;
        }
        return member.classic() == null
                ? ErrorCode.STALE_MEMBER_EPOCH
                : ErrorCode.ILLEGAL_GENERATION;
    }

    /// Only heartbeats say that a member lives.
    @Override
    public void committed(String memberId) {}

    @Override
    public boolean subscribes(String topic) {
        return state.subscribed().contains(topic);
    }

    @Override
    public long agesFrom() {
        return emptySinceMs;
    }

    @Override
    public List<ShardRecord> tombstones() {
        return new Draft(id, state).tombstones();
    }

    @Override
    public void begin() {
        noteWhetherEmpty();
        for (ConsumerMember member : state.members()) {
            sessions.heard(member.id());
            follow(member.id());
        }
        downgradeIfWanted();
    }

    @Override
    public void end() {
        sessions.end();
    }

    @Override
    public Write join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        return isEmpty()
                ? Migration.replaced(
                        this, ClassicJoin.first(shard, state.epoch(), request, client, answer))
                : classic.join(request, client, answer);
    }

    @Override
    public Write sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer) {
        return classic.sync(request, answer);
    }

    @Override
    public Write heartbeat(
            HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer) {
        return classic.heartbeat(request, answer);
    }

    @Override
    public Write leave(
            LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer) {
        return classic.leave(request, answer);
    }

    @Override
    public Write heartbeat(
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        Surroundings now = surroundings();
        Outcome.@Nullable Refused problem =
                HeartbeatRules.problem(request, client.apiVersion(), now.config());
        Outcome outcome =
                problem != null
                        ? problem
                        : new Coordination(id, state, now)
                                .heartbeat(
                                        request,
                                        client.id(),
                                        client.host(),
                                        isBehind(now),
                                        this::newMemberId);
        return switch (outcome) {
            case Outcome.Refused refused -> Write.answer(() -> answer.accept(refused.response()));
            case Outcome.Accepted(Draft draft, String member, var response) ->
                    memory.ifThereIsRoom(
                            state,
                            draft,
                            now.view(),
                            isNew(member, request.instanceId()),
                            new Write(
                                    draft.records(),
                                    () -> {
                                        if (!member.isEmpty()) {
                                            sessions.heard(member);
                                        }
                                        become(draft, now.view());
                                        answer.accept(response);
                                    },
                                    error -> {
                                        sessions.heardAgain(member);
                                        answer.accept(refused(error));
                                    }));
        };
    }

    private static ConsumerGroupHeartbeatResponse refused(ErrorCode error) {
        ConsumerGroupHeartbeatResponse response =
                ConsumerGroupHeartbeatResponse.defaults().withErrorCode(error.code());
        String why = GroupMemory.explained(error);
        return why == null ? response : response.withErrorMessage(why);
    }

    /// Whether somebody comes who is not in the group, under whatever name.
    boolean isNew(String memberId, @Nullable String instanceId) {
        return state.member(memberId) == null
                && (instanceId == null || state.instance(instanceId) == null);
    }

    ConsumerMemory memory() {
        return memory;
    }

    /// Begins a new epoch if topics that members subscribe to have changed. Does nothing in a group
    /// that was deleted or replaced since it was asked to.
    Write lookAtTopics() {
        if (shard.group(id) != this) {
            return Write.nothing();
        }
        Surroundings now = surroundings();
        if (now.view() == seen) {
            return Write.nothing();
        }
        Draft draft = new Coordination(id, state, now).lookAtTopics();
        return new Write(draft.records(), () -> become(draft, now.view()), _ -> {});
    }

    private Write silent(String memberId) {
        return fence(memberId, "was silent for too long", sessions::silentAgain);
    }

    private Write overdue(String memberId) {
        ConsumerMember member = state.member(memberId);
        if (member != null && member.classic() != null) {
            return fence(memberId, "did not join or sync in time", sessions::overdueAgain);
        }
        return revokes(member)
                ? fence(memberId, "did not give up its partitions", sessions::overdueAgain)
                : Write.nothing();
    }

    private Write fence(String memberId, String reason, Consumer<String> again) {
        Draft draft = new Coordination(id, state, surroundings()).fence(List.of(memberId));
        return new Write(
                draft.records(),
                () -> {
                    LOGGER.info(
                            "group {}: member {} {}", Escaped.of(id), Escaped.of(memberId), reason);
                    shard.fenced().add(id, memberId);
                    become(draft, seen, History.Cause.TIMED_OUT);
                },
                _ -> again.accept(memberId));
    }

    /// Members are gone.
    void becomeWithout(Draft draft) {
        become(draft, seen);
    }

    /// Takes over what is committed.
    ///
    /// @param view the cluster in which it was decided
    void become(Draft draft, @Nullable ClusterView view) {
        become(draft, view, History.Cause.LEFT);
    }

    /// @param gone why members are missing that were there before
    private void become(Draft draft, @Nullable ClusterView view, History.Cause gone) {
        ConsumerState before = state;
        state = draft.state();
        seen = view;
        memory.count(draft, view);
        noteWhetherEmpty();
        if (state.epoch() > before.epoch()) {
            EpochChange.note(history, before, state, gone);
            history.rebalanced(context.clock().wallMs(), state.epoch());
        }
        if (state.exists()) {
            shard.put(this);
        }
        draft.touched().forEach(this::follow);
        downgradeIfWanted();
    }

    private void noteWhetherEmpty() {
        if (!isEmpty()) {
            emptySinceMs = -1;
        } else if (emptySinceMs < 0) {
            emptySinceMs = context.clock().wallMs();
        }
    }

    /// Nobody speaks the new protocol any more.
    private void downgradeIfWanted() {
        if (Migration.isDowngradeWanted(this)) {
            shard.turns().run(id, () -> Migration.downgrade(this));
        }
    }

    /// A member may have come, gone, or changed what it has.
    private void follow(String memberId) {
        ConsumerMember member = state.member(memberId);
        if (member == null) {
            sessions.forget(memberId);
        } else if (member.classic() != null) {
            // Its limits are those of its joins and syncs.
            return;
        } else if (revokes(member)) {
            sessions.limit(memberId, member.metadata().rebalanceTimeoutMs());
        } else {
            sessions.unlimited(memberId);
        }
    }

    private static boolean revokes(@Nullable ConsumerMember member) {
        return member != null
                && member.current().state() == MemberState.UNREVOKED_PARTITIONS
                && member.current().epoch() != Current.AWAY;
    }

    private int sessionTimeoutMs(String memberId) {
        ConsumerMember member = state.member(memberId);
        var its = member == null ? null : member.classic();
        return its == null ? config().sessionTimeoutMs().value() : its.sessionTimeoutMs();
    }

    GroupShard shard() {
        return shard;
    }

    Sessions sessions() {
        return sessions;
    }

    /// Whether topics may have changed since the group last looked.
    boolean isBehind(Surroundings now) {
        return now.view() != seen;
    }

    Surroundings surroundings() {
        return new Surroundings(config(), context.view().get(), context.clock().wallMs());
    }

    String newMemberId() {
        return new Uuid(context.randomness().nextLong(), context.randomness().nextLong())
                .toString();
    }
}

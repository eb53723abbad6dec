package io.octavo.broker.group;

import io.octavo.broker.group.consumer.MemberBytes;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import io.octavo.protocol.message.GroupMetadataValue;
import io.octavo.protocol.message.GroupMetadataValue.MemberMetadata;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Escaped;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A group whose members rebalance among themselves: they join, one of them leads and assigns, the
/// coordinator hands out what it assigned. States: [ClassicState]. Also a group that has nothing
/// but offsets.
///
/// It holds what the group is; its rules are in [ClassicJoin], [ClassicSync], [ClassicLeave] and
/// [ClassicRebalance].
final class ClassicGroup implements Group {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClassicGroup.class);

    private static final long UNKNOWN = -1;

    private final GroupShard shard;
    private final String id;
    private final ClassicMembers members = new ClassicMembers();
    private final History history = new History();
    private final ClassicRebalance rebalance = new ClassicRebalance(this);
    private final ClassicJoin join = new ClassicJoin(this, rebalance);
    private final ClassicSync sync = new ClassicSync(this, rebalance);
    private final ClassicLeave leave = new ClassicLeave(this, rebalance);

    private ClassicState state = ClassicState.EMPTY;
    private ClassicState before = ClassicState.EMPTY;
    private int generation;
    private String protocolType = "";
    private @Nullable String protocol;

    /// What its members consume; null where that is not known.
    private @Nullable Set<String> topics;

    /// About what their names take of the heap.
    private long topicBytes;

    /// Since when it is in its state, by the wall clock; negative where that is not known.
    private long sinceMs;

    private ClassicGroup(GroupShard shard, String id) {
        this.shard = shard;
        this.id = id;
        sinceMs = wallMs();
    }

    /// A group that has offsets and no members.
    static ClassicGroup offsetsOnly(GroupShard shard, String id) {
        return new ClassicGroup(shard, id);
    }

    /// A group without members whose next generation comes after this one.
    static ClassicGroup after(int generation, GroupShard shard, String id) {
        ClassicGroup group = new ClassicGroup(shard, id);
        group.generation = generation;
        return group;
    }

    /// A group as a record has it.
    static ClassicGroup loaded(GroupShard shard, String id, GroupMetadataValue value) {
        ClassicGroup group = new ClassicGroup(shard, id);
        group.generation = value.generation();
        group.protocolType = value.protocolType();
        group.protocol = value.protocol();
        group.sinceMs = value.currentStateTimestamp();
        for (MemberMetadata member : value.members()) {
            String protocol = Objects.requireNonNull(value.protocol(), "members and no protocol");
            group.members.add(
                    ClassicMember.loaded(member, protocol, group.session(member.memberId())));
        }
        group.members.lead(value.leader());
        group.state = group.members.isEmpty() ? ClassicState.EMPTY : ClassicState.STABLE;
        group.noteTopics();
        return group;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String type() {
        return "classic";
    }

    @Override
    public String protocolType() {
        return protocolType;
    }

    @Override
    public String state() {
        return state.toString();
    }

    @Override
    public boolean isEmpty() {
        return state == ClassicState.EMPTY;
    }

    @Override
    public ErrorCode commits(
            String memberId, @Nullable String instanceId, int epoch, Client client) {
        if (state == ClassicState.DEAD) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        if (epoch < 0 && state == ClassicState.EMPTY && !shard.fenced().has(id, memberId)) {
            return ErrorCode.NONE;
        }
        if (epoch < 0 && memberId.isEmpty() && instanceId == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        ErrorCode known = members.check(memberId, instanceId);
        if (known != ErrorCode.NONE) {
            return known;
        }
        if (epoch != generation) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        return state == ClassicState.COMPLETING_REBALANCE
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : ErrorCode.NONE;
    }

    @Override
    public ErrorCode fetches(@Nullable String memberId, int epoch) {
        return state == ClassicState.DEAD ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE;
    }

    @Override
    public void committed(String memberId) {
        ClassicMember member = members.get(memberId);
        if (member != null && state != ClassicState.DEAD) {
            member.session().extend(member.terms().sessionTimeoutMs());
        }
    }

    @Override
    public boolean subscribes(String topic) {
        return topics == null
                ? protocolType.equals(Subscription.PROTOCOL_TYPE)
                : topics.contains(topic);
    }

    @Override
    public long agesFrom() {
        if (protocolType.isEmpty()) {
            return UNKNOWN;
        }
        if (state == ClassicState.EMPTY) {
            return sinceMs < 0 ? UNKNOWN : sinceMs;
        }
        return state == ClassicState.STABLE && topics != null ? UNKNOWN : Long.MAX_VALUE;
    }

    @Override
    public List<MemberPartitions> assigned() {
        List<MemberPartitions> assigned = new ArrayList<>();
        if (state == ClassicState.STABLE && protocolType.equals(Subscription.PROTOCOL_TYPE)) {
            for (ClassicMember member : members.all()) {
                assigned.add(
                        new MemberPartitions(
                                member.id(),
                                member.clientId(),
                                member.clientHost(),
                                Subscription.assigned(member.assignment())));
            }
        }
        return assigned;
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public List<ShardRecord> tombstones() {
        return List.of(ClassicRecords.tombstone(id));
    }

    @Override
    public long memberBytes() {
        return members.bytes() + topicBytes;
    }

    @Override
    public void begin() {
        members.all().forEach(member -> member.session().extend(member.terms().sessionTimeoutMs()));
        rebalance.begin();
        context().stable().follow(this);
    }

    @Override
    public void end() {
        end(ErrorCode.NOT_COORDINATOR, "not served here any more");
    }

    /// Ends: another group takes its place, or another broker serves it.
    ///
    /// @param error what those are told who wait
    void end(ErrorCode error, String reason) {
        context().stable().remove(this);
        rebalance.end();
        List.copyOf(members.pending()).forEach(members::remove);
        for (ClassicMember member : members.all()) {
            member.session().end();
            members.answerJoin(member, ClassicAnswers.join(member.id(), error));
            member.answerSync(ClassicAnswers.sync(error));
        }
        become(ClassicState.DEAD, reason);
    }

    /// Lets all members join again.
    void rebalance(String reason) {
        if (!is(ClassicState.PREPARING_REBALANCE)) {
            rebalance.prepare(reason);
        }
    }

    @Override
    public Write join(JoinGroupRequest request, Client client, Consumer<JoinGroupResponse> answer) {
        return join.of(request, client, answer);
    }

    @Override
    public Write sync(SyncGroupRequest request, Client client, Consumer<SyncGroupResponse> answer) {
        return sync.of(request, answer);
    }

    @Override
    public Write heartbeat(
            HeartbeatRequest request, Client client, Consumer<HeartbeatResponse> answer) {
        return Write.answer(() -> answer.accept(ClassicAnswers.heartbeat(heard(request))));
    }

    @Override
    public Write leave(
            LeaveGroupRequest request, Client client, Consumer<LeaveGroupResponse> answer) {
        return leave.of(request, answer);
    }

    @Override
    public Write heartbeat(
            ConsumerGroupHeartbeatRequest request,
            Client client,
            Consumer<ConsumerGroupHeartbeatResponse> answer) {
        return Migration.upgrade(this, request, client, answer);
    }

    private ErrorCode heard(HeartbeatRequest request) {
        ErrorCode known = members.check(request.memberId(), request.groupInstanceId());
        ClassicMember member = members.get(request.memberId());
        if (known != ErrorCode.NONE || member == null) {
            return known;
        }
        if (request.generationId() != generation) {
            return ErrorCode.ILLEGAL_GENERATION;
        }
        member.session().extend(member.terms().sessionTimeoutMs());
        return state == ClassicState.PREPARING_REBALANCE
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : ErrorCode.NONE;
    }

    /// As DescribeGroups shows it: what members said and were given only while it is stable.
    DescribedGroup describe() {
        String chosen = state == ClassicState.STABLE ? protocol : null;
        List<DescribedGroupMember> described = new ArrayList<>(members.size());
        for (ClassicMember member : members.all()) {
            described.add(
                    new DescribedGroupMember(
                            member.id(),
                            member.instanceId(),
                            member.clientId(),
                            member.clientHost(),
                            chosen == null ? ClassicMember.NO_BYTES : member.metadata(chosen),
                            member.assignment()));
        }
        return DescribedGroup.defaults()
                .withGroupId(id)
                .withGroupState(state())
                .withProtocolType(protocolType)
                .withProtocolData(chosen == null ? "" : chosen)
                .withMembers(described);
    }

    GroupShard shard() {
        return shard;
    }

    GroupContext context() {
        return shard.context();
    }

    ClassicMembers members() {
        return members;
    }

    ClassicState is() {
        return state;
    }

    boolean is(ClassicState other) {
        return state == other;
    }

    /// The state it was in before this one.
    ClassicState before() {
        return before;
    }

    int generation() {
        return generation;
    }

    /// Null before the first rebalance, and where nobody is left.
    @Nullable String protocol() {
        return protocol;
    }

    long wallMs() {
        return context().clock().wallMs();
    }

    /// Whether it still is the group of its name.
    boolean lives() {
        return state != ClassicState.DEAD && shard.group(id) == this;
    }

    /// A session, not begun, of a member or of who may become one.
    Session session(String memberId) {
        return new Session(shard, id, () -> rebalance.expired(memberId));
    }

    void takeProtocolType(String protocolType) {
        this.protocolType = protocolType;
    }

    void become(ClassicState next, String reason) {
        become(next, reason, wallMs());
    }

    private void become(ClassicState next, String reason, long nowMs) {
        if (!next.follows(state)) {
            throw new IllegalStateException(id + " cannot be " + next + " after " + state);
        }
        if (next != ClassicState.DEAD && LOGGER.isInfoEnabled()) {
            LOGGER.info(
                    "group {} is {} in generation {}: {}",
                    Escaped.of(id),
                    next,
                    generation,
                    Escaped.of(reason));
        }
        before = state;
        state = next;
        sinceMs = nowMs;
        context().stable().follow(this);
    }

    /// Begins the next generation.
    ///
    /// @param nowMs what its record says
    void nextGeneration(long nowMs) {
        generation++;
        boolean empty = members.isEmpty();
        protocol = empty ? null : members.protocol();
        noteTopics();
        members.expectSyncs();
        become(
                empty ? ClassicState.EMPTY : ClassicState.COMPLETING_REBALANCE,
                members.size() + " members",
                nowMs);
        history.rebalanced(nowMs, generation);
    }

    /// What the log says when its members are these.
    ///
    /// @param assignment what each of them gets
    ShardRecord record(
            Iterable<ClassicMember> written,
            @Nullable String leader,
            Function<ClassicMember, ByteBuffer> assignment) {
        String chosen = Objects.requireNonNull(protocol, "no protocol chosen");
        return ClassicRecords.of(
                id,
                new GroupMetadataValue(
                        protocolType,
                        generation,
                        chosen,
                        leader,
                        wallMs(),
                        ClassicRecords.members(written, chosen, assignment)));
    }

    private void noteTopics() {
        topics = subscribed();
        topicBytes = 0;
        for (String topic : topics == null ? Set.<String>of() : topics) {
            topicBytes += MemberBytes.name(topic);
        }
    }

    private @Nullable Set<String> subscribed() {
        if (!protocolType.equals(Subscription.PROTOCOL_TYPE)) {
            return null;
        }
        Set<String> all = new HashSet<>();
        String chosen = protocol;
        if (members.isEmpty() || chosen == null) {
            return members.isEmpty() ? all : null;
        }
        for (ClassicMember member : members.all()) {
            List<String> its = Subscription.topics(member.metadata(chosen));
            if (its == null) {
                return null;
            }
            all.addAll(its);
        }
        return all;
    }
}

package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.Bounded;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerProtocol;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Uuid;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Consumers of both protocols in one group.
final class MigrationTest {
    private static final String GROUP = "g";
    private static final int SESSION_MS = 10_000;
    private static final int REBALANCE_MS = 30_000;
    private static final int NEWEST_JOIN = 9;
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    private final TestShard shard = new TestShard(1);
    private final Uuid topic = shard.topics().topic("t", 4);

    @BeforeEach
    void configure() {
        configure(MigrationPolicy.BIDIRECTIONAL);
    }

    private void configure(MigrationPolicy policy) {
        GroupConfig defaults = GroupConfig.defaults();
        ConsumerGroupConfig consumer =
                new ConsumerGroupConfig(
                        new Bounded(45_000, 45_000, 60_000),
                        new Bounded(5_000, 5_000, 15_000),
                        new Bounded(0, 0, 15_000),
                        10,
                        List.of("uniform", "range"),
                        policy);
        shard.configure(
                new GroupConfig(
                                defaults.sessionTimeoutMsMin(),
                                defaults.sessionTimeoutMsMax(),
                                0,
                                defaults.membersMax(),
                                defaults.metadataBytesMax(),
                                defaults.retentionMs(),
                                defaults.retentionCheckMs())
                        .with(consumer, Map.of()));
    }

    @Test
    void aMemberOfTheNewProtocolMakesAClassicGroupAConsumerGroup() {
        Classic old = settledClassic();

        var joined = heartbeat(joining("new"));

        assertThat(error(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberEpoch()).isEqualTo(2);
        assertThat(assigned(joined)).isEmpty();
        assertThat(state().epoch()).isEqualTo(2);
        ConsumerMember its = Objects.requireNonNull(state().member(old.id));
        assertThat(its.classic()).isNotNull();
        assertThat(its.current().epoch()).isEqualTo(1);
        assertThat(shard.loaded().group(GROUP)).isNull();
    }

    @Test
    void classicMembersGoOnInAConsumerGroup() {
        Classic old = settledClassic();
        heartbeat(joining("new"));

        // It is told to join, gives up everything as eager consumers do, and gets its half.
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        JoinGroupResponse joined = old.join();
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.generationId()).isEqualTo(2);
        assertThat(joined.leader()).isEmpty();
        List<Integer> half = old.sync();
        assertThat(half).hasSize(2);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);

        List<Integer> other = assigned(heartbeat(living("new", 2)));
        assertThat(other).hasSize(2).doesNotContainAnyElementsOf(half);
        assertThat(group().state()).isEqualTo("Stable");
    }

    @Test
    void whatACooperativeMemberOwnsItGivesUpBeforeOthersGetIt() {
        Classic old = settledClassic();
        heartbeat(joining("new"));

        old.owned = ALL;
        JoinGroupResponse told = old.join();
        assertThat(told.generationId()).isEqualTo(1);
        List<Integer> kept = old.sync();
        assertThat(kept).hasSize(2);
        assertThat(heartbeat(living("new", 2)).assignment()).isNull();

        // It has revoked, and joins to say so.
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        old.owned = kept;
        assertThat(old.join().generationId()).isEqualTo(2);
        assertThat(old.sync()).isEqualTo(kept);
        assertThat(assigned(heartbeat(living("new", 2)))).hasSize(2);
    }

    @Test
    void aClassicMemberThatDoesNotJoinInTimeIsFenced() {
        Classic old = settledClassic();
        heartbeat(joining("new"));

        for (int ms = 0; ms < REBALANCE_MS; ms += 2_000) {
            assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
            heartbeat(living("new", 2));
            shard.advanceMs(2_000);
        }

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(assigned(heartbeat(living("new", 2)))).isEqualTo(ALL);
    }

    @Test
    void aClassicMemberHasItsOwnSessionTimeout() {
        Classic old = settledClassic();
        heartbeat(joining("new"));
        old.join();
        old.sync();

        shard.advanceMs(SESSION_MS);

        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(state().member("new")).isNotNull();
    }

    @Test
    void aNewClassicMemberJoinsAConsumerGroup() {
        heartbeat(joining("new"));
        Classic classic = new Classic();

        assertThat(classic.join().generationId()).isEqualTo(3);
        assertThat(classic.sync()).isEmpty();
        heartbeat(living("new", 2));
        heartbeat(living("new", 2).withTopicPartitions(List.of()));

        assertThat(classic.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        classic.join();
        assertThat(classic.sync()).hasSize(2);
    }

    @Test
    void whatAClassicMemberSaysMustFit() {
        heartbeat(joining("new"));
        Classic classic = new Classic();
        classic.join();

        assertThat(classic.heartbeat(7)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(new Classic("x").heartbeat(1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(new Classic("new").heartbeat(1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        Classic other = new Classic();
        other.protocol = "mine";
        JoinGroupResponse refused = other.join();
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code());
        assertThat(refused.memberId()).isEmpty();
    }

    @Test
    void whenTheLastOfTheNewProtocolLeavesTheGroupIsClassicAgain() {
        Classic old = settledClassic();
        heartbeat(joining("new"));
        old.join();
        old.sync();
        heartbeat(living("new", 2));

        heartbeat(living("new", -1));

        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        JoinGroupResponse leads = old.join();
        assertThat(leads.errorCode()).isZero();
        assertThat(leads.leader()).isEqualTo(old.id);
        assertThat(old.syncLeading(ALL)).isEqualTo(ALL);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aDowngradeThatWasCutShortHasEverybodyJoinAgain() {
        Classic old = settledClassic();
        heartbeat(joining("new"));
        old.join();
        old.sync();
        heartbeat(living("new", 2));
        heartbeat(living("new", -1));

        shard.restart(true);

        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aMemberMayGoOverToTheNewProtocolUnderItsInstanceId() {
        Classic old = new Classic();
        old.instanceId = "i";
        old.join();
        old.syncLeading(ALL);

        var joined = heartbeat(joining("new").withInstanceId("i"));

        assertThat(error(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(assigned(joined)).isEqualTo(ALL);
        assertThat(state().size()).isEqualTo(1);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);

        // And back.
        Classic back = new Classic();
        back.instanceId = "i";
        assertThat(back.join().errorCode()).isZero();
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
    }

    @Test
    void classicMembersLeaveAConsumerGroup() {
        Classic old = settledClassic();
        heartbeat(joining("new"));

        LeaveGroupResponse left = old.leave();

        assertThat(left.members()).singleElement().matches(member -> member.errorCode() == 0);
        assertThat(assigned(heartbeat(living("new", 2)))).isEqualTo(ALL);
        assertThat(old.leave().members())
                .singleElement()
                .matches(member -> member.errorCode() == ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void whoIsNamedTwiceLeavesTwice() {
        Classic old = settledClassic();
        heartbeat(joining("new"));

        LeaveGroupResponse left = old.leave(2);

        assertThat(left.members()).hasSize(2).allMatch(member -> member.errorCode() == 0);
    }

    @Test
    void thePolicyForbidsEitherWay() {
        configure(MigrationPolicy.DISABLED);
        Classic old = settledClassic();
        var refused = heartbeat(joining("new"));
        assertThat(error(refused)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);

        configure(MigrationPolicy.UPGRADE);
        heartbeat(joining("new"));
        heartbeat(living("new", -1));
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ConsumerGroup.class);
    }

    @Test
    void assignorsWithDataOfTheirOwnAreNotTakenOver() {
        Classic old = new Classic();
        old.userData = ByteBuffer.wrap(new byte[] {1});
        old.join();
        old.syncLeading(ALL);

        assertThat(error(heartbeat(joining("new")))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void anEmptyGroupBecomesWhatItsNextMemberSpeaks() {
        heartbeat(joining("new"));
        heartbeat(living("new", -1));
        Classic classic = new Classic();
        classic.join();
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
        classic.leave();

        heartbeat(joining("new"));
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ConsumerGroup.class);
        shard.restart(true);
        assertThat(group().committedState().member("new")).isNotNull();
    }

    @Test
    void generationsAndEpochsGoOnWhenAnEmptyGroupChangesItsProtocol() {
        settledClassic().leave();

        assertThat(heartbeat(joining("new")).memberEpoch()).isEqualTo(3);
        heartbeat(living("new", -1));
        Classic classic = new Classic();

        assertThat(classic.join().generationId()).isEqualTo(5);
        classic.syncLeading(ALL);
        classic.leave();
        shard.restart(true);
        assertThat(heartbeat(joining("new")).memberEpoch()).isEqualTo(7);
    }

    @Test
    void whoSleptWhileTheGroupBecameClassicIsUnknownAndJoinsAgain() {
        Classic old = settledClassic();
        heartbeat(joining("new"));
        old.join();
        old.sync();
        heartbeat(living("new", 2));
        for (int ms = 0; ms < 45_000; ms += 5_000) {
            old.heartbeat();
            shard.advanceMs(5_000);
        }
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);

        assertThat(error(heartbeat(living("new", 2)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);

        old.join();
        old.syncLeading(ALL);
        assertThat(error(heartbeat(joining("new")))).isEqualTo(ErrorCode.NONE);
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ConsumerGroup.class);
        assertThat(state().size()).isEqualTo(2);
    }

    @Test
    void whoSleptAndMayNotJoinAgainOrLeavesIsToldOfNoSuchGroup() {
        settledClassic();
        assertThat(error(heartbeat(living("new", -1)))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);

        configure(MigrationPolicy.DISABLED);

        assertThat(error(heartbeat(living("new", 2)))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void whoSleptUntilTheGroupWasClassicAndEmptyIsUnknownAndJoinsAgain() {
        settledClassic().leave();

        assertThat(error(heartbeat(living("new", 2)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(error(heartbeat(joining("new")))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anUpgradeThatIsNotWrittenChangesNothing() {
        Classic old = settledClassic();
        shard.hold(true);
        Answer<ConsumerGroupHeartbeatResponse> answer = new Answer<>();
        ask(groups -> groups.heartbeat(GROUP, joining("new"), client(1), answer));

        shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        assertThat(error(answer.response())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(shard.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
        assertThat(old.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    /// The only member of a classic group, which has all partitions in generation 1.
    private Classic settledClassic() {
        Classic classic = new Classic();
        classic.join();
        assertThat(classic.syncLeading(ALL)).isEqualTo(ALL);
        return classic;
    }

    private ConsumerGroup group() {
        return (ConsumerGroup) Objects.requireNonNull(shard.groups().group(GROUP));
    }

    private ConsumerState state() {
        return group().committedState();
    }

    private static Client client(int version) {
        return new Client("c", "/h", version);
    }

    private void ask(Function<GroupShard, Write> operation) {
        shard.run(
                GROUP,
                operation,
                error -> {
                    throw new AssertionError(error);
                });
        shard.advanceMs(0);
    }

    private ConsumerGroupHeartbeatResponse heartbeat(ConsumerGroupHeartbeatRequest request) {
        Answer<ConsumerGroupHeartbeatResponse> answer = new Answer<>();
        ask(groups -> groups.heartbeat(GROUP, request, client(1), answer));
        return answer.response();
    }

    private static ConsumerGroupHeartbeatRequest joining(String member) {
        return living(member, 0)
                .withRebalanceTimeoutMs(REBALANCE_MS)
                .withSubscribedTopicNames(List.of("t"))
                .withTopicPartitions(List.<TopicPartitions>of());
    }

    private static ConsumerGroupHeartbeatRequest living(String member, int epoch) {
        return ConsumerGroupHeartbeatRequest.defaults()
                .withGroupId(GROUP)
                .withMemberId(member)
                .withMemberEpoch(epoch);
    }

    private static ErrorCode error(ConsumerGroupHeartbeatResponse answer) {
        return ErrorCode.of(answer.errorCode());
    }

    private List<Integer> assigned(ConsumerGroupHeartbeatResponse answer) {
        return Objects.requireNonNull(answer.assignment()).topicPartitions().stream()
                .filter(its -> its.topicId().equals(topic))
                .findFirst()
                .map(its -> List.copyOf(new TreeSet<>(its.partitions())))
                .orElse(List.of());
    }

    /// A consumer of the classic protocol.
    private final class Classic {
        String id;
        @Nullable String instanceId;
        @Nullable ByteBuffer userData;
        String protocol = "range";
        List<Integer> owned = List.of();
        private int generation = -1;

        Classic() {
            this("");
        }

        Classic(String id) {
            this.id = id;
        }

        JoinGroupResponse join() {
            JoinGroupResponse response = joinOnce();
            if (response.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code()) {
                id = response.memberId();
                response = joinOnce();
            }
            if (response.errorCode() == 0) {
                id = response.memberId();
                generation = response.generationId();
            }
            return response;
        }

        private JoinGroupResponse joinOnce() {
            JoinGroupRequest request =
                    JoinGroupRequest.defaults()
                            .withGroupId(GROUP)
                            .withMemberId(id)
                            .withGroupInstanceId(instanceId)
                            .withSessionTimeoutMs(SESSION_MS)
                            .withRebalanceTimeoutMs(REBALANCE_MS)
                            .withProtocolType("consumer")
                            .withProtocols(
                                    List.of(
                                            new JoinGroupRequestProtocol(
                                                    protocol, subscription())));
            Answer<JoinGroupResponse> answer = new Answer<>();
            ask(groups -> ClassicRequests.join(groups, request, client(NEWEST_JOIN), answer));
            return answer.response();
        }

        private ByteBuffer subscription() {
            Writer out = Writer.heap(32);
            out.int16((short) 1);
            ConsumerProtocolSubscription.defaults()
                    .withTopics(List.of("t"))
                    .withOwnedPartitions(
                            owned.isEmpty()
                                    ? List.of()
                                    : List.of(
                                            new ConsumerProtocolSubscription.TopicPartition(
                                                    "t", owned)))
                    .write(out, 1);
            return out.bytes();
        }

        List<Integer> sync() {
            return sync(List.of());
        }

        List<Integer> syncLeading(List<Integer> partitions) {
            Writer out = Writer.heap(32);
            out.int16((short) 1);
            new ConsumerProtocolAssignment(
                            List.of(new ConsumerProtocolAssignment.TopicPartition("t", partitions)),
                            userData)
                    .write(out, 1);
            return sync(List.of(new SyncGroupRequestAssignment(id, out.bytes())));
        }

        private List<Integer> sync(List<SyncGroupRequestAssignment> assignments) {
            SyncGroupRequest request =
                    new SyncGroupRequest(
                            GROUP, generation, id, instanceId, "consumer", protocol, assignments);
            SyncGroupResponse response =
                    this.<SyncGroupResponse>call((groups, answer) ->
                            ClassicRequests.sync(groups, request, client(5), answer));
            assertThat(response.errorCode()).isZero();
            ConsumerProtocolAssignment assignment =
                    Objects.requireNonNull(ConsumerProtocol.assignment(response.assignment()));
            return assignment.assignedPartitions().isEmpty()
                    ? List.of()
                    : assignment.assignedPartitions().getFirst().partitions();
        }

        ErrorCode heartbeat() {
            return heartbeat(generation);
        }

        ErrorCode heartbeat(int in) {
            HeartbeatRequest request = new HeartbeatRequest(GROUP, in, id, instanceId);
            HeartbeatResponse response =
                    this.<HeartbeatResponse>call((groups, answer) ->
                            ClassicRequests.heartbeat(groups, request, client(4), answer));
            return ErrorCode.of(response.errorCode());
        }

        LeaveGroupResponse leave() {
            return leave(1);
        }

        /// @param times how often it is named
        LeaveGroupResponse leave(int times) {
            MemberIdentity its =
                    MemberIdentity.defaults().withMemberId(id).withGroupInstanceId(instanceId);
            LeaveGroupRequest request =
                    LeaveGroupRequest.defaults()
                            .withGroupId(GROUP)
                            .withMembers(Collections.nCopies(times, its));
            return this.<LeaveGroupResponse>call(
                    (groups, answer) -> ClassicRequests.leave(groups, request, client(5), answer));
        }

        private <R> R call(Call<R> call) {
            Answer<R> answer = new Answer<>();
            ask(groups -> call.of(groups, answer));
            return answer.response();
        }
    }

    /// A request of the classic protocol.
    private interface Call<R> {
        Write of(GroupShard groups, Consumer<R> answer);
    }
}

package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.bytes;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static io.octavo.broker.group.ClassicScene.protocols;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse.MemberResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Static members (KIP-345).
class ClassicStaticTest {
    private static final int NO_SKIP = 8;

    private final ClassicScene scene = new ClassicScene();

    @Test
    void aStaticMemberNeedsNoIdToJoin() {
        JoinGroupResponse joined = scene.waitFor(scene.join(member("i")));

        assertThat(error(joined.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberId()).startsWith("i-");
        assertThat(joined.members().getFirst().groupInstanceId()).isEqualTo("i");
    }

    @Test
    void anIdThatIsTooLongToBeKeptIsRefused() {
        String longest = "i".repeat(1_024);
        for (JoinGroupRequest tooLong :
                List.of(member(longest + "i"), consumer().withMemberId(longest + "i"))) {
            assertThat(error(scene.join(tooLong).response().errorCode()))
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
        assertThat(scene.shard.groups().groups()).isEmpty();

        JoinGroupResponse joined = scene.waitFor(scene.join(member(longest)));
        assertThat(error(joined.errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aSuccessorTakesOverWithoutARebalance() {
        List<JoinGroupResponse> old = stable();

        JoinGroupResponse follower = scene.join(member("b")).response();

        assertThat(error(follower.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(follower.generationId()).isEqualTo(1);
        assertThat(follower.memberId()).startsWith("b-").isNotEqualTo(old.get(1).memberId());
        assertThat(follower.leader()).isEqualTo(old.get(0).memberId());
        assertThat(follower.skipAssignment()).isFalse();
        assertThat(scene.sync(follower).response().assignment()).isEqualTo(bytes("1"));
        assertThat(scene.heartbeat(old.get(1).memberId(), "b", 1))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.heartbeat(old.get(1).memberId(), null, 1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.heartbeat(follower.memberId(), "b", 1)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aLeadersSuccessorLeadsAndNeedNotAssign() {
        stable();

        JoinGroupResponse leader = scene.join(member("a")).response();

        assertThat(leader.leader()).isEqualTo(leader.memberId());
        assertThat(leader.skipAssignment()).isTrue();
        assertThat(leader.members()).hasSize(2);
        assertThat(scene.sync(leader).response().assignment()).isEqualTo(bytes("0"));
    }

    @Test
    void anOldLeadersSuccessorIsShownItsPredecessorAsTheLeader() {
        List<JoinGroupResponse> old = stable();

        JoinGroupResponse leader = scene.join(member("a"), NO_SKIP).response();

        assertThat(leader.leader()).isEqualTo(old.get(0).memberId());
        assertThat(leader.members()).isEmpty();
        assertThat(scene.group().members().isLeader(leader.memberId())).isTrue();
    }

    @Test
    void aSuccessorIsCommittedBeforeItIsTold() {
        List<JoinGroupResponse> old = stable();
        scene.shard.hold(true);
        Answer<JoinGroupResponse> failing = scene.join(member("b"));
        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(error(failing.response().errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(scene.heartbeat(old.get(1).memberId(), "b", 1)).isEqualTo(ErrorCode.NONE);

        Answer<JoinGroupResponse> joins = scene.join(member("b"));
        assertThat(joins.isGiven()).isFalse();
        scene.shard.commit();
        scene.shard.hold(false);

        scene.shard.restart(true);
        assertThat(scene.heartbeat(joins.response().memberId(), "b", 1)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.sync(joins.response()).response().assignment()).isEqualTo(bytes("1"));
    }

    @Test
    void aSuccessorWithWhichAnotherProtocolIsChosenMakesARebalance() {
        Answer<JoinGroupResponse> a =
                scene.join(member("a").withProtocols(protocols("range", "sticky")));
        Answer<JoinGroupResponse> b =
                scene.join(member("b").withProtocols(protocols("range", "sticky")));
        scene.synced(scene.waitFor(List.of(a, b)));

        Answer<JoinGroupResponse> joins =
                scene.join(member("b").withProtocols(protocols("sticky")));

        assertThat(joins.isGiven()).isFalse();
        assertThat(scene.heartbeat(a.response().memberId(), "a", 1))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        scene.join(
                member("a")
                        .withMemberId(a.response().memberId())
                        .withProtocols(protocols("range", "sticky")));
        assertThat(joins.response().protocolName()).isEqualTo("sticky");
    }

    @Test
    void whoIsReplacedWhileItWaitsIsFenced() {
        Answer<JoinGroupResponse> first = scene.join(member("a"));
        Answer<JoinGroupResponse> second = scene.join(member("a"));

        assertThat(error(first.response().errorCode())).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        scene.waitFor(second);

        JoinGroupResponse joined = second.response();
        Answer<JoinGroupResponse> b = scene.join(member("b"));
        scene.join(member("a").withMemberId(joined.memberId()));
        Answer<SyncGroupResponse> waits = scene.sync(b.response());
        Answer<JoinGroupResponse> third = scene.join(member("b"));
        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(third.isGiven()).isFalse();
    }

    @Test
    void aRequestWithAnotherMembersInstanceIsFenced() {
        List<JoinGroupResponse> old = stable();
        String a = old.get(0).memberId();

        assertThat(error(scene.join(member("b").withMemberId(a)).response().errorCode()))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(error(scene.join(member("c").withMemberId(a)).response().errorCode()))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        SyncGroupRequest sync =
                new SyncGroupRequest(GROUP, 1, a, "b", "consumer", "range", List.of());
        assertThat(error(scene.sync(sync).response().errorCode()))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.group().commits(a, "b", 1, ClassicScene.client(9)))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.leave(new MemberIdentity(a, "b", null)).response().members())
                .extracting(MemberResponse::errorCode)
                .containsExactly(ErrorCode.FENCED_INSTANCE_ID.code());
    }

    @Test
    void aStaticMemberIsRemovedByItsInstanceAlone() {
        List<JoinGroupResponse> old = stable();

        assertThat(scene.leave(new MemberIdentity("", "b", null)).response().members())
                .containsExactly(new MemberResponse("", "b", (short) 0));
        assertThat(scene.heartbeat(old.get(0).memberId(), "a", 1))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aStaticMemberThatDoesNotRejoinStaysUntilItsSessionEnds() {
        scene.shard.configure(GroupConfig.defaults());
        Answer<JoinGroupResponse> a =
                scene.join(member("a").withRebalanceTimeoutMs(SESSION_MS / 2));
        Answer<JoinGroupResponse> b =
                scene.join(member("b").withRebalanceTimeoutMs(SESSION_MS / 2));
        scene.synced(scene.waitFor(List.of(a, b)));
        Answer<JoinGroupResponse> c =
                scene.join(member("c").withRebalanceTimeoutMs(SESSION_MS / 2));

        scene.shard.advanceMs(SESSION_MS / 2);

        assertThat(c.response().generationId()).isEqualTo(2);
        assertThat(c.response().members()).hasSize(3);
        assertThat(c.response().leader()).isEqualTo(c.response().memberId());
    }

    @Test
    void whenOnlyStaticMembersAreLeftAndNoneRejoinsTheGroupWaitsForTheirSessions() {
        List<JoinGroupResponse> old = stable();
        Answer<JoinGroupResponse> c = scene.join(member("c"));
        scene.leave(new MemberIdentity("", "c", null));
        assertThat(error(c.response().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);

        scene.shard.advanceMs(SESSION_MS);

        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);
        assertThat(scene.heartbeat(old.get(0).memberId(), "a", 1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    private List<JoinGroupResponse> stable() {
        return scene.synced(
                scene.waitFor(List.of(scene.join(member("a")), scene.join(member("b")))));
    }

    private static JoinGroupRequest member(String instanceId) {
        return consumer().withGroupInstanceId(instanceId);
    }
}

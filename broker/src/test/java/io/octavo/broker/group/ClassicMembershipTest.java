package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.again;
import static io.octavo.broker.group.ClassicScene.bytes;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.LeaveGroupResponse.MemberResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Heartbeats, sessions, leaving, and becoming empty.
class ClassicMembershipTest {
    private final ClassicScene scene = new ClassicScene();

    @Test
    void aHeartbeatOfAnotherGenerationOrMemberIsRefused() {
        JoinGroupResponse joined = scene.stable(1).getFirst();

        assertThat(scene.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.heartbeat(joined.withGenerationId(0)))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(scene.heartbeat(joined.withMemberId("m")))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.heartbeat(joined.memberId(), "i", 1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aHeartbeatToNoGroupIsOfAnUnknownMember() {
        assertThat(scene.heartbeat("m", null, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void heartbeatsCountWhileMembersAreAssigned() {
        JoinGroupResponse joined = scene.waitFor(scene.joinAnew(consumer()));
        for (int i = 0; i < 4; i++) {
            scene.shard.advanceMs(SESSION_MS - 1);
            assertThat(scene.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void aSilentMemberIsForgottenAfterItsSessionTimeout() {
        List<JoinGroupResponse> joined = scene.stable(2);
        scene.shard.advanceMs(SESSION_MS - 1);
        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.NONE);
        scene.shard.advanceMs(1);

        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(scene.heartbeat(joined.get(1))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.join(again(joined.get(0))).response().generationId()).isEqualTo(2);
        assertThat(scene.group().history().rebalances().getLast().causes())
                .contains(joined.get(1).memberId() + " timed out");
    }

    /// Nothing can be written while its session ends, nor that nobody else is left.
    @Test
    void whoHasAnIdAndNeverJoinsIsForgottenOnceThatCanBeWritten() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        scene.idFor(consumer());
        scene.shard.hold(true);
        scene.leave(joined);
        for (int ms = 0; ms <= SESSION_MS; ms += 100) {
            scene.shard.advanceMs(100);
            while (scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE)) {
                // Nor anything else.
            }
        }
        assertThat(scene.group().members().pending()).hasSize(1);

        scene.shard.hold(false);
        scene.shard.advanceMs(2_000);

        assertThat(scene.group().members().pending()).isEmpty();
        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);
    }

    @Test
    void aHeartbeatMakesNoTimer() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        scene.shard.advanceMs(1);
        long before = scene.shard.timersMade();
        for (int i = 0; i < 100; i++) {
            scene.heartbeat(joined);
        }

        assertThat(scene.shard.timersMade()).isEqualTo(before);
    }

    @Test
    void aMemberThatWaitsForAJoinIsAlive() {
        List<JoinGroupResponse> joined = scene.stable(2);
        Answer<JoinGroupResponse> waits = scene.join(again(joined.get(0)));
        scene.heartbeat(joined.get(1));
        for (int i = 0; i < 4; i++) {
            scene.shard.advanceMs(SESSION_MS - 1);
            scene.heartbeat(joined.get(1));
        }
        assertThat(waits.isGiven()).isFalse();

        scene.join(again(joined.get(1)));
        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void severalMembersLeaveAtOnceAndOnlyOnce() {
        List<JoinGroupResponse> joined = scene.stable(3);
        MemberIdentity first = new MemberIdentity(joined.get(0).memberId(), null, "closed");

        LeaveGroupResponse left =
                scene.leave(
                                first,
                                new MemberIdentity(joined.get(1).memberId(), null, null),
                                first,
                                new MemberIdentity("m", null, null),
                                new MemberIdentity("", "i", null),
                                new MemberIdentity("", null, null))
                        .response();

        assertThat(left.members())
                .extracting(MemberResponse::errorCode)
                .containsExactly(
                        (short) 0,
                        (short) 0,
                        ErrorCode.UNKNOWN_MEMBER_ID.code(),
                        ErrorCode.UNKNOWN_MEMBER_ID.code(),
                        ErrorCode.UNKNOWN_MEMBER_ID.code(),
                        ErrorCode.UNKNOWN_MEMBER_ID.code());
        JoinGroupResponse rest = scene.join(again(joined.get(2))).response();
        assertThat(rest.leader()).isEqualTo(rest.memberId());
        assertThat(scene.group().history().rebalances().getLast().causes()).contains("(closed)");
    }

    @Test
    void whoLeavesAGroupThatIsNotThereIsUnknown() {
        LeaveGroupResponse left = scene.leave(new MemberIdentity("m", null, null)).response();

        assertThat(left.errorCode()).isZero();
        assertThat(left.members())
                .extracting(MemberResponse::errorCode)
                .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void aRebalanceDoesNotWaitForWhoLeaves() {
        List<JoinGroupResponse> joined = scene.stable(2);
        Answer<JoinGroupResponse> waits = scene.join(again(joined.get(0)));
        scene.leave(joined.get(1));

        assertThat(waits.response().members()).hasSize(1);
    }

    @Test
    void theLastMemberIsGoneWhenThatIsCommitted() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        scene.shard.hold(true);
        Answer<LeaveGroupResponse> leave = scene.leave(joined);
        assertThat(leave.isGiven()).isFalse();
        assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);

        scene.shard.commit();

        assertThat(leave.response().members().getFirst().errorCode()).isZero();
        assertThat(scene.group().isEmpty()).isTrue();
        assertThat(scene.group().agesFrom()).isEqualTo(scene.shard.clock().wallMs());
        assertThat(scene.shard.loaded().group("g"))
                .isNotNull()
                .returns(true, Group::isEmpty)
                .returns(scene.group().agesFrom(), Group::agesFrom)
                .returns("consumer", Group::protocolType);
    }

    @Test
    void aLeaveThatCannotBeWrittenChangesNothing() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        scene.shard.hold(true);
        Answer<LeaveGroupResponse> leave = scene.leave(joined);
        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        assertThat(error(leave.response().errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(scene.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aDeadLastMemberIsRemovedAgainWhenThatCouldNotBeWritten() {
        int timers = scene.shard.timersWaiting();
        scene.stable(1);
        scene.shard.hold(true);
        scene.shard.advanceMs(SESSION_MS);
        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        scene.shard.hold(false);
        assertThat(scene.group().isEmpty()).isFalse();
        scene.shard.advanceMs(1_000);

        assertThat(scene.group().isEmpty()).isTrue();
        assertThat(scene.shard.timersWaiting()).isEqualTo(timers);
    }

    @Test
    void anEmptyGroupOfConsumersReadsNothing() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        assertThat(scene.group().subscribes("t")).isTrue();
        assertThat(scene.group().subscribes("u")).isFalse();
        assertThat(scene.group().agesFrom()).isEqualTo(-1);

        scene.leave(joined);

        assertThat(scene.group().subscribes("t")).isFalse();
    }

    @Test
    void aGroupWhoseSubscriptionsAreNotUnderstoodMayReadEverything() {
        JoinGroupRequestProtocol strange = new JoinGroupRequestProtocol("range", bytes("?"));
        JoinGroupResponse joined =
                scene.waitFor(scene.joinAnew(consumer().withProtocols(List.of(strange))));
        scene.sync(joined);

        assertThat(scene.group().subscribes("t")).isTrue();
        assertThat(scene.group().agesFrom()).isEqualTo(Long.MAX_VALUE);
    }
}

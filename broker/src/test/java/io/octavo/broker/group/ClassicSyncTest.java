package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.REBALANCE_MS;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.again;
import static io.octavo.broker.group.ClassicScene.bytes;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassicSyncTest {
    private final ClassicScene scene = new ClassicScene();

    @Test
    void everybodyGetsWhatTheLeaderAssigned() {
        List<JoinGroupResponse> joined = joined(3);
        Answer<SyncGroupResponse> second = scene.sync(joined.get(1));
        assertThat(second.isGiven()).isFalse();

        Answer<SyncGroupResponse> leader =
                scene.sync(
                        joined.get(0),
                        joined.get(0).memberId(),
                        "A",
                        joined.get(1).memberId(),
                        "B",
                        "a stranger",
                        "C");

        assertThat(leader.response().assignment()).isEqualTo(bytes("A"));
        assertThat(second.response().assignment()).isEqualTo(bytes("B"));
        assertThat(second.response().protocolType()).isEqualTo("consumer");
        assertThat(second.response().protocolName()).isEqualTo("range");
        SyncGroupResponse late = scene.sync(joined.get(2)).response();
        assertThat(error(late.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(late.assignment().hasRemaining()).isFalse();
    }

    @Test
    void nobodyIsToldBeforeTheAssignmentIsCommitted() {
        List<JoinGroupResponse> joined = joined(2);
        Answer<SyncGroupResponse> follower = scene.sync(joined.get(1));
        scene.shard.hold(true);
        Answer<SyncGroupResponse> leader = scene.sync(joined.get(0), "x", "y");

        assertThat(follower.isGiven()).isFalse();
        assertThat(leader.isGiven()).isFalse();
        assertThat(scene.group().is()).isEqualTo(ClassicState.COMPLETING_REBALANCE);

        scene.shard.commit();
        assertThat(error(follower.response().errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(error(leader.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anAssignmentThatCannotBeWrittenMakesARebalance() {
        List<JoinGroupResponse> joined = joined(2);
        Answer<SyncGroupResponse> follower = scene.sync(joined.get(1));
        scene.shard.hold(true);
        Answer<SyncGroupResponse> leader = scene.sync(joined.get(0), "x", "y");
        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        scene.shard.hold(false);

        for (Answer<SyncGroupResponse> answer : List.of(follower, leader)) {
            assertThat(error(answer.response().errorCode()))
                    .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        Answer<JoinGroupResponse> first = scene.join(again(joined.get(0)));
        scene.join(again(joined.get(1)));
        assertThat(first.response().generationId()).isEqualTo(2);
        assertThat(scene.group().history().rebalances().getLast().causes())
                .contains("could not be written");
    }

    @Test
    void aSyncOfAnotherGenerationMemberOrProtocolIsRefused() {
        SyncGroupRequest right =
                new SyncGroupRequest(
                        GROUP,
                        1,
                        joined(1).getFirst().memberId(),
                        null,
                        "consumer",
                        "range",
                        List.of());

        assertThat(refusal(right.withGenerationId(0))).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(refusal(right.withMemberId("m"))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(refusal(right.withGroupInstanceId("i"))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(refusal(right.withProtocolType("connect")))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(refusal(right.withProtocolName("other")))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(refusal(right.withGroupId("nothing"))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(refusal(right.withProtocolName(null).withProtocolType(null)))
                .isEqualTo(ErrorCode.NONE);
    }

    @Test
    void whoWaitsForAnAssignmentIsToldWhenTheGroupRebalancesAgain() {
        List<JoinGroupResponse> joined = joined(2);
        Answer<SyncGroupResponse> waits = scene.sync(joined.get(1));
        scene.joinAnew(consumer());

        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(error(scene.sync(joined.get(0)).response().errorCode()))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aMemberThatLeavesIsNotLeftWaitingForItsAssignment() {
        List<JoinGroupResponse> joined = joined(2);
        Answer<SyncGroupResponse> waits = scene.sync(joined.get(1));
        scene.leave(joined.get(1));

        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoDoesNotSyncInTimeIsForgotten() {
        List<JoinGroupResponse> joined = joined(3);
        scene.sync(joined.get(0));
        scene.sync(joined.get(1));
        for (int ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
            assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);
            joined.forEach(scene::heartbeat);
            scene.shard.advanceMs(SESSION_MS / 2);
        }

        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(scene.heartbeat(joined.get(2))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aLeaderThatIsSilentDoesNotHoldTheOthers() {
        List<JoinGroupResponse> joined = joined(2);
        Answer<SyncGroupResponse> waits = scene.sync(joined.get(1));
        scene.shard.advanceMs(SESSION_MS);

        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        JoinGroupResponse alone = scene.join(again(joined.get(1))).response();
        assertThat(alone.leader()).isEqualTo(joined.get(1).memberId());
    }

    @Test
    void commitsAreTakenUntilMembersAreToBeAssigned() {
        JoinGroupResponse old = scene.stable(1).getFirst();
        assertThat(commit(old)).isEqualTo(ErrorCode.NONE);
        Answer<JoinGroupResponse> fresh = scene.joinAnew(consumer());
        assertThat(commit(old)).isEqualTo(ErrorCode.NONE);

        JoinGroupResponse next = scene.join(again(old)).response();

        assertThat(fresh.isGiven()).isTrue();
        assertThat(commit(old)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(commit(next)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(commit(next.withMemberId("m"))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(commit(next.withMemberId("").withGenerationId(-1)))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aCommitShowsThatAMemberLives() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        for (int i = 0; i < 5; i++) {
            scene.shard.advanceMs(SESSION_MS - 1);
            scene.group().committed(joined.memberId());
        }

        assertThat(scene.heartbeat(joined)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aStableGroupIsDescribedWithWhatItsMembersHave() {
        JoinGroupResponse joined = scene.waitFor(scene.joinAnew(consumer()));
        DescribedGroup before = describe(6);
        scene.sync(joined, joined.memberId(), "A");

        DescribedGroup group = describe(6);

        assertThat(before.groupState()).isEqualTo("CompletingRebalance");
        assertThat(before.protocolData()).isEmpty();
        assertThat(before.members())
                .extracting(member -> member.memberMetadata().hasRemaining())
                .containsExactly(false);
        assertThat(group.groupState()).isEqualTo("Stable");
        assertThat(group.protocolType()).isEqualTo("consumer");
        assertThat(group.protocolData()).isEqualTo("range");
        assertThat(group.members())
                .containsExactly(
                        new DescribedGroupMember(
                                joined.memberId(),
                                null,
                                "c",
                                "/10.0.0.1",
                                ClassicScene.subscription("t"),
                                bytes("A")));
    }

    @Test
    void aGroupThatIsNotThereIsDeadAndSinceKip1043AnError() {
        assertThat(describe(5).groupState()).isEqualTo("Dead");
        assertThat(error(describe(5).errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(describe(6).groupState()).isEqualTo("Dead");
        assertThat(error(describe(6).errorCode())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(describe(6).errorMessage()).isEqualTo("Group g not found.");
    }

    private DescribedGroup describe(int version) {
        Answer<DescribedGroup> answer = new Answer<>();
        scene.shard.run(
                GROUP,
                groups -> ClassicRequests.describe(groups, GROUP, version, answer),
                error -> {
                    throw new AssertionError(error);
                });
        return answer.response();
    }

    private ErrorCode commit(JoinGroupResponse joined) {
        return scene.group()
                .commits(joined.memberId(), null, joined.generationId(), ClassicScene.client(9));
    }

    private ErrorCode refusal(SyncGroupRequest request) {
        return error(scene.sync(request).response().errorCode());
    }

    private List<JoinGroupResponse> joined(int members) {
        List<Answer<JoinGroupResponse>> answers = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            answers.add(scene.joinAnew(consumer()));
        }
        return scene.waitFor(answers).stream().map(Answer::response).toList();
    }
}

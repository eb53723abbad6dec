package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.again;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static io.octavo.broker.group.ClassicScene.protocols;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the members of classic groups may take of the heap.
class ClassicMemoryTest {
    private final ClassicScene scene = new ClassicScene();

    @Test
    void aNewMemberWaitsWhileMembersTakeTheirShareAndJoinsWhenOneLeaves() {
        List<JoinGroupResponse> members = scene.stable(2);
        limit(bytes());
        JoinGroupResponse refused = scene.join(consumer()).response();
        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(scene.heartbeat(members.get(0))).isEqualTo(ErrorCode.NONE);

        scene.leave(members.get(1));
        Answer<JoinGroupResponse> fresh = scene.joinAnew(consumer());
        scene.join(again(members.get(0)));

        assertThat(error(fresh.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void theOthersDoNotWaitForWhoWasGivenAnIdAndIsRefused() {
        JoinGroupResponse member = scene.stable(1).getFirst();
        limit(2 * bytes() + 1_000);
        String first = scene.join(consumer()).response().memberId();
        String second = scene.join(consumer()).response().memberId();
        Answer<JoinGroupResponse> joined = scene.join(consumer().withMemberId(first));
        JoinGroupResponse refused = scene.join(consumer().withMemberId(second)).response();
        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);

        scene.join(again(member));

        assertThat(error(joined.response().errorCode())).isEqualTo(ErrorCode.NONE);
        MemoryRecount.check(scene.shard);
    }

    /// It would wait for ever for what it will never be.
    @Test
    void aStrangerIsToldThatItIsOneWhenNothingIsLeft() {
        scene.stable(1);
        limit(1);

        JoinGroupResponse refused = scene.join(consumer().withMemberId("stranger")).response();

        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aNewGroupWaitsTooAndIsNotWritten() {
        scene.stable(1);
        limit(bytes());
        int records = scene.shard.log().size();

        JoinGroupResponse refused = scene.join(consumer().withGroupId("other")).response();

        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(scene.shard.log()).hasSize(records);
        assertThat(scene.shard.groups().group("other")).isNull();
    }

    @Test
    void whoSaysAsMuchAsBeforeIsNotRefusedWhenNothingIsLeft() {
        List<JoinGroupResponse> members = scene.stable(2);
        limit(1);

        Answer<JoinGroupResponse> leader = scene.join(again(members.get(0)));
        Answer<JoinGroupResponse> follower = scene.join(again(members.get(1)));
        scene.synced(List.of(leader, follower));

        assertThat(leader.response().generationId()).isEqualTo(2);
        MemoryRecount.check(scene.shard);
    }

    @Test
    void aSuccessorThatSaysAsMuchTakesOverWhenNothingIsLeft() {
        JoinGroupRequest request = consumer().withGroupInstanceId("i");
        JoinGroupResponse old = scene.waitFor(scene.join(request));
        scene.synced(List.of(given(old)));
        limit(1);

        JoinGroupResponse successor = scene.join(request).response();

        assertThat(error(successor.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(successor.memberId()).isNotEqualTo(old.memberId());
        MemoryRecount.check(scene.shard);
    }

    @Test
    void aSuccessorThatSaysMoreIsRefusedAndItsPredecessorStays() {
        JoinGroupRequest request = consumer().withGroupInstanceId("i");
        JoinGroupResponse old = scene.waitFor(scene.join(request));
        scene.sync(old, old.memberId(), "x".repeat(5_000));
        limit(1);

        JoinGroupResponse refused =
                scene.join(request.withProtocols(protocols("range", "sticky"))).response();

        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(scene.heartbeat(old.memberId(), "i", 1)).isEqualTo(ErrorCode.NONE);
    }

    /// What a client and its host are called is kept from when it came.
    @Test
    void aMemberThatHasMovedSaysAsMuchAsBefore() {
        JoinGroupResponse member = scene.stable(1).getFirst();
        limit(1);
        Answer<JoinGroupResponse> answer = new Answer<>();
        scene.shard.run(
                GROUP,
                groups ->
                        ClassicRequests.join(
                                groups,
                                again(member),
                                new Client("c", "/a.host.that.is.farther.away", 9),
                                answer),
                _ -> {});

        assertThat(error(answer.response().errorCode())).isEqualTo(ErrorCode.NONE);
        MemoryRecount.check(scene.shard);
    }

    @Test
    void aMemberThatWantsMoreThanThereIsStaysAMember() {
        JoinGroupResponse member = scene.stable(1).getFirst();
        limit(1);
        for (int i = 0; i < 3; i++) {
            scene.shard.advanceMs(SESSION_MS - 1);
            JoinGroupResponse refused =
                    scene.join(again(member).withProtocols(protocols("range", "sticky")))
                            .response();
            assertThat(error(refused.errorCode()))
                    .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }

        assertThat(scene.heartbeat(member)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anAssignmentThatThereIsNoMemoryForIsNotHandedOutAndASmallerOneIs() {
        scene.shard.limitMemory(10_000);
        scene.shard.restart(false);
        JoinGroupResponse leader = scene.waitFor(scene.joinAnew(consumer()));
        SyncGroupResponse refused =
                scene.sync(leader, leader.memberId(), "x".repeat(20_000)).response();
        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        JoinGroupResponse again = scene.join(again(leader)).response();
        SyncGroupResponse given = scene.sync(again, again.memberId(), "x".repeat(5_000)).response();

        assertThat(error(given.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(bytes()).isGreaterThan(5_000);
        MemoryRecount.check(scene.shard);
    }

    @Test
    void leavesPassWhenNothingIsLeftAndNothingIsTakenThen() {
        List<JoinGroupResponse> members = scene.stable(2);
        limit(1);

        for (JoinGroupResponse member : members) {
            assertThat(error(scene.leave(member).response().errorCode())).isEqualTo(ErrorCode.NONE);
        }

        assertThat(bytes()).isZero();
    }

    @Test
    void whoWasGivenAnIdCountsUntilItsSessionEnds() {
        String id = scene.idFor(consumer());
        assertThat(bytes()).isEqualTo(700 + 2L * id.length());

        scene.shard.advanceMs(SESSION_MS);

        assertThat(bytes()).isZero();
    }

    @Test
    void whatIsLoadedCountsAndIsNotRefused() {
        JoinGroupResponse member = scene.stable(1).getFirst();
        long before = bytes();
        limit(1);

        assertThat(bytes()).isEqualTo(before).isGreaterThan(1_000);
        assertThat(scene.heartbeat(member)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aGroupThatSaysTooMuchTakesNobodyWhateverMemoryThereIs() {
        JoinGroupResponse member = scene.stable(1).getFirst();
        ByteBuffer much = ByteBuffer.allocate((int) GroupMemory.GROUP_BYTES_MAX - 3_000);
        Answer<JoinGroupResponse> first =
                scene.joinAnew(
                        consumer()
                                .withProtocols(
                                        List.of(new JoinGroupRequestProtocol("range", much))));
        assertThat(first.isGiven()).isFalse();
        scene.join(again(member));

        JoinGroupResponse refused = scene.join(consumer()).response();

        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void whoSaysTooMuchMakesNoGroup() {
        ByteBuffer much = ByteBuffer.allocate((int) GroupMemory.GROUP_BYTES_MAX);
        JoinGroupRequest request =
                consumer().withProtocols(List.of(new JoinGroupRequestProtocol("range", much)));

        assertThat(error(scene.join(request).response().errorCode()))
                .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(scene.shard.log()).isEmpty();
    }

    /// What members may take from now on; what they take is loaded again.
    private void limit(long bytesMax) {
        scene.shard.limitMemory(bytesMax);
        scene.shard.restart(true);
    }

    private long bytes() {
        return scene.shard.groups().context().memory().bytes();
    }

    private static Answer<JoinGroupResponse> given(JoinGroupResponse response) {
        Answer<JoinGroupResponse> answer = new Answer<>();
        answer.accept(response);
        return answer;
    }
}

package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryTest extends WithOffsetScene {
    private static final GroupConfig CONFIG = GroupConfig.defaults();
    private static final long RETENTION_MS = CONFIG.retentionMs();
    private static final long CHECK_MS = CONFIG.retentionCheckMs();
    private static final long DAY_MS = 86_400_000;

    @Test
    void anOffsetOfNoMemberEndsARetentionAfterItsCommit() {
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        scene.commit("g", "t", 1, 2);
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);

        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 1)).isEqualTo(2);
        assertThat(scene.group("g")).isNotNull();
    }

    @Test
    void aGroupThatHasNothingLeftGoes() throws IOException {
        FakeGroup group = new FakeGroup("g");
        scene.shard().put(group);
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(RETENTION_MS);
        look();

        assertThat(scene.group("g")).isNull();
        assertThat(group.ended).isTrue();
        scene.restart();
        assertThat(scene.shard().groups()).isEmpty();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
    }

    @Test
    void anEmptyGroupThatNeverCommittedGoesAtTheNextLook() {
        scene.shard().put(new FakeGroup("g"));

        look();

        assertThat(scene.group("g")).isNull();
    }

    @Test
    void aGroupWithMembersStaysThoughItHasCommittedNothing() {
        scene.members("g", "t");

        look();

        assertThat(scene.group("g")).isNotNull();
    }

    @Test
    void nothingEndsThatTheGroupConsumes() {
        FakeGroup group = scene.members("g", "t");
        group.agesFrom = -1;
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 0, 2);

        scene.advanceMs(RETENTION_MS);
        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
        assertThat(scene.offset("g", "u", 0)).isEqualTo(-1);
    }

    @Test
    void nothingEndsOfAGroupWhoseOffsetsDoNotAge() {
        scene.members("g");
        scene.commit("g", "t", 0, 1);

        scene.advanceMs(10 * RETENTION_MS);
        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    @Test
    void offsetsOfAGroupThatWasLeftEndARetentionAfterThat() {
        FakeGroup group = scene.members("g", "t");
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(5 * RETENTION_MS);
        group.empty = true;
        group.subscriptions.clear();
        group.agesFrom = scene.nowMs();
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        look();
        assertThat(scene.group("g")).isNotNull();

        look();

        assertThat(scene.group("g")).isNull();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfAConsumerGroupEndARetentionAfterItsLastMemberWent() throws IOException {
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        heartbeat(0);
        heartbeat(-1);
        assertThat(scene.group("g")).isInstanceOf(ConsumerGroup.class);
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);

        look();

        assertThat(scene.group("g")).isNull();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfAConsumerGroupThatIsLoadedEmptyEndARetentionAfterThat() throws IOException {
        scene.commit("g", "t", 0, 1);
        heartbeat(0);
        heartbeat(-1);
        scene.restartAfter(5 * RETENTION_MS);
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);

        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
    }

    @Test
    void anOffsetCommittedForAGroupThatHasLongBeenEmptyEndsARetentionAfterItsCommit() {
        FakeGroup group = scene.members("g");
        group.empty = true;
        group.agesFrom = scene.nowMs();
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(RETENTION_MS - CHECK_MS - 1);
        scene.commit("g", "t", 1, 2);

        look();
        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 1)).isEqualTo(2);
    }

    @Test
    void anOldClientSaysItselfHowLongItsOffsetIsKept() throws IOException {
        scene.commit(OffsetScene.request("g", "t", 0, 1).withRetentionTimeMs(DAY_MS), 4);
        scene.commit(OffsetScene.request("g", "t", 1, 1).withRetentionTimeMs(30 * DAY_MS), 4);
        scene.commit(OffsetScene.request("g", "t", 2, 1).withRetentionTimeMs(Long.MAX_VALUE), 4);
        scene.restart();
        scene.advanceMs(DAY_MS);
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);

        scene.advanceMs(28 * DAY_MS);
        look();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(1);
        scene.advanceMs(DAY_MS);
        look();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 2)).isEqualTo(1);
    }

    @Test
    void aJumpOfTheWallClockMakesNothingOld() {
        scene.commit("g", "t", 0, 1);
        scene.broker().clock().jumpWallMs(30 * DAY_MS);
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);

        scene.broker().clock().jumpWallMs(-300 * DAY_MS);
        scene.commit("g", "t", 1, 1);
        look();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(1);
        scene.broker().clock().jumpWallMs(300 * DAY_MS);
        look();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(1);
    }

    @Test
    void aWallClockThatIsPutBackAfterTheStartMakesNothingOld() throws IOException {
        scene.commit("g", "t", 0, 1);
        scene.restartAfter(30 * DAY_MS);
        scene.broker().clock().jumpWallMs(-30 * DAY_MS);

        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    @Test
    void whatIsCommittedAfterTheWallClockWasPutForwardIsNotOldAfterARestart() throws IOException {
        scene.broker().clock().jumpWallMs(30 * DAY_MS);
        scene.commit("g", "t", 0, 1);
        scene.restartAfter(30 * DAY_MS);

        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    @Test
    void whatWasCommittedInATopicThatAnotherHasReplacedGoes() {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 0, 2);
        scene.broker().delete("t");
        look();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
        scene.broker().create("t", 3);

        look();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "u", 0)).isEqualTo(2);
    }

    @Test
    void everyGroupIsLookedAt() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(scene.commit("g" + i, "t", 0, i)).isEqualTo(ErrorCode.NONE);
        }
        scene.advanceMs(RETENTION_MS);

        for (int i = 0; i < 10; i++) {
            look();
        }

        assertThat(scene.shard().groups()).isEmpty();
        assertThat(scene.shard().offsets().groups()).isEmpty();
    }

    /// Of a member of a consumer group of `t`: it joins in the epoch 0, and leaves in -1.
    private void heartbeat(int epoch) {
        ConsumerGroupHeartbeatResponse answer =
                scene.ask(given ->
                        scene.groups()
                                .heartbeat(
                                        ConsumerGroupHeartbeatRequest.defaults()
                                                .withGroupId("g")
                                                .withMemberId("m")
                                                .withMemberEpoch(epoch)
                                                .withRebalanceTimeoutMs(60_000)
                                                .withSubscribedTopicNames(List.of("t"))
                                                .withTopicPartitions(List.of()),
                                        OffsetScene.client(1),
                                        given));
        assertThat(answer.errorCode()).isZero();
    }

    /// Lets the time of the next look come.
    private void look() {
        scene.advanceMs(CHECK_MS);
    }
}

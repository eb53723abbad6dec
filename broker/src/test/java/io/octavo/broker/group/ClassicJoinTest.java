package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.REBALANCE_MS;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.again;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static io.octavo.broker.group.ClassicScene.protocols;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassicJoinTest {
    private static final int OLD = 3;

    private final ClassicScene scene = new ClassicScene();

    @Test
    void aDynamicMemberIsGivenItsIdFirst() {
        JoinGroupResponse first = scene.join(consumer()).response();

        assertThat(error(first.errorCode())).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(first.memberId()).matches("c-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);

        JoinGroupResponse joined =
                scene.waitFor(scene.join(consumer().withMemberId(first.memberId())));
        assertThat(error(joined.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberId()).isEqualTo(first.memberId());
        assertThat(joined.generationId()).isEqualTo(1);
        assertThat(joined.leader()).isEqualTo(first.memberId());
        assertThat(joined.protocolType()).isEqualTo("consumer");
        assertThat(joined.protocolName()).isEqualTo("range");
        assertThat(joined.members())
                .extracting(JoinGroupResponseMember::memberId)
                .containsExactly(first.memberId());
    }

    /// What cannot be sent comes back as something else, and is never known.
    @Test
    void anIdIsNotCutWithinACharacter() {
        Client client = new Client("c".repeat(254) + "\ud83d\ude00", "/10.0.0.1", OLD + 1);
        Answer<JoinGroupResponse> answer = new Answer<>();
        scene.shard.run(
                GROUP, groups -> ClassicRequests.join(groups, consumer(), client, answer), _ -> {});

        String id = answer.response().memberId();
        assertThat(id).startsWith("c".repeat(254) + "-");
        assertThat(new String(id.getBytes(UTF_8), UTF_8)).isEqualTo(id);
    }

    @Test
    void anOldClientJoinsAtOnce() {
        JoinGroupResponse joined = scene.waitFor(scene.join(consumer(), OLD));

        assertThat(error(joined.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberId()).startsWith("c-");
    }

    @Test
    void anIdThatIsNotJoinedWithExpires() {
        int timers = scene.shard.timersWaiting();
        String id = scene.idFor(consumer());
        scene.shard.advanceMs(SESSION_MS);

        assertThat(scene.join(consumer().withMemberId(id)).response().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
        assertThat(scene.shard.timersWaiting()).isEqualTo(timers);
    }

    @Test
    void whoAsksForIdsWithoutEndIsGivenNewOnesForOldOnes() {
        String first = scene.idFor(consumer());
        String second = scene.idFor(consumer());
        for (int i = 2; i <= ClassicMembers.PENDING_MAX; i++) {
            scene.idFor(consumer());
        }

        assertThat(scene.group().members().pending())
                .hasSize(ClassicMembers.PENDING_MAX)
                .doesNotContain(first)
                .contains(second);
        assertThat(error(scene.join(consumer().withMemberId(first)).response().errorCode()))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aMemberOfNoGroupIsUnknown() {
        JoinGroupResponse answer = scene.join(consumer().withMemberId("m")).response();

        assertThat(error(answer.errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(answer.memberId()).isEqualTo("m");
        assertThat(scene.shard.groups().groups()).isEmpty();
    }

    @Test
    void aSessionTimeoutOutOfBoundsIsRefused() {
        for (int timeoutMs : new int[] {0, 5_999, 1_800_001}) {
            assertThat(
                            scene.join(consumer().withSessionTimeoutMs(timeoutMs))
                                    .response()
                                    .errorCode())
                    .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT.code());
        }
    }

    @Test
    void aGroupIsCommittedBeforeAnybodyJoins() {
        scene.shard.hold(true);
        Answer<JoinGroupResponse> first = scene.join(consumer());
        Answer<JoinGroupResponse> second = scene.join(consumer());
        assertThat(first.isGiven()).isFalse();

        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(error(first.response().errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(scene.shard.groups().groups()).isEmpty();

        scene.shard.commit();
        assertThat(error(second.response().errorCode())).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(scene.shard.loaded().group("g")).isNotNull();
    }

    @Test
    void theFirstRebalanceWaitsForMoreMembersButNotForEver() {
        Answer<JoinGroupResponse> first = scene.joinAnew(consumer());
        scene.shard.advanceMs(2_999);
        Answer<JoinGroupResponse> second = scene.joinAnew(consumer());
        scene.shard.advanceMs(3_000);
        assertThat(first.isGiven()).isFalse();
        scene.shard.advanceMs(1);
        assertThat(first.response().generationId()).isEqualTo(1);
        assertThat(second.response().generationId()).isEqualTo(1);
    }

    @Test
    void theFirstRebalanceIsDoneAfterTheRebalanceTimeoutThoughMembersCome() {
        Answer<JoinGroupResponse> first = scene.joinAnew(consumer().withRebalanceTimeoutMs(10_000));
        for (int i = 0; i < 4; i++) {
            assertThat(first.isGiven()).isFalse();
            scene.joinAnew(consumer().withRebalanceTimeoutMs(10_000));
            scene.shard.advanceMs(2_500);
        }
        assertThat(error(first.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void everybodyOfAGenerationIsToldTheSameAndOnlyTheLeaderOfAll() {
        List<JoinGroupResponse> joined = scene.stable(3);

        assertThat(joined).extracting(JoinGroupResponse::generationId).containsOnly(1);
        assertThat(joined)
                .extracting(JoinGroupResponse::leader)
                .containsOnly(joined.getFirst().memberId());
        assertThat(joined).extracting(one -> one.members().size()).containsExactly(3, 0, 0);
    }

    @Test
    void theProtocolThatAllSupportAndMostPreferIsTaken() {
        Answer<JoinGroupResponse> a =
                scene.joinAnew(consumer().withProtocols(protocols("x", "range", "sticky")));
        Answer<JoinGroupResponse> b =
                scene.joinAnew(consumer().withProtocols(protocols("sticky", "range")));
        Answer<JoinGroupResponse> c =
                scene.joinAnew(consumer().withProtocols(protocols("sticky", "range", "y")));

        assertThat(scene.waitFor(a).protocolName()).isEqualTo("sticky");
        assertThat(b.response().protocolName()).isEqualTo("sticky");
        assertThat(c.response().protocolName()).isEqualTo("sticky");
    }

    @Test
    void whoSupportsNothingInCommonIsRefused() {
        scene.stable(1);
        JoinGroupRequest connect = consumer().withProtocolType("connect");

        for (JoinGroupRequest other :
                List.of(
                        connect,
                        consumer().withProtocols(protocols("other")),
                        consumer().withProtocols(List.of()))) {
            assertThat(error(scene.join(other).response().errorCode()))
                    .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);
    }

    @Test
    void whoOffersNothingMakesNoGroup() {
        for (JoinGroupRequest nothing :
                List.of(consumer().withProtocols(List.of()), consumer().withProtocolType(""))) {
            assertThat(error(scene.join(nothing).response().errorCode()))
                    .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        assertThat(scene.shard.groups().groups()).isEmpty();
    }

    @Test
    void anEmptyGroupMayGetAnotherKindOfMembers() {
        scene.leave(scene.stable(1).getFirst());
        JoinGroupResponse joined =
                scene.waitFor(
                        scene.joinAnew(
                                consumer()
                                        .withProtocolType("connect")
                                        .withProtocols(protocols("sessioned"))));

        assertThat(joined.protocolType()).isEqualTo("connect");
        assertThat(joined.generationId()).isEqualTo(3);
        assertThat(scene.group().subscribes("t")).isFalse();
    }

    @Test
    void aNewMemberMakesTheOthersJoinAgain() {
        JoinGroupResponse old = scene.stable(1).getFirst();
        Answer<JoinGroupResponse> fresh = scene.joinAnew(consumer());

        assertThat(fresh.isGiven()).isFalse();
        assertThat(scene.heartbeat(old)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);

        Answer<JoinGroupResponse> rejoined = scene.join(again(old));
        assertThat(rejoined.response().generationId()).isEqualTo(2);
        assertThat(rejoined.response().members()).hasSize(2);
        assertThat(fresh.response().leader()).isEqualTo(old.memberId());
    }

    @Test
    void aRebalanceWaitsForWhoWasGivenAnId() {
        JoinGroupResponse old = scene.stable(1).getFirst();
        String id = scene.idFor(consumer());
        Answer<JoinGroupResponse> rejoined = scene.join(again(old));
        assertThat(rejoined.isGiven()).isFalse();

        Answer<JoinGroupResponse> fresh = scene.join(consumer().withMemberId(id));

        assertThat(rejoined.response().members()).hasSize(2);
        assertThat(fresh.isGiven()).isTrue();
    }

    @Test
    void membersThatDoNotRejoinInTimeAreForgotten() {
        List<JoinGroupResponse> old = scene.stable(2);
        Answer<JoinGroupResponse> fresh = scene.joinAnew(consumer());
        for (int ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
            assertThat(fresh.isGiven()).isFalse();
            old.forEach(scene::heartbeat);
            scene.shard.advanceMs(SESSION_MS / 2);
        }

        assertThat(fresh.response().members()).hasSize(1);
        assertThat(fresh.response().leader()).isEqualTo(fresh.response().memberId());
        assertThat(scene.heartbeat(old.getFirst())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.group().history().rebalances().getLast().causes())
                .contains(" joined", "did not rejoin in time");
    }

    @Test
    void aFollowerThatAsksAgainIsToldOfItsGeneration() {
        List<JoinGroupResponse> joined = scene.stable(2);

        JoinGroupResponse told = scene.join(again(joined.get(1))).response();

        assertThat(told).isEqualTo(joined.get(1));
        assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);
    }

    @Test
    void theLeaderOrAChangedMemberThatAsksAgainMakesARebalance() {
        List<JoinGroupResponse> joined = scene.stable(2);
        Answer<JoinGroupResponse> leader = scene.join(again(joined.get(0)));
        assertThat(leader.isGiven()).isFalse();
        Answer<JoinGroupResponse> follower = scene.join(again(joined.get(1)));
        joined = scene.synced(List.of(leader, follower));
        assertThat(joined).extracting(JoinGroupResponse::generationId).containsOnly(2);

        Answer<JoinGroupResponse> changed =
                scene.join(again(joined.get(1)).withProtocols(protocols("sticky", "range")));

        assertThat(changed.isGiven()).isFalse();
        assertThat(scene.group().is()).isEqualTo(ClassicState.PREPARING_REBALANCE);
    }

    @Test
    void whileAssigningAMemberThatAsksAgainIsToldOfItsGeneration() {
        Answer<JoinGroupResponse> leader = scene.joinAnew(consumer());
        JoinGroupResponse joined = scene.waitFor(leader);

        assertThat(scene.join(again(joined)).response()).isEqualTo(joined);
    }

    @Test
    void aJoinThatIsAskedAgainIsAnsweredOnceMore() {
        List<JoinGroupResponse> old = scene.stable(2);
        Answer<JoinGroupResponse> given = scene.join(again(old.get(0)));
        Answer<JoinGroupResponse> asked = scene.join(again(old.get(0)));

        assertThat(error(given.response().errorCode())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        scene.join(again(old.get(1)));
        assertThat(error(asked.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aFullGroupTakesNobody() {
        scene.shard.configure(withMembersMax(2));
        List<JoinGroupResponse> joined = scene.stable(2);

        JoinGroupResponse refused = scene.join(consumer()).response();

        assertThat(error(refused.errorCode())).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(refused.memberId()).isEmpty();
        assertThat(scene.heartbeat(joined.getFirst())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aGroupThatIsLoadedTooLargeGetsSmaller() {
        List<JoinGroupResponse> joined = scene.stable(3);
        scene.shard.configure(withMembersMax(2));
        scene.shard.restart(true);
        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);

        Answer<JoinGroupResponse> first = scene.join(again(joined.get(2)));
        Answer<JoinGroupResponse> second = scene.join(again(joined.get(1)));
        Answer<JoinGroupResponse> third = scene.join(again(joined.get(0)));

        assertThat(error(third.response().errorCode())).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(error(first.response().errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(error(second.response().errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(scene.heartbeat(joined.get(0))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aNewMemberThatWaitsTooLongIsForgotten() {
        scene.shard.configure(withDelay(600_000));
        Answer<JoinGroupResponse> joins =
                scene.joinAnew(consumer().withRebalanceTimeoutMs(600_000));
        scene.shard.advanceMs(300_000);

        assertThat(error(joins.response().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);
        assertThat(scene.group().members().isEmpty()).isTrue();
    }

    @Test
    void whoLeavesWhileTheFirstRebalanceWaitsIsNotWaitedFor() {
        String id = scene.idFor(consumer());
        Answer<JoinGroupResponse> joins = scene.join(consumer().withMemberId(id));
        scene.leave(new MemberIdentity(id, null, null));

        assertThat(error(joins.response().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        scene.shard.advanceMs(3_000);
        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);
        assertThat(scene.group().generation()).isEqualTo(1);
    }

    @Test
    void aGroupThatNobodyJoinedIsWrittenToBeEmptyUntilThatSucceeds() {
        String id = scene.idFor(consumer());
        scene.join(consumer().withMemberId(id));
        scene.leave(new MemberIdentity(id, null, null));
        scene.shard.hold(true);
        scene.shard.advanceMs(3_000);
        scene.shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(scene.group().is()).isEqualTo(ClassicState.PREPARING_REBALANCE);
        scene.shard.advanceMs(1_000);
        scene.shard.commit();

        assertThat(scene.group().is()).isEqualTo(ClassicState.EMPTY);
    }

    static GroupConfig withMembersMax(int max) {
        GroupConfig all = GroupConfig.defaults();
        return new GroupConfig(
                all.sessionTimeoutMsMin(),
                all.sessionTimeoutMsMax(),
                all.initialRebalanceDelayMs(),
                max,
                all.metadataBytesMax(),
                all.retentionMs(),
                all.retentionCheckMs());
    }

    private static GroupConfig withDelay(int delayMs) {
        GroupConfig all = GroupConfig.defaults();
        return new GroupConfig(
                all.sessionTimeoutMsMin(),
                all.sessionTimeoutMsMax(),
                delayMs,
                all.membersMax(),
                all.metadataBytesMax(),
                all.retentionMs(),
                all.retentionCheckMs());
    }
}

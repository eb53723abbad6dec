package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.group.consumer.MemberState;
import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConsumerGroupTest extends ConsumerGroupScene {
    @Test
    void theFirstMemberGetsAllPartitions() {
        var answer = ask(joining("a"));

        assertThat(error(answer)).isEqualTo(ErrorCode.NONE);
        assertThat(answer.memberId()).isEqualTo("a");
        assertThat(answer.memberEpoch()).isEqualTo(2);
        assertThat(answer.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(assigned(answer)).containsExactly(0, 1, 2, 3);
        assertThat(group().state()).isEqualTo("Stable");
    }

    @Test
    void aHeartbeatThatChangesNothingWritesNothing() {
        ask(joining("a"));
        int records = stage.log().size();
        ConsumerState before = state();

        var answer = ask(heartbeat("a", 2));

        assertThat(error(answer)).isEqualTo(ErrorCode.NONE);
        assertThat(answer.assignment()).isNull();
        assertThat(stage.log().size()).isEqualTo(records);
        assertThat(state()).isSameAs(before);
    }

    @Test
    void aPartitionGoesToTheNextMemberOnlyWhenTheFirstHasGivenItUp() {
        ask(joining("a"));

        var joined = ask(joining("b"));
        assertThat(joined.memberEpoch()).isEqualTo(3);
        assertThat(assigned(joined)).isEmpty();

        var told = ask(heartbeat("a", 2));
        assertThat(told.memberEpoch()).isEqualTo(2);
        List<Integer> kept = assigned(told);
        assertThat(kept).hasSize(2);
        assertThat(ask(heartbeat("b", 3)).assignment()).isNull();
        assertThat(group().state()).isEqualTo("Reconciling");

        // It says that it still owns everything, and later that it does not.
        assertThat(ask(owning("a", 2, 0, 1, 2, 3)).memberEpoch()).isEqualTo(2);
        assertThat(ask(heartbeat("b", 3)).assignment()).isNull();
        var released = ask(owning("a", 2, kept.get(0), kept.get(1)));
        assertThat(released.memberEpoch()).isEqualTo(3);

        List<Integer> got = assigned(ask(heartbeat("b", 3)));
        assertThat(got).hasSize(2).doesNotContainAnyElementsOf(kept);
        assertThat(group().state()).isEqualTo("Stable");
    }

    @Test
    void aMemberThatDoesNotGiveUpPartitionsInTimeIsFenced() {
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("a", 2));

        for (int ms = 0; ms < REBALANCE_MS; ms += 5_000) {
            assertThat(state().member("a")).isNotNull();
            ask(heartbeat("a", 2));
            ask(heartbeat("b", 3));
            advanceMs(5_000);
        }

        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(assigned(ask(heartbeat("b", 3)))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aMemberThatIsSilentForItsSessionIsFenced() {
        ask(joining("a"));
        advanceMs(SESSION_MS - 1);
        ask(heartbeat("a", 2));
        advanceMs(SESSION_MS - 1);
        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.NONE);

        advanceMs(SESSION_MS);

        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group().state()).isEqualTo("Empty");
        assertThat(state().epoch()).isEqualTo(3);
    }

    @Test
    void aSessionWhoseEndCouldNotBeWrittenEndsLater() {
        ask(joining("a"));
        failing = true;
        stage.hold(true);
        advanceMs(SESSION_MS);
        assertThat(group().isEmpty()).isFalse();

        failing = false;
        stage.hold(false);
        advanceMs(1_000);

        assertThat(group().isEmpty()).isTrue();
    }

    @Test
    void afterALoadEveryMemberHasAWholeSession() {
        ask(joining("a"));
        ConsumerState before = state();
        advanceMs(SESSION_MS - 1);

        stage.restart(true);

        assertThat(state()).isEqualTo(before);
        advanceMs(SESSION_MS - 1);
        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.NONE);
        advanceMs(SESSION_MS);
        assertThat(group().isEmpty()).isTrue();
    }

    @Test
    void afterALoadAMemberStillHasToGiveUpPartitionsInTime() {
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("a", 2));
        stage.restart(true);

        for (int ms = 0; ms < REBALANCE_MS; ms += 5_000) {
            ask(heartbeat("a", 2));
            advanceMs(5_000);
        }

        assertThat(state().member("a")).isNull();
    }

    @Test
    void aFailedWriteChangesNothing() {
        ask(joining("a"));
        ConsumerState before = state();
        failing = true;
        stage.hold(true);

        assertThat(error(ask(joining("b")))).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        assertThat(state()).isSameAs(before);
    }

    @Test
    void aMemberThatLeavesFreesItsPartitions() {
        ask(joining("a"));
        ask(joining("b"));

        var left = ask(heartbeat("a", -1));

        assertThat(error(left)).isEqualTo(ErrorCode.NONE);
        assertThat(left.memberEpoch()).isEqualTo(-1);
        assertThat(assigned(ask(heartbeat("b", 3)))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void epochsThatAreNotTheMembersAreFenced() {
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("a", -1));
        assertThat(ask(heartbeat("b", 3)).memberEpoch()).isEqualTo(4);

        assertThat(error(ask(heartbeat("b", 5)))).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        assertThat(error(ask(heartbeat("b", 2)))).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        // The one before is taken from who says what it owns, and owns nothing else.
        assertThat(error(ask(heartbeat("b", 3)))).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        assertThat(error(ask(owning("b", 3)))).isEqualTo(ErrorCode.NONE);
        assertThat(error(ask(heartbeat("c", 3)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aGroupThatIsNotThereIsNotFound() {
        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(error(ask(heartbeat("a", -1)))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(stage.groups().group(GROUP)).isNull();
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        ask(joining("a"));
        ask(joining("b"));
        ask(joining("c"));

        assertThat(error(ask(joining("d")))).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(error(ask(joining("c")))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void requestsThatMeanNothingAreRefused() {
        List<ConsumerGroupHeartbeatRequest> wrong =
                List.of(
                        joining(""),
                        joining("a").withGroupId(" "),
                        joining("a").withInstanceId(""),
                        joining("a").withRackId(""),
                        joining("a").withRebalanceTimeoutMs(-1),
                        joining("a").withTopicPartitions(null),
                        joining("a").withTopicPartitions(partitions(0)),
                        joining("a").withSubscribedTopicNames(null),
                        heartbeat("a", -2),
                        heartbeat("a", -3));
        for (ConsumerGroupHeartbeatRequest request : wrong) {
            assertThat(error(ask(request))).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
        assertThat(error(ask(joining("a").withServerAssignor("mine"))))
                .isEqualTo(ErrorCode.UNSUPPORTED_ASSIGNOR);
    }

    @Test
    void inVersion0TheCoordinatorNamesAMember() {
        var answer = ask(joining(""), 0);

        assertThat(error(answer)).isEqualTo(ErrorCode.NONE);
        assertThat(answer.memberId()).hasSize(22);
        assertThat(state().member(Objects.requireNonNull(answer.memberId()))).isNotNull();
    }

    @Test
    void commitsAndFetchesWantTheMembersEpoch() {
        Client client = new Client("c", "/h", 9);
        ask(joining("a"));

        assertThat(group().commits("a", null, 2, client)).isEqualTo(ErrorCode.NONE);
        assertThat(group().commits("a", null, 3, client)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group().commits("b", null, 2, client)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group().commits("", null, -1, client)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group().commits("a", null, 2, new Client("c", "/h", 8)))
                .isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(group().fetches(null, -1)).isEqualTo(ErrorCode.NONE);
        assertThat(group().fetches("a", 3)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        ask(heartbeat("a", -1));
        assertThat(group().commits("", null, -1, client)).isEqualTo(ErrorCode.NONE);
    }

    /// A stock consumer that has just heard that it is fenced commits without an epoch.
    @Test
    void whoIsFencedCommitsNothingAsIfItNeededNoMembership() {
        Client client = new Client("c", "/h", 9);
        ask(joining("a"));
        advanceMs(SESSION_MS);
        assertThat(group().isEmpty()).isTrue();

        assertThat(group().commits("a", null, -1, client)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group().commits("", null, -1, client)).isEqualTo(ErrorCode.NONE);

        stage.hold(true);
        failing = true;
        assertThat(error(ask(joining("a")))).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        failing = false;
        stage.hold(false);
        assertThat(group().commits("a", null, -1, client)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);

        ask(joining("a"));
        ask(heartbeat("a", -1));
        assertThat(group().commits("a", null, -1, client)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void inAnEpochBeforeItsOwnAMemberCommitsWhatItHasHadSince() {
        Client client = new Client("c", "/h", 9);
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("a", 2));
        ask(owning("a", 2, 0, 1));
        ask(heartbeat("b", 3));
        Set<Integer> kept = some(member("a").current().assigned().get(topic)).keySet();
        Set<Integer> got = some(member("b").current().assigned().get(topic)).keySet();
        assertThat(member("a").current().epoch()).isEqualTo(3);
        assertThat(kept).hasSize(2);
        assertThat(got).hasSize(2);

        assertThat(group().commits("a", null, 2, client)).isEqualTo(ErrorCode.NONE);
        assertThat(kept)
                .allMatch(its -> group().commits("a", 2, topic, its) == ErrorCode.NONE)
                .allMatch(its -> group().commits("a", 3, topic, its) == ErrorCode.NONE)
                .allMatch(
                        its -> group().commits("a", 1, topic, its) == ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(got)
                .allMatch(
                        its -> group().commits("a", 2, topic, its) == ErrorCode.STALE_MEMBER_EPOCH)
                .allMatch(
                        its -> group().commits("b", 2, topic, its) == ErrorCode.STALE_MEMBER_EPOCH)
                .allMatch(its -> group().commits("b", 3, topic, its) == ErrorCode.NONE);
    }

    @Test
    void membersAreToldWithWhatTheyHave() {
        ask(joining("a"));

        assertThat(group().assigned())
                .containsExactly(
                        new MemberPartitions("a", "c", "/h", Map.of("t", List.of(0, 1, 2, 3))));
    }

    @Test
    void itIsKeptWhyEachEpochBegan() {
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("b", 3).withSubscribedTopicNames(List.of("t", "u")));
        ask(heartbeat("a", -1));
        advanceMs(SESSION_MS);

        assertThat(group().history().rebalances())
                .extracting(rebalance -> rebalance.generation() + ": " + rebalance.causes())
                .containsExactly(
                        "2: a joined",
                        "3: b joined",
                        "4: b changed what it supports or subscribes to",
                        "5: a left",
                        "6: b timed out");
    }

    /// It was to look at the topics, and is gone when its turn comes.
    @Test
    void aDeletedGroupDoesNotComeBackByAChangeOfTopics() {
        ask(joining("a"));
        ask(heartbeat("a", -1));
        ConsumerGroup group = group();
        stage.hold(true);
        stage.run(
                GROUP,
                shard -> new Write(group.tombstones(), () -> shard.end(group), _ -> {}),
                _ -> {});
        stage.topics().topic("u", 1);
        stage.groups().topicsChanged();

        stage.hold(false);

        assertThat(stage.groups().group(GROUP)).isNull();
    }

    @Test
    void whatAMemberIsToldIsNoLongerThanAStringOfTheProtocol() {
        var answer = ask(joining("a").withServerAssignor("x".repeat(32_767)));

        assertThat(error(answer)).isEqualTo(ErrorCode.UNSUPPORTED_ASSIGNOR);
        assertThat(answer.errorMessage()).startsWith("ServerAssignor").hasSizeLessThan(2_000);
    }

    @Test
    void aDeletedGroupIsNotLoadedAgain() {
        ask(joining("a").withSubscribedTopicRegex("t"));
        ask(heartbeat("a", -1));
        stage.run(
                GROUP,
                shard -> new Write(group().tombstones(), () -> shard.remove(GROUP), _ -> {}),
                _ -> {});

        stage.restart(true);

        assertThat(stage.groups().groups()).isEmpty();
    }

    @Test
    void aDescriptionSaysWhatIsAndWhatShallBe() {
        ask(joining("a").withRackId("r"));
        ask(joining("b"));
        ask(heartbeat("a", 2));

        var described = ConsumerDescription.of(GROUP, group(), stage.groups().context());

        assertThat(described.groupState()).isEqualTo("Reconciling");
        assertThat(described.groupEpoch()).isEqualTo(3);
        assertThat(described.assignmentEpoch()).isEqualTo(3);
        assertThat(described.assignorName()).isEqualTo("uniform");
        assertThat(described.members()).hasSize(2);
        assertThat(described.members().getFirst().rackId()).isEqualTo("r");
        assertThat(described.members().getFirst().assignment().topicPartitions()).hasSize(1);
        assertThat(described.members().getLast().assignment().topicPartitions()).isEmpty();
        assertThat(described.members().getLast().targetAssignment().topicPartitions())
                .singleElement()
                .satisfies(its -> assertThat(its.topicName()).isEqualTo("t"));
        assertThat(ConsumerDescription.of("x", null, stage.groups().context()).errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.code());
    }

    @Test
    void whatAMemberHasNotGivenUpYetItIsSaidToHave() {
        ask(joining("a"));
        ask(joining("b"));
        ask(heartbeat("a", 2));
        assertThat(some(member("a").current().assigned().get(topic))).hasSize(2);

        var described = ConsumerDescription.of(GROUP, group(), stage.groups().context());

        assertThat(described.members().getFirst().assignment().topicPartitions())
                .singleElement()
                .satisfies(its -> assertThat(its.partitions()).containsExactly(0, 1, 2, 3));
        assertThat(group().assigned().getFirst().partitions())
                .containsEntry("t", List.of(0, 1, 2, 3));
    }

    @Test
    void aMemberInAnUnknownStateMustForgetEverything() {
        ask(joining("a"));
        byte later = 9;
        stage.append(
                List.of(
                        ShardRecord.of(
                                ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
                                new ConsumerGroupCurrentMemberAssignmentKey(GROUP, "a"),
                                0,
                                new ConsumerGroupCurrentMemberAssignmentValue(
                                        1, 0, later, List.of(), List.of()))));
        stage.restart(true);

        assertThat(member("a").current().state()).isEqualTo(MemberState.UNKNOWN);
        assertThat(error(ask(heartbeat("a", 2)))).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        assertThat(assigned(ask(joining("a")))).containsExactly(0, 1, 2, 3);
    }
}

package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the members of consumer groups may take of the heap.
final class ConsumerMemoryTest extends ConsumerGroupScene {
    @Test
    void aNewMemberWaitsWhileMembersTakeTheirShareAndJoinsWhenOneLeaves() {
        ask(joining("a"));
        ask(joining("b"));
        limit(bytes());
        ConsumerGroupHeartbeatResponse refused = ask(joining("c"));
        assertThat(error(refused)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(refused.errorMessage()).contains("memory");
        assertThat(state().size()).isEqualTo(2);

        ask(heartbeat("b", -1));

        assertThat(error(ask(joining("c")))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void stepsToTheTargetAndLeavesPassWhenNothingIsLeft() {
        WalkingConsumer a = new WalkingConsumer("a", null, List.of("t"), "");
        WalkingConsumer b = new WalkingConsumer("b", null, List.of("t"), "");
        a.answered(ask(a.heartbeat(GROUP)));
        b.answered(ask(b.heartbeat(GROUP)));
        limit(1);
        long taken = bytes();
        for (int i = 0; i < 4; i++) {
            for (WalkingConsumer one : List.of(a, b)) {
                if (one.revokes()) {
                    one.revoked();
                }
                ConsumerGroupHeartbeatResponse answer = ask(one.heartbeat(GROUP));
                assertThat(error(answer)).isEqualTo(ErrorCode.NONE);
                one.answered(answer);
                assertThat(bytes()).isEqualTo(taken);
            }
        }
        assertThat(a.owned.get(topic)).hasSize(2);
        assertThat(b.owned.get(topic)).hasSize(2);

        assertThat(error(ask(heartbeat("a", -1)))).isEqualTo(ErrorCode.NONE);
        assertThat(error(ask(heartbeat("b", -1)))).isEqualTo(ErrorCode.NONE);
        assertThat(bytes()).isZero();
    }

    @Test
    void aStaticMemberThatComesBackTakesItsPlaceWhenNothingIsLeft() {
        ask(joining("a").withInstanceId("i"));
        limit(1);
        ask(heartbeat("a", -2).withInstanceId("i"));

        assertThat(error(ask(joining("b").withInstanceId("i")))).isEqualTo(ErrorCode.NONE);
    }

    /// It is no newcomer, though its id is new: members may come to twice as much.
    @Test
    void aStaticMemberThatComesBackMaySaySomewhatMore() {
        ask(joining("a").withInstanceId("i"));
        ask(heartbeat("a", -2).withInstanceId("i"));
        limit(bytes());

        var more = joining("b").withSubscribedTopicNames(List.of("t", "u"));

        assertThat(error(ask(more.withInstanceId("i")))).isEqualTo(ErrorCode.NONE);
        assertThat(error(ask(joining("c")))).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }

    @Test
    void whoSaysNothingNewIsNotRefusedWhenItsTopicHasGrown() {
        int epoch = ask(joining("a")).memberEpoch();
        limit(1);
        stage.topics().topic("t", 40);

        assertThat(error(ask(heartbeat("a", epoch)))).isEqualTo(ErrorCode.NONE);
        MemoryRecount.check(stage);
        assertThat(bytes()).isGreaterThan(40 * 100);
    }

    /// When somebody is given up, the group looks at its members and not at its topics.
    @Test
    void aTopicThatHasGrownCountsWhenTheGroupLooksNext() {
        ask(joining("a"));
        ask(joining("b"));
        advanceMs(SESSION_MS / 2);
        ask(heartbeat("a", 2));
        stage.topics().topic("t", 40);
        advanceMs(SESSION_MS / 2);
        assertThat(state().size()).isEqualTo(1);

        stage.groups().topicsChanged();

        assertThat(group().memory().counted()).isSameAs(stage.topics().view());
        assertThat(bytes()).isGreaterThan(40 * 100);
    }

    @Test
    void aRefusedSubscriptionDoesNotEndTheSession() {
        int epoch = ask(joining("a")).memberEpoch();
        limit(bytes());
        List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "topic-" + i).toList();
        for (int i = 0; i < 3; i++) {
            advanceMs(SESSION_MS - 1);
            ConsumerGroupHeartbeatRequest more =
                    heartbeat("a", epoch).withSubscribedTopicNames(names);
            assertThat(error(ask(more))).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }

        assertThat(error(ask(heartbeat("a", epoch)))).isEqualTo(ErrorCode.NONE);
        assertThat(group().subscribes("topic-1")).isFalse();
    }

    @Test
    void whoSaysLessIsNotRefusedWhenNothingIsLeft() {
        stage.topics().topic("u", 1);
        int epoch = ask(joining("a").withSubscribedTopicNames(List.of("t", "u"))).memberEpoch();
        limit(1);

        var less = heartbeat("a", epoch).withSubscribedTopicNames(List.of("u"));

        assertThat(error(ask(less))).isEqualTo(ErrorCode.NONE);
        MemoryRecount.check(stage);
    }

    @Test
    void writesOnTheirWayCountAndDoNotWhenTheyFail() {
        ask(joining("a"));
        long one = bytes();
        ask(heartbeat("a", -1));
        limit(one + 100);
        stage.hold(true);
        Answer<ConsumerGroupHeartbeatResponse> first = send("g", joining("a"));
        assertThat(bytes()).isEqualTo(one);

        Answer<ConsumerGroupHeartbeatResponse> second = send("h", joining("b"));
        assertThat(error(second.response())).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);

        stage.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(error(first.response())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(bytes()).isZero();
        send("h", joining("b"));
        assertThat(bytes()).isEqualTo(one);
    }

    @Test
    void aShardThatEndsTakesNothingWhateverIsOnItsWay() {
        GroupMemory memory = stage.groups().context().memory();
        ask(joining("a"));
        stage.hold(true);
        send("h", joining("b"));
        assertThat(memory.bytes()).isPositive();

        stage.restart(true);

        assertThat(memory.bytes()).isZero();
        MemoryRecount.check(stage);
        assertThat(bytes()).isPositive();
    }

    @Test
    void whoWasGivenUpIsRememberedAsLongAsItsShardIsServed() {
        Fenced fenced = stage.groups().context().fenced();
        ask(joining("a"));
        advanceMs(SESSION_MS);
        assertThat(fenced.has(GROUP, "a")).isTrue();

        stage.restart(true);

        assertThat(fenced.has(GROUP, "a")).isFalse();
    }

    @Test
    void everyGroupThatSubscribesToAllTopicsCountsTheirPartitions() {
        var all = joining("a").withSubscribedTopicNames(null).withSubscribedTopicRegex(".*");
        stage.topics().topic("large", 1_000);
        ask(all);
        long one = bytes();
        assertThat(one).isGreaterThan(1_000 * 100);
        send("h", all);
        assertThat(bytes()).isEqualTo(2 * one);

        stage.topics().topic("large", 2_000);
        stage.groups().topicsChanged();

        assertThat(bytes()).isGreaterThan(2 * one + 2_000 * 100);
        limit(bytes() + 10_000);
        assertThat(error(send("i", all).response()))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(error(send("i", joining("a")).response())).isEqualTo(ErrorCode.NONE);
    }

    /// Its keys are removed in one write.
    @Test
    void aGroupWithTooManyLongIdsTakesNobodyWhateverMemoryThereIs() {
        stage.configure(GroupConfig.defaults());
        String name = "n".repeat(1_000);
        ConsumerGroupHeartbeatResponse last = ask(joining(name));
        int members = 1;
        while (error(last) == ErrorCode.NONE) {
            last = ask(joining(name + members++).withSubscribedTopicNames(List.of()));
        }

        assertThat(error(last)).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(last.errorMessage()).contains(String.valueOf(GroupMemory.GROUP_BYTES_MAX));
        assertThat(members).isBetween(1_700, 1_900);
    }

    @Test
    void membersOfAGroupMaySayMoreThanIsWrittenAtOnce() {
        String name = "n".repeat(240);
        List<String> names = IntStream.range(0, 14_500).mapToObj(i -> name + i).toList();
        ask(joining("a").withSubscribedTopicNames(names));
        ask(joining("b").withSubscribedTopicNames(names));

        assertThat(state().size()).isEqualTo(2);
        assertThat(bytes()).isGreaterThan(GroupMemory.GROUP_BYTES_MAX);
    }

    @Test
    void aGroupMayHaveMorePartitionsThanItsMembersMaySay() {
        stage.topics().topic("t", (int) GroupMemory.GROUP_BYTES_MAX / 100);

        assertThat(error(ask(joining("a")))).isEqualTo(ErrorCode.NONE);
        assertThat(bytes()).isGreaterThan(GroupMemory.GROUP_BYTES_MAX);
    }

    /// What members may take from now on; what they take is loaded again.
    private void limit(long bytesMax) {
        stage.limitMemory(bytesMax);
        stage.restart(true);
    }

    private long bytes() {
        return stage.groups().context().memory().bytes();
    }

    private Answer<ConsumerGroupHeartbeatResponse> send(
            String group, ConsumerGroupHeartbeatRequest request) {
        Answer<ConsumerGroupHeartbeatResponse> answer = new Answer<>();
        ConsumerGroupHeartbeatRequest its = request.withGroupId(group);
        stage.run(
                group,
                shard -> shard.heartbeat(group, its, new Client("c", "/h", 1), answer),
                _ -> {});
        return answer;
    }
}

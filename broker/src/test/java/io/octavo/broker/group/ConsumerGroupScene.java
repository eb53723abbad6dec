package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.Bounded;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/// A consumer group of one topic, and its members' heartbeats, in virtual time.
class ConsumerGroupScene {
    static final String GROUP = "g";
    static final int SESSION_MS = 45_000;
    static final int REBALANCE_MS = 60_000;

    final ConsumerGroupConfig config =
            new ConsumerGroupConfig(
                    new Bounded(SESSION_MS, SESSION_MS, 60_000),
                    new Bounded(5_000, 5_000, 15_000),
                    new Bounded(0, 0, 15_000),
                    3,
                    List.of("uniform", "range"),
                    ConsumerGroupConfig.MigrationPolicy.BIDIRECTIONAL);

    final TestShard stage = new TestShard(7);
    final Uuid topic = stage.topics().topic("t", 4);
    boolean failing;

    @BeforeEach
    void configure() {
        stage.configure(GroupConfig.defaults().with(config, Map.of()));
    }

    /// Ends the writes that are on their way.
    void settle() {
        while (failing && stage.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE)) {}
    }

    void advanceMs(long ms) {
        stage.advanceMs(ms);
        settle();
    }

    ConsumerMember member(String id) {
        return some(state().member(id));
    }

    static <T> T some(@Nullable T thing) {
        return Objects.requireNonNull(thing);
    }

    ConsumerGroup group() {
        return (ConsumerGroup) some(stage.groups().group(GROUP));
    }

    ConsumerState state() {
        return group().committedState();
    }

    ConsumerGroupHeartbeatResponse ask(ConsumerGroupHeartbeatRequest request) {
        return ask(request, 1);
    }

    ConsumerGroupHeartbeatResponse ask(ConsumerGroupHeartbeatRequest request, int version) {
        List<ConsumerGroupHeartbeatResponse> answers = new ArrayList<>();
        stage.run(
                GROUP,
                shard ->
                        shard.heartbeat(
                                GROUP, request, new Client("c", "/h", version), answers::add),
                _ -> {});
        settle();
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    static ConsumerGroupHeartbeatRequest joining(String member) {
        return heartbeat(member, 0)
                .withRebalanceTimeoutMs(REBALANCE_MS)
                .withSubscribedTopicNames(List.of("t"))
                .withTopicPartitions(List.of());
    }

    static ConsumerGroupHeartbeatRequest heartbeat(String member, int epoch) {
        return ConsumerGroupHeartbeatRequest.defaults()
                .withGroupId(GROUP)
                .withMemberId(member)
                .withMemberEpoch(epoch);
    }

    ConsumerGroupHeartbeatRequest owning(String member, int epoch, Integer... owned) {
        return heartbeat(member, epoch).withTopicPartitions(partitions(owned));
    }

    List<TopicPartitions> partitions(Integer... partitions) {
        return partitions.length == 0
                ? List.of()
                : List.of(new TopicPartitions(topic, Arrays.asList(partitions)));
    }

    static ErrorCode error(ConsumerGroupHeartbeatResponse answer) {
        return ErrorCode.of(answer.errorCode());
    }

    static Map<Uuid, List<Integer>> byTopic(ConsumerGroupHeartbeatResponse answer) {
        ConsumerGroupHeartbeatResponse.@Nullable Assignment assignment = answer.assignment();
        Map<Uuid, List<Integer>> topics = new HashMap<>();
        Objects.requireNonNull(assignment, "no assignment")
                .topicPartitions()
                .forEach(its -> topics.put(its.topicId(), its.partitions()));
        return topics;
    }

    /// The partitions of `t` in an answer.
    List<Integer> assigned(ConsumerGroupHeartbeatResponse answer) {
        return List.copyOf(new TreeSet<>(byTopic(answer).getOrDefault(topic, List.of())));
    }
}

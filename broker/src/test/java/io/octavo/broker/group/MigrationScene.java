package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.Bounded;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/// Consumers of both protocols in one group; members of the new one are called `new`.
class MigrationScene extends ConsumerGroupScene {
    /// The partitions of `t`.
    static final List<Integer> ALL = List.of(0, 1, 2, 3);

    @Override
    @BeforeEach
    void configure() {
        configure(MigrationPolicy.BIDIRECTIONAL);
    }

    /// Classic groups rebalance at once.
    void configure(MigrationPolicy policy) {
        configure(policy, config.assignmentIntervalMs().value());
    }

    /// @param assignmentMs from one target of a consumer group to the next
    void configure(MigrationPolicy policy, int assignmentMs) {
        GroupConfig defaults = GroupConfig.defaults();
        ConsumerGroupConfig consumer =
                new ConsumerGroupConfig(
                        config.sessionTimeoutMs(),
                        config.heartbeatIntervalMs(),
                        new Bounded(assignmentMs, 0, 15_000),
                        config.membersMax(),
                        config.assignors(),
                        policy);
        stage.configure(
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

    @Override
    ConsumerGroupHeartbeatResponse ask(ConsumerGroupHeartbeatRequest request, int version) {
        ConsumerGroupHeartbeatResponse answer = super.ask(request, version);
        advanceMs(0);
        return answer;
    }

    ClassicConsumer classic() {
        return new ClassicConsumer(stage);
    }

    /// The only member of a classic group, which has all partitions in generation 1.
    ClassicConsumer settledClassic() {
        ClassicConsumer classic = classic();
        classic.join();
        assertThat(classic.syncLeading(ALL)).isEqualTo(ALL);
        return classic;
    }

    /// The first member of the new protocol joins.
    ConsumerGroupHeartbeatResponse enter() {
        return ask(joining("new"));
    }

    /// It lives.
    ConsumerGroupHeartbeatResponse beat() {
        return ask(heartbeat("new", 2));
    }

    /// It leaves.
    ConsumerGroupHeartbeatResponse exit() {
        return ask(heartbeat("new", -1));
    }

    void assertClassic() {
        assertThat(stage.groups().group(GROUP)).isInstanceOf(ClassicGroup.class);
    }

    void assertConsumer() {
        assertThat(stage.groups().group(GROUP)).isInstanceOf(ConsumerGroup.class);
    }
}

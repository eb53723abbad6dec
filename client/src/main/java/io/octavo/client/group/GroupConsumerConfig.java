package io.octavo.client.group;

import io.octavo.client.ConsumerConfig;
import io.octavo.client.Position;

/// How a member of a group reads.
///
/// @param group its id
/// @param from where it begins in a partition for which the group has committed nothing, and goes
///   on in one whose log no longer has what was committed
/// @param sessionTimeoutMs how long it may be silent in a classic group; in others the broker's
///   settings say it
/// @param rebalanceTimeoutMs how long it may take to give up partitions
/// @param commitIntervalMs how often what was processed is committed
/// @param consumer how it fetches
public record GroupConsumerConfig(
        String group,
        GroupProtocol protocol,
        Position from,
        int sessionTimeoutMs,
        int rebalanceTimeoutMs,
        int commitIntervalMs,
        ConsumerConfig consumer) {
    private static final int SESSION_TIMEOUT_MS = 45_000;
    private static final int REBALANCE_TIMEOUT_MS = 300_000;
    private static final int COMMIT_INTERVAL_MS = 5_000;

    /// Everything else by default, which is as Apache Kafka's consumers have it.
    public static GroupConsumerConfig of(String group, Position from) {
        return new GroupConsumerConfig(
                group,
                GroupProtocol.ANY,
                from,
                SESSION_TIMEOUT_MS,
                REBALANCE_TIMEOUT_MS,
                COMMIT_INTERVAL_MS,
                ConsumerConfig.defaults());
    }

    public GroupConsumerConfig withProtocol(GroupProtocol other) {
        return new GroupConsumerConfig(
                group,
                other,
                from,
                sessionTimeoutMs,
                rebalanceTimeoutMs,
                commitIntervalMs,
                consumer);
    }

    public GroupConsumerConfig withCommitIntervalMs(int ms) {
        return new GroupConsumerConfig(
                group, protocol, from, sessionTimeoutMs, rebalanceTimeoutMs, ms, consumer);
    }

    /// How the partitions are fetched: an offset that the log no longer has is replaced by the
    /// place to begin at, unless that is an offset itself.
    ConsumerConfig fetching() {
        return from instanceof Position.At ? consumer : consumer.withOutOfRange(from);
    }
}

package io.octavo.broker.group;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.GroupSettings;
import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.Bounded;
import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The broker's settings for groups, with Apache Kafka's names and defaults.
///
/// @param sessionTimeoutMsMin `group.min.session.timeout.ms`
/// @param sessionTimeoutMsMax `group.max.session.timeout.ms`
/// @param initialRebalanceDelayMs `group.initial.rebalance.delay.ms`
/// @param membersMax `group.max.size`
/// @param metadataBytesMax `offset.metadata.max.bytes`
/// @param retentionMs `offsets.retention.minutes`
/// @param retentionCheckMs `offsets.retention.check.interval.ms`
/// @param consumer the settings of consumer groups, as far as a group has none of its own
/// @param consumers the settings of the consumer groups that have some of their own, by the groups'
///   ids
public record GroupConfig(
        int sessionTimeoutMsMin,
        int sessionTimeoutMsMax,
        int initialRebalanceDelayMs,
        int membersMax,
        int metadataBytesMax,
        long retentionMs,
        long retentionCheckMs,
        ConsumerGroupConfig consumer,
        Map<String, ConsumerGroupConfig> consumers) {
    public GroupConfig {
        consumers = Map.copyOf(consumers);
    }

    /// With consumer groups as they are by default.
    public GroupConfig(
            int sessionTimeoutMsMin,
            int sessionTimeoutMsMax,
            int initialRebalanceDelayMs,
            int membersMax,
            int metadataBytesMax,
            long retentionMs,
            long retentionCheckMs) {
        this(
                sessionTimeoutMsMin,
                sessionTimeoutMsMax,
                initialRebalanceDelayMs,
                membersMax,
                metadataBytesMax,
                retentionMs,
                retentionCheckMs,
                ConsumerGroupConfig.defaults(),
                Map.of());
    }

    /// What the broker's settings say.
    ///
    /// @param groups what groups have set for themselves, by their ids
    public static GroupConfig of(BrokerConfig broker, Map<String, Map<String, String>> groups) {
        ConsumerGroupConfig consumer = consumer(broker);
        Map<String, ConsumerGroupConfig> consumers = new HashMap<>();
        groups.forEach((id, own) -> consumers.put(id, consumer.of(own)));
        return new GroupConfig(
                broker.integer(GroupSettings.SESSION_TIMEOUT_MS_MIN),
                broker.integer(GroupSettings.SESSION_TIMEOUT_MS_MAX),
                broker.integer(GroupSettings.INITIAL_DELAY_MS),
                broker.integer(GroupSettings.MEMBERS_MAX),
                broker.integer(GroupSettings.METADATA_BYTES_MAX),
                TimeUnit.MINUTES.toMillis(broker.integer(GroupSettings.RETENTION_MINUTES)),
                broker.number(GroupSettings.RETENTION_CHECK_MS),
                consumer,
                consumers);
    }

    private static ConsumerGroupConfig consumer(BrokerConfig broker) {
        return new ConsumerGroupConfig(
                bounded(
                        broker,
                        GroupSettings.CONSUMER_SESSION_MS,
                        GroupSettings.CONSUMER_SESSION_MS_MIN,
                        GroupSettings.CONSUMER_SESSION_MS_MAX),
                bounded(
                        broker,
                        GroupSettings.CONSUMER_HEARTBEAT_MS,
                        GroupSettings.CONSUMER_HEARTBEAT_MS_MIN,
                        GroupSettings.CONSUMER_HEARTBEAT_MS_MAX),
                bounded(
                        broker,
                        GroupSettings.CONSUMER_ASSIGNMENT_MS,
                        GroupSettings.CONSUMER_ASSIGNMENT_MS_MIN,
                        GroupSettings.CONSUMER_ASSIGNMENT_MS_MAX),
                broker.integer(GroupSettings.CONSUMER_MEMBERS_MAX),
                GroupSettings.assignors(broker.text(GroupSettings.CONSUMER_ASSIGNORS)),
                MigrationPolicy.valueOf(
                        broker.text(GroupSettings.CONSUMER_MIGRATION).toUpperCase(Locale.ROOT)));
    }

    private static Bounded bounded(BrokerConfig broker, String value, String min, String max) {
        return new Bounded(broker.integer(value), broker.integer(min), broker.integer(max));
    }

    public static GroupConfig defaults() {
        return new GroupConfig(
                6_000, 1_800_000, 3_000, Integer.MAX_VALUE, 4_096, 7 * 86_400_000L, 600_000);
    }

    /// With other settings of consumer groups.
    ///
    /// @param groups of those that have some of their own, by their ids
    public GroupConfig with(ConsumerGroupConfig all, Map<String, ConsumerGroupConfig> groups) {
        return new GroupConfig(
                sessionTimeoutMsMin,
                sessionTimeoutMsMax,
                initialRebalanceDelayMs,
                membersMax,
                metadataBytesMax,
                retentionMs,
                retentionCheckMs,
                all,
                groups);
    }

    /// The settings of a consumer group.
    ConsumerGroupConfig consumer(String groupId) {
        return consumers.getOrDefault(groupId, consumer);
    }
}

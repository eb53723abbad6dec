package io.octavo.broker.group;

/// The broker's settings for groups, with Apache Kafka's names and defaults.
///
/// @param sessionTimeoutMsMin `group.min.session.timeout.ms`
/// @param sessionTimeoutMsMax `group.max.session.timeout.ms`
/// @param initialRebalanceDelayMs `group.initial.rebalance.delay.ms`
/// @param membersMax `group.max.size`
/// @param metadataBytesMax `offset.metadata.max.bytes`
/// @param retentionMs `offsets.retention.minutes`
/// @param retentionCheckMs `offsets.retention.check.interval.ms`
public record GroupConfig(
        int sessionTimeoutMsMin,
        int sessionTimeoutMsMax,
        int initialRebalanceDelayMs,
        int membersMax,
        int metadataBytesMax,
        long retentionMs,
        long retentionCheckMs) {
    public static GroupConfig defaults() {
        return new GroupConfig(
                6_000, 1_800_000, 3_000, Integer.MAX_VALUE, 4_096, 7 * 86_400_000L, 600_000);
    }
}

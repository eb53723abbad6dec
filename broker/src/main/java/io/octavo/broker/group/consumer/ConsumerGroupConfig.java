package io.octavo.broker.group.consumer;

import io.octavo.broker.config.ConsumerGroupSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings of consumer groups, with Apache Kafka's names and defaults: the broker's, or those
/// of one group.
///
/// @param sessionTimeoutMs `group.consumer.session.timeout.ms` and its `min` and `max`
/// @param heartbeatIntervalMs `group.consumer.heartbeat.interval.ms` and its `min` and `max`
/// @param assignmentIntervalMs `group.consumer.assignment.interval.ms` and its `min` and `max`:
///   between two computations of a target
/// @param membersMax `group.consumer.max.size`
/// @param assignors `group.consumer.assignors`; the first is taken where members ask for none
/// @param migrationPolicy `group.consumer.migration.policy`
public record ConsumerGroupConfig(
        Bounded sessionTimeoutMs,
        Bounded heartbeatIntervalMs,
        Bounded assignmentIntervalMs,
        int membersMax,
        List<String> assignors,
        MigrationPolicy migrationPolicy) {
    public ConsumerGroupConfig {
        assignors = List.copyOf(assignors);
    }

    public static ConsumerGroupConfig defaults() {
        return new ConsumerGroupConfig(
                new Bounded(45_000, 45_000, 60_000),
                new Bounded(5_000, 5_000, 15_000),
                new Bounded(1_000, 0, 15_000),
                Integer.MAX_VALUE,
                List.of("uniform", "range"),
                MigrationPolicy.BIDIRECTIONAL);
    }

    /// The settings of a group.
    ///
    /// @param group what was given for it, whole numbers by their names; what is out of bounds,
    ///   which may have moved since, counts as the bound
    public ConsumerGroupConfig of(Map<String, String> group) {
        return group.isEmpty()
                ? this
                : new ConsumerGroupConfig(
                        sessionTimeoutMs.or(group.get(ConsumerGroupSettings.SESSION_MS)),
                        heartbeatIntervalMs.or(group.get(ConsumerGroupSettings.HEARTBEAT_MS)),
                        assignmentIntervalMs.or(group.get(ConsumerGroupSettings.ASSIGNMENT_MS)),
                        membersMax,
                        assignors,
                        migrationPolicy);
    }

    /// A setting that groups may have for themselves, within bounds.
    public record Bounded(int value, int min, int max) {
        Bounded or(@Nullable String given) {
            return given == null
                    ? this
                    : new Bounded(
                            (int) Math.clamp(Long.parseLong(given), min, (long) max), min, max);
        }
    }

    /// Which way a group that has members may go from one protocol to the other.
    public enum MigrationPolicy {
        DISABLED,
        UPGRADE,
        DOWNGRADE,
        BIDIRECTIONAL;

        public boolean upgrades() {
            return this == UPGRADE || this == BIDIRECTIONAL;
        }

        public boolean downgrades() {
            return this == DOWNGRADE || this == BIDIRECTIONAL;
        }
    }
}

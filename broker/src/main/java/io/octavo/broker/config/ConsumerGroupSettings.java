package io.octavo.broker.config;

import static io.octavo.broker.config.ConfigCheck.atLeast;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a consumer group may have set for itself (KIP-848), with Apache Kafka's names. The synonym
/// of each is the broker's setting that is its default; two more of the broker's bound it.
public final class ConsumerGroupSettings {
    public static final String SESSION_MS = "consumer.session.timeout.ms";
    public static final String HEARTBEAT_MS = "consumer.heartbeat.interval.ms";
    public static final String ASSIGNMENT_MS = "consumer.assignment.interval.ms";

    private static final List<Bounded> BOUNDED =
            List.of(
                    new Bounded(
                            SESSION_MS,
                            GroupSettings.CONSUMER_SESSION_MS_MIN,
                            GroupSettings.CONSUMER_SESSION_MS_MAX),
                    new Bounded(
                            HEARTBEAT_MS,
                            GroupSettings.CONSUMER_HEARTBEAT_MS_MIN,
                            GroupSettings.CONSUMER_HEARTBEAT_MS_MAX),
                    new Bounded(
                            ASSIGNMENT_MS,
                            GroupSettings.CONSUMER_ASSIGNMENT_MS_MIN,
                            GroupSettings.CONSUMER_ASSIGNMENT_MS_MAX));

    private static final SortedMap<String, ConfigDefinition> ALL = new TreeMap<>();

    static {
        add(
                SESSION_MS,
                1,
                GroupSettings.CONSUMER_SESSION_MS,
                "A member of the group that is not heard for so long has left it.");
        add(
                HEARTBEAT_MS,
                1,
                GroupSettings.CONSUMER_HEARTBEAT_MS,
                "How often members of the group report.");
        add(
                ASSIGNMENT_MS,
                0,
                GroupSettings.CONSUMER_ASSIGNMENT_MS,
                "How long after an assignment of the group the next is made at the earliest.");
    }

    private ConsumerGroupSettings() {}

    /// All of them, by name, in the names' order.
    static SortedMap<String, ConfigDefinition> all() {
        return Collections.unmodifiableSortedMap(ALL);
    }

    static @Nullable ConfigDefinition find(String name) {
        return ALL.get(name);
    }

    /// What is wrong with a group's own settings on this broker; null when nothing is.
    ///
    /// @param group what the group has, each value right by itself
    public static @Nullable String problem(Map<String, String> group, BrokerConfig broker) {
        for (Bounded bounded : BOUNDED) {
            String given = group.get(bounded.name);
            if (given == null) {
                continue;
            }
            int min = broker.integer(bounded.min);
            int max = broker.integer(bounded.max);
            int value = Integer.parseInt(given);
            if (value < min || value > max) {
                return "%s is %d, and by %s and %s it must be between %d and %d."
                        .formatted(bounded.name, value, bounded.min, bounded.max, min, max);
            }
        }
        int session = value(group, SESSION_MS, broker, GroupSettings.CONSUMER_SESSION_MS);
        int heartbeat = value(group, HEARTBEAT_MS, broker, GroupSettings.CONSUMER_HEARTBEAT_MS);
        return session > heartbeat
                ? null
                : "%s would be %d, and must be more than %s, which would be %d."
                        .formatted(SESSION_MS, session, HEARTBEAT_MS, heartbeat);
    }

    private static int value(
            Map<String, String> group, String name, BrokerConfig broker, String brokerName) {
        String own = group.get(name);
        return own == null ? broker.integer(brokerName) : Integer.parseInt(own);
    }

    private static void add(String name, int least, String broker, String documentation) {
        ALL.put(
                name,
                ConfigDefinition.of(name, ConfigType.INT, null, documentation)
                        .checked(atLeast(least))
                        .takenFrom(broker)
                        .scope(ConfigScope.CLUSTER_WIDE));
    }

    /// @param min the broker's setting that bounds it, as `max`
    private record Bounded(String name, String min, String max) {}
}

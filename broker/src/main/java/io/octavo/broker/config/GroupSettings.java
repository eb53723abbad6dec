package io.octavo.broker.config;

import static io.octavo.broker.config.ConfigCheck.atLeast;
import static io.octavo.broker.config.ConfigCheck.listOf;
import static io.octavo.broker.config.ConfigCheck.notEmpty;
import static io.octavo.broker.config.ConfigCheck.oneOfInAnyCase;
import static io.octavo.broker.config.ConfigType.INT;
import static io.octavo.broker.config.ConfigType.LIST;
import static io.octavo.broker.config.ConfigType.LONG;
import static io.octavo.broker.config.ConfigType.SHORT;
import static io.octavo.broker.config.ConfigType.STRING;

import java.util.ArrayList;
import java.util.List;

/// The settings of consumer groups and of the topic they are kept in.
public final class GroupSettings {
    public static final String SESSION_TIMEOUT_MS_MIN = "group.min.session.timeout.ms";
    public static final String SESSION_TIMEOUT_MS_MAX = "group.max.session.timeout.ms";
    public static final String INITIAL_DELAY_MS = "group.initial.rebalance.delay.ms";
    public static final String MEMBERS_MAX = "group.max.size";
    public static final String METADATA_BYTES_MAX = "offset.metadata.max.bytes";
    public static final String RETENTION_MINUTES = "offsets.retention.minutes";
    public static final String RETENTION_CHECK_MS = "offsets.retention.check.interval.ms";
    public static final String TOPIC_PARTITIONS = "offsets.topic.num.partitions";
    public static final String TOPIC_REPLICATION = "offsets.topic.replication.factor";
    public static final String TOPIC_SEGMENT_BYTES = "offsets.topic.segment.bytes";

    /// Of the groups whose partitions the broker assigns (KIP-848).
    private static final String CONSUMER = "group.consumer.";

    public static final String CONSUMER_SESSION_MS = CONSUMER + "session.timeout.ms";
    public static final String CONSUMER_SESSION_MS_MIN = CONSUMER + "min.session.timeout.ms";
    public static final String CONSUMER_SESSION_MS_MAX = CONSUMER + "max.session.timeout.ms";
    public static final String CONSUMER_HEARTBEAT_MS = CONSUMER + "heartbeat.interval.ms";
    public static final String CONSUMER_HEARTBEAT_MS_MIN = CONSUMER + "min.heartbeat.interval.ms";
    public static final String CONSUMER_HEARTBEAT_MS_MAX = CONSUMER + "max.heartbeat.interval.ms";
    public static final String CONSUMER_ASSIGNMENT_MS = CONSUMER + "assignment.interval.ms";
    public static final String CONSUMER_ASSIGNMENT_MS_MIN = CONSUMER + "min.assignment.interval.ms";
    public static final String CONSUMER_ASSIGNMENT_MS_MAX = CONSUMER + "max.assignment.interval.ms";
    public static final String CONSUMER_MEMBERS_MAX = CONSUMER + "max.size";
    public static final String CONSUMER_ASSIGNORS = CONSUMER + "assignors";
    public static final String CONSUMER_MIGRATION = CONSUMER + "migration.policy";

    private static final int SEGMENT_BYTES_LEAST = 1;

    private static final String UNIFORM = "uniform";
    private static final String RANGE = "range";
    private static final String CLASSES = "org.apache.kafka.coordinator.group.assignor.";
    private static final String UNIFORM_CLASS = CLASSES + "UniformAssignor";
    private static final String RANGE_CLASS = CLASSES + "RangeAssignor";

    private GroupSettings() {}

    static List<ConfigDefinition> all() {
        List<ConfigDefinition> all = new ArrayList<>(classic());
        all.addAll(consumer());
        return all;
    }

    /// The names of the assignors in a value of [#CONSUMER_ASSIGNORS], which may have them by the
    /// names of Apache Kafka's classes; each once.
    public static List<String> assignors(String value) {
        return ConfigType.list(value).stream()
                .map(name ->
                        switch (name) {
                            case UNIFORM_CLASS -> UNIFORM;
                            case RANGE_CLASS -> RANGE;
                            default -> name;
                        })
                .distinct()
                .toList();
    }

    private static List<ConfigDefinition> classic() {
        return List.of(
                ms(SESSION_TIMEOUT_MS_MIN, "6000", "The shortest session a member may ask for."),
                ms(SESSION_TIMEOUT_MS_MAX, "1800000", "The longest session a member may ask for."),
                of(
                        INITIAL_DELAY_MS,
                        "3000",
                        0,
                        "How long a group that was empty waits for more members before its first"
                                + " rebalance ends."),
                of(MEMBERS_MAX, "2147483647", 1, "How many members a classic group may have."),
                of(METADATA_BYTES_MAX, "4096", 0, "How long the text beside an offset may be."),
                of(
                        RETENTION_MINUTES,
                        "10080",
                        1,
                        "How long offsets are kept that no member of a group needs any more."),
                ConfigDefinition.of(
                                RETENTION_CHECK_MS,
                                LONG,
                                "600000",
                                "How often is looked for such offsets.")
                        .checked(atLeast(1)),
                of(TOPIC_PARTITIONS, "50", 1, "Over how many partitions groups are spread."),
                ConfigDefinition.of(
                                TOPIC_REPLICATION,
                                SHORT,
                                "3",
                                "How many brokers hold those partitions; all of them if there are fewer when"
                                        + " the first group comes.")
                        .checked(atLeast(1)),
                of(
                        TOPIC_SEGMENT_BYTES,
                        "104857600",
                        SEGMENT_BYTES_LEAST,
                        "The size of those partitions' segments."));
    }

    private static List<ConfigDefinition> consumer() {
        return List.of(
                ms(CONSUMER_SESSION_MS, "45000", "The session of a consumer group's members."),
                ms(CONSUMER_SESSION_MS_MIN, "45000", "The shortest session a group may set."),
                ms(CONSUMER_SESSION_MS_MAX, "60000", "The longest session a group may set."),
                ms(CONSUMER_HEARTBEAT_MS, "5000", "How often members of a consumer group report."),
                ms(CONSUMER_HEARTBEAT_MS_MIN, "5000", "The shortest interval a group may set."),
                ms(CONSUMER_HEARTBEAT_MS_MAX, "15000", "The longest interval a group may set."),
                of(
                                CONSUMER_ASSIGNMENT_MS,
                                "1000",
                                0,
                                "How long after an assignment of a consumer group the next is made at"
                                        + " the earliest.")
                        .scope(ConfigScope.CLUSTER_WIDE),
                of(CONSUMER_ASSIGNMENT_MS_MIN, "0", 0, "The shortest such time a group may set."),
                of(
                        CONSUMER_ASSIGNMENT_MS_MAX,
                        "15000",
                        0,
                        "The longest such time a group may set."),
                of(
                        CONSUMER_MEMBERS_MAX,
                        "2147483647",
                        1,
                        "How many members a consumer group may have."),
                ConfigDefinition.of(
                                CONSUMER_ASSIGNORS,
                                LIST,
                                "uniform,range",
                                "What assigns the partitions of consumer groups; the first is the"
                                        + " default.")
                        .checked(
                                notEmpty().and(listOf(UNIFORM, RANGE, UNIFORM_CLASS, RANGE_CLASS))),
                ConfigDefinition.of(
                                CONSUMER_MIGRATION,
                                STRING,
                                "bidirectional",
                                "Which way a group may change its protocol while it has members: upgrade,"
                                        + " downgrade, bidirectional or disabled.")
                        .checked(
                                oneOfInAnyCase(
                                        "disabled", "upgrade", "downgrade", "bidirectional")));
    }

    private static ConfigDefinition ms(String name, String fallback, String documentation) {
        return of(name, fallback, 1, documentation);
    }

    private static ConfigDefinition of(
            String name, String fallback, int least, String documentation) {
        return ConfigDefinition.of(name, INT, fallback, documentation).checked(atLeast(least));
    }
}

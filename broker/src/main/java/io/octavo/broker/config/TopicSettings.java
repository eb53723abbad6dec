package io.octavo.broker.config;

import static io.octavo.broker.config.ConfigCheck.atLeast;
import static io.octavo.broker.config.ConfigCheck.between;
import static io.octavo.broker.config.ConfigCheck.listOf;
import static io.octavo.broker.config.ConfigCheck.oneOf;
import static io.octavo.broker.config.ConfigCheck.orExactly;
import static io.octavo.broker.config.ConfigType.BOOLEAN;
import static io.octavo.broker.config.ConfigType.DOUBLE;
import static io.octavo.broker.config.ConfigType.INT;
import static io.octavo.broker.config.ConfigType.LIST;
import static io.octavo.broker.config.ConfigType.LONG;
import static io.octavo.broker.config.ConfigType.STRING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every setting a topic has. The synonyms of each are the broker's settings that are its default,
/// strongest first: the one of the same name where nothing else is said. [#factor] says in which
/// unit they count.
final class TopicSettings {
    static final String SEGMENT_BYTES = "segment.bytes";
    static final String SEGMENT_BYTES_INTERNAL = "internal.segment.bytes";
    static final String SEGMENT_MS = "segment.ms";
    static final String SEGMENT_JITTER_MS = "segment.jitter.ms";
    static final String SEGMENT_INDEX_BYTES = "segment.index.bytes";
    static final String INDEX_INTERVAL_BYTES = "index.interval.bytes";
    static final String MESSAGE_BYTES_MAX = "max.message.bytes";
    static final String COMPRESSION_TYPE = "compression.type";
    static final String GZIP_LEVEL = "compression.gzip.level";
    static final String LZ4_LEVEL = "compression.lz4.level";
    static final String ZSTD_LEVEL = "compression.zstd.level";
    static final String TIMESTAMP_TYPE = "message.timestamp.type";
    static final String TIMESTAMP_BEFORE_MS = "message.timestamp.before.max.ms";
    static final String TIMESTAMP_AFTER_MS = "message.timestamp.after.max.ms";
    static final String INSYNC_REPLICAS_MIN = "min.insync.replicas";
    static final String CLEANUP_POLICY = "cleanup.policy";
    static final String RETENTION_MS = "retention.ms";
    static final String RETENTION_BYTES = "retention.bytes";
    static final String FILE_DELETE_DELAY_MS = "file.delete.delay.ms";
    static final String COMPACTION_LAG_MIN_MS = "min.compaction.lag.ms";
    static final String COMPACTION_LAG_MAX_MS = "max.compaction.lag.ms";
    static final String DELETE_RETENTION_MS = "delete.retention.ms";
    static final String DIRTY_RATIO_MIN = "min.cleanable.dirty.ratio";
    static final String DURABILITY = "durability";
    static final String FLUSH_MESSAGES = "flush.messages";

    /// The values of [#DURABILITY].
    static final String FSYNC = "fsync";

    static final String OS = "os";

    private static final String MAX = Long.toString(Long.MAX_VALUE);
    private static final long SEGMENT_BYTES_LEAST = 1024 * 1024;
    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;
    private static final long ZSTD_LEVEL_LEAST = -131_072;

    private static final SortedMap<String, ConfigDefinition> ALL = new TreeMap<>();

    static {
        List<ConfigDefinition> all = new ArrayList<>();
        segments(all);
        records(all);
        keeping(all);
        replication(all);
        for (ConfigDefinition definition : all) {
            ALL.put(definition.name(), definition.scope(ConfigScope.CLUSTER_WIDE));
        }
    }

    private TopicSettings() {}

    /// All of them, by name, in the names' order.
    static SortedMap<String, ConfigDefinition> all() {
        return Collections.unmodifiableSortedMap(ALL);
    }

    static @Nullable ConfigDefinition find(String name) {
        return ALL.get(name);
    }

    /// What `flush.messages`, or the broker's setting for it, says of [#DURABILITY].
    ///
    /// @param flushMessages as it was given; null where it was not
    /// @return null when it says nothing
    static @Nullable String durability(@Nullable String flushMessages) {
        if (flushMessages == null) {
            return null;
        }
        if (flushMessages.equals(MAX)) {
            return OS;
        }
        return flushMessages.equals("1") ? FSYNC : null;
    }

    /// How many units of a topic setting are in one of the broker's setting `brokerName`.
    static long factor(String brokerName) {
        if (brokerName.endsWith(".hours")) {
            return HOUR_MS;
        }
        return brokerName.endsWith(".minutes") ? MINUTE_MS : 1;
    }

    /// `value` of the broker's setting `brokerName`, in the units of the topic setting; a negative
    /// one has no unit.
    static String scaled(String brokerName, String value) {
        long factor = factor(brokerName);
        if (factor == 1) {
            return value;
        }
        long number = Long.parseLong(value);
        return Long.toString(number < 0 ? number : number * factor);
    }

    private static void segments(List<ConfigDefinition> all) {
        all.add(
                of(
                                SEGMENT_BYTES,
                                INT,
                                "1073741824",
                                "A segment file is rolled before it outgrows this size.")
                        .checked(atLeast(SEGMENT_BYTES_LEAST))
                        .takenFrom("log.segment.bytes"));
        all.add(
                of(
                                SEGMENT_BYTES_INTERNAL,
                                INT,
                                null,
                                "As segment.bytes, with a lower limit of 1024, which less counts as; for"
                                        + " tests only.")
                        .checked(atLeast(1))
                        .takenFrom());
        all.add(
                of(
                                SEGMENT_MS,
                                LONG,
                                "604800000",
                                "A segment is rolled when its first record is this old.")
                        .checked(atLeast(1))
                        .takenFrom("log.roll.ms", "log.roll.hours"));
        all.add(
                of(
                                SEGMENT_JITTER_MS,
                                LONG,
                                "0",
                                "At most this much, chosen anew for each segment, is taken off segment.ms, so"
                                        + " that not all partitions roll at once.")
                        .checked(atLeast(0))
                        .takenFrom("log.roll.jitter.ms", "log.roll.jitter.hours")
                        .idle());
        indexes(all);
    }

    private static void indexes(List<ConfigDefinition> all) {
        all.add(
                of(
                                SEGMENT_INDEX_BYTES,
                                INT,
                                "10485760",
                                "A segment is rolled when one of its indexes reaches this size; less than"
                                        + " 24 counts as 24.")
                        .checked(atLeast(4))
                        .takenFrom("log.index.size.max.bytes"));
        all.add(
                of(
                                INDEX_INTERVAL_BYTES,
                                INT,
                                "4096",
                                "About one index entry is made for so many bytes of records.")
                        .checked(atLeast(0))
                        .takenFrom("log.index.interval.bytes"));
        all.add(
                of(
                                "preallocate",
                                BOOLEAN,
                                "false",
                                "Whether a new segment takes its full size at once.")
                        .takenFrom("log.preallocate")
                        .idle());
        all.add(
                of(
                                FILE_DELETE_DELAY_MS,
                                LONG,
                                "60000",
                                "How long a deleted file stays on disk under another name.")
                        .checked(atLeast(0))
                        .takenFrom("log.segment.delete.delay.ms")
                        .idle());
    }

    private static void records(List<ConfigDefinition> all) {
        all.add(
                of(
                                MESSAGE_BYTES_MAX,
                                INT,
                                "1048588",
                                "The largest record batch, as sent, that is accepted.")
                        .checked(atLeast(0))
                        .takenFrom("message.max.bytes"));
        all.add(
                of(
                                COMPRESSION_TYPE,
                                STRING,
                                "producer",
                                "How batches are stored: producer keeps what was sent; any other value names"
                                        + " the codec that each batch is brought to.")
                        .checked(
                                oneOf(
                                        "uncompressed",
                                        "zstd",
                                        "lz4",
                                        "snappy",
                                        "gzip",
                                        "producer")));
        all.add(
                of(
                                GZIP_LEVEL,
                                INT,
                                "-1",
                                "The level where compression.type is gzip; -1 is the codec's own.")
                        .checked(orExactly(-1, between(1, 9))));
        all.add(
                of(LZ4_LEVEL, INT, "9", "The level where compression.type is lz4.")
                        .checked(between(1, 17)));
        all.add(
                of(ZSTD_LEVEL, INT, "3", "The level where compression.type is zstd.")
                        .checked(between(ZSTD_LEVEL_LEAST, 22)));
        timestamps(all);
    }

    private static void timestamps(List<ConfigDefinition> all) {
        all.add(
                of(
                                TIMESTAMP_TYPE,
                                STRING,
                                "CreateTime",
                                "Whose clock stamps a record: CreateTime is the producer's, LogAppendTime the"
                                        + " broker's.")
                        .checked(oneOf("CreateTime", "LogAppendTime"))
                        .takenFrom("log.message.timestamp.type"));
        all.add(
                of(
                                TIMESTAMP_BEFORE_MS,
                                LONG,
                                MAX,
                                "How far a producer's timestamp may lie before the broker's clock.")
                        .checked(atLeast(0))
                        .takenFrom("log.message.timestamp.before.max.ms"));
        all.add(
                of(
                                TIMESTAMP_AFTER_MS,
                                LONG,
                                "3600000",
                                "How far a producer's timestamp may lie after the broker's clock.")
                        .checked(atLeast(0))
                        .takenFrom("log.message.timestamp.after.max.ms"));
    }

    private static void keeping(List<ConfigDefinition> all) {
        all.add(
                of(
                                CLEANUP_POLICY,
                                LIST,
                                "delete",
                                "What happens to old records: delete removes whole segments by age and size,"
                                        + " compact keeps the last record of each key and refuses records"
                                        + " without one; both may be named.")
                        .checked(listOf("compact", "delete"))
                        .takenFrom("log.cleanup.policy"));
        all.add(
                of(
                                RETENTION_MS,
                                LONG,
                                "604800000",
                                "A segment is removed when its latest record is older than this, the one"
                                        + " that is written to as well; -1 keeps all.")
                        .checked(atLeast(-1))
                        .takenFrom(
                                "log.retention.ms",
                                "log.retention.minutes",
                                "log.retention.hours"));
        all.add(
                of(
                                RETENTION_BYTES,
                                LONG,
                                "-1",
                                "A partition's oldest segments are removed as long as it has this size without"
                                        + " them; -1 keeps all.")
                        .takenFrom("log.retention.bytes"));
        compaction(all);
        tiers(all);
    }

    private static void compaction(List<ConfigDefinition> all) {
        all.add(
                of(
                                DELETE_RETENTION_MS,
                                LONG,
                                "86400000",
                                "How long compaction keeps the sign that a key was deleted.")
                        .checked(atLeast(0))
                        .takenFrom("log.cleaner.delete.retention.ms"));
        all.add(
                of(
                                COMPACTION_LAG_MIN_MS,
                                LONG,
                                "0",
                                "Records younger than this are left alone by compaction.")
                        .checked(atLeast(0))
                        .takenFrom("log.cleaner.min.compaction.lag.ms"));
        all.add(
                of(
                                COMPACTION_LAG_MAX_MS,
                                LONG,
                                MAX,
                                "Records older than this are compacted even when little would be gained.")
                        .checked(atLeast(1))
                        .takenFrom("log.cleaner.max.compaction.lag.ms"));
        all.add(
                of(
                                DIRTY_RATIO_MIN,
                                DOUBLE,
                                "0.5",
                                "The part of a log that must be uncompacted before compaction begins.")
                        .checked(ConfigCheck.ratio())
                        .takenFrom("log.cleaner.min.cleanable.ratio"));
    }

    private static void tiers(List<ConfigDefinition> all) {
        all.add(tier("local.retention.bytes", LONG, "-2").takenFrom("log.local.retention.bytes"));
        all.add(tier("local.retention.ms", LONG, "-2").takenFrom("log.local.retention.ms"));
        all.add(tier("remote.storage.enable", BOOLEAN, "false").checked(oneOf("false")));
        all.add(tier("remote.log.copy.disable", BOOLEAN, "false"));
        all.add(tier("remote.log.delete.on.disable", BOOLEAN, "false"));
    }

    private static ConfigDefinition tier(String name, ConfigType type, String fallback) {
        return of(name, type, fallback, "About tiered storage, which Octavo has not.")
                .takenFrom()
                .idle();
    }

    private static void replication(List<ConfigDefinition> all) {
        all.add(
                of(
                                INSYNC_REPLICAS_MIN,
                                INT,
                                "1",
                                "So many in-sync replicas, the leader included, must hold a record before it is"
                                        + " acknowledged with acks=all.")
                        .checked(atLeast(1)));
        all.add(
                of(
                                "unclean.leader.election.enable",
                                BOOLEAN,
                                "false",
                                "Whether a replica that lacks acknowledged records may lead when no other is"
                                        + " left.")
                        .idle());
        all.add(known("leader.replication.throttled.replicas", LIST, ""));
        all.add(known("follower.replication.throttled.replicas", LIST, ""));
        all.add(
                of(
                                DURABILITY,
                                STRING,
                                FSYNC,
                                "When a record is acknowledged with acks=all, and visible: fsync, when it is on"
                                        + " disk and survives a power cut; os, when the operating system has it"
                                        + " and it survives the end of the process only.")
                        .checked(oneOf(FSYNC, OS)));
        all.add(
                of(
                                FLUSH_MESSAGES,
                                LONG,
                                MAX,
                                "Says durability in a way that Kafka's tools know, where durability itself is"
                                        + " not set: 1 is fsync, the largest number is os. Others do nothing.")
                        .checked(atLeast(1))
                        .takenFrom("log.flush.interval.messages"));
        all.add(
                of(
                                "flush.ms",
                                LONG,
                                MAX,
                                "How long a record may be unforced. In Octavo that is said with durability:"
                                        + " with fsync no time if somebody waits, with os about a second, and"
                                        + " a second more for each further 32 logs that are written to.")
                        .checked(atLeast(0))
                        .takenFrom("log.flush.interval.ms", "log.flush.scheduler.interval.ms")
                        .idle());
    }

    private static ConfigDefinition of(
            String name, ConfigType type, @Nullable String fallback, String documentation) {
        return ConfigDefinition.of(name, type, fallback, documentation);
    }

    private static ConfigDefinition known(
            String name, ConfigType type, String fallback, String... brokerNames) {
        return ConfigDefinition.idle(name, type, fallback, ConfigScope.CLUSTER_WIDE)
                .takenFrom(brokerNames);
    }
}

package io.octavo.broker.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A topic's settings, each with its value: the topic's own where it was given, else the broker's.
/// Immutable; equal when every value and every override is.
public final class TopicConfig {
    private final Map<String, String> overrides;
    private final Map<String, String> defaults;
    private final int segmentBytes;
    private final long segmentMs;
    private final int messageBytesMax;
    private final int insyncReplicasMin;
    private final boolean appendTime;
    private final long timestampBeforeMsMax;
    private final long timestampAfterMsMax;
    private final boolean compacted;
    private final boolean deleted;

    private TopicConfig(Map<String, String> overrides, Map<String, String> defaults) {
        this.overrides = Map.copyOf(overrides);
        this.defaults = defaults;
        String internal = value(TopicSettings.SEGMENT_BYTES_INTERNAL);
        segmentBytes =
                internal == null
                        ? integer(TopicSettings.SEGMENT_BYTES)
                        : Integer.parseInt(internal);
        segmentMs = number(TopicSettings.SEGMENT_MS);
        messageBytesMax = integer(TopicSettings.MESSAGE_BYTES_MAX);
        insyncReplicasMin = integer(TopicSettings.INSYNC_REPLICAS_MIN);
        appendTime = text(TopicSettings.TIMESTAMP_TYPE).equals("LogAppendTime");
        timestampBeforeMsMax = number(TopicSettings.TIMESTAMP_BEFORE_MS);
        timestampAfterMsMax = number(TopicSettings.TIMESTAMP_AFTER_MS);
        List<String> policies = ConfigType.list(text(TopicSettings.CLEANUP_POLICY));
        compacted = policies.contains("compact");
        deleted = policies.contains("delete");
    }

    /// The settings of a topic on a broker.
    ///
    /// @param overrides the topic's own, already checked
    public static TopicConfig of(Map<String, String> overrides, BrokerConfig broker) {
        return overrides.isEmpty()
                ? broker.topicDefaults()
                : new TopicConfig(overrides, broker.topicDefaults().defaults);
    }

    /// The settings of a topic for which nothing was given.
    static TopicConfig defaults(Map<String, String> values) {
        return new TopicConfig(Map.of(), Map.copyOf(values));
    }

    /// What was given for this topic.
    public Map<String, String> overrides() {
        return overrides;
    }

    /// The value of any topic setting, in its canonical spelling; null where it has none.
    public @Nullable String value(String name) {
        String given = own(name);
        return given != null ? given : defaults.get(name);
    }

    /// What this topic says of a setting, by its name or, of `durability`, by `flush.messages`;
    /// null when it says nothing.
    @Nullable String own(String name) {
        String given = overrides.get(name);
        return given == null && name.equals(TopicSettings.DURABILITY)
                ? TopicSettings.durability(overrides.get(TopicSettings.FLUSH_MESSAGES))
                : given;
    }

    /// A segment file is rolled before it outgrows this.
    public int segmentBytes() {
        return segmentBytes;
    }

    /// A segment is rolled when its first record is this old.
    public long segmentMs() {
        return segmentMs;
    }

    /// At most this much is taken off [#segmentMs()], anew for each segment.
    public long segmentJitterMs() {
        return number(TopicSettings.SEGMENT_JITTER_MS);
    }

    /// The limit of each index file.
    public int segmentIndexBytes() {
        return integer(TopicSettings.SEGMENT_INDEX_BYTES);
    }

    /// About one index entry for so many bytes.
    public int indexIntervalBytes() {
        return integer(TopicSettings.INDEX_INTERVAL_BYTES);
    }

    /// The largest batch that is accepted.
    public int messageBytesMax() {
        return messageBytesMax;
    }

    /// `producer`, `uncompressed`, or the name of a codec.
    public String compressionType() {
        return text(TopicSettings.COMPRESSION_TYPE);
    }

    /// The level for a codec named by [#compressionType()].
    public int compressionLevel() {
        return switch (compressionType()) {
            case "gzip" -> integer(TopicSettings.GZIP_LEVEL);
            case "lz4" -> integer(TopicSettings.LZ4_LEVEL);
            case "zstd" -> integer(TopicSettings.ZSTD_LEVEL);
            default -> 0;
        };
    }

    /// Whether the broker's clock stamps records (`message.timestamp.type=LogAppendTime`).
    public boolean appendTime() {
        return appendTime;
    }

    /// How far a producer's timestamp may lie before the broker's clock.
    public long timestampBeforeMsMax() {
        return timestampBeforeMsMax;
    }

    /// How far a producer's timestamp may lie after the broker's clock.
    public long timestampAfterMsMax() {
        return timestampAfterMsMax;
    }

    /// So many in-sync replicas must hold a record before `acks=all` is answered.
    public int insyncReplicasMin() {
        return insyncReplicasMin;
    }

    /// Whether the last record of each key is kept (`cleanup.policy` has `compact`), so that every
    /// record needs a key.
    public boolean compacted() {
        return compacted;
    }

    /// The part of the log that must be uncompacted before compaction begins.
    public double dirtyRatioMin() {
        return Double.parseDouble(text(TopicSettings.DIRTY_RATIO_MIN));
    }

    /// Younger records are left alone by compaction.
    public long compactionLagMsMin() {
        return number(TopicSettings.COMPACTION_LAG_MIN_MS);
    }

    /// Older records are compacted even when little would be gained.
    public long compactionLagMsMax() {
        return number(TopicSettings.COMPACTION_LAG_MAX_MS);
    }

    /// How long compaction keeps the sign that a key was deleted.
    public long deleteRetentionMs() {
        return number(TopicSettings.DELETE_RETENTION_MS);
    }

    /// Whether old segments are removed by age and size (`cleanup.policy` has `delete`).
    public boolean deleted() {
        return deleted;
    }

    /// Whether a record counts only when it is forced to disk (`durability=fsync`).
    public boolean fsync() {
        return text(TopicSettings.DURABILITY).equals(TopicSettings.FSYNC);
    }

    /// Records older than this may be removed; -1 keeps all.
    public long retentionMs() {
        return number(TopicSettings.RETENTION_MS);
    }

    /// A partition larger than this may lose its oldest segments; -1 keeps all.
    public long retentionBytes() {
        return number(TopicSettings.RETENTION_BYTES);
    }

    /// How long a deleted file stays on disk.
    public long fileDeleteDelayMs() {
        return number(TopicSettings.FILE_DELETE_DELAY_MS);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicConfig that
                && overrides.equals(that.overrides)
                && defaults.equals(that.defaults);
    }

    @Override
    public int hashCode() {
        return 31 * overrides.hashCode() + defaults.hashCode();
    }

    @Override
    public String toString() {
        return "TopicConfig" + overrides;
    }

    private String text(String name) {
        String value = value(name);
        if (value == null) {
            throw new IllegalStateException("topic setting " + name + " has no value");
        }
        return value;
    }

    private int integer(String name) {
        return Integer.parseInt(text(name));
    }

    private long number(String name) {
        return Long.parseLong(text(name));
    }
}

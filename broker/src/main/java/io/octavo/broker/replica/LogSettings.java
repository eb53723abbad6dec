package io.octavo.broker.replica;

import io.octavo.broker.config.TopicConfig;
import io.octavo.log.LogConfig;

/// What a log is told of its topic's settings. Where these may be less than a log can do with,
/// because Kafka allows it, the log gets the least that it can.
final class LogSettings {
    private LogSettings() {}

    /// @param producerExpiryMs how long a producer that appends nothing is remembered
    static LogConfig of(TopicConfig topic, long producerExpiryMs) {
        return new LogConfig(
                segments(topic),
                new LogConfig.Producers(LogConfig.defaults().producers().max(), producerExpiryMs),
                topic.fsync(),
                topic.deleted()
                        ? new LogConfig.Retention(topic.retentionMs(), topic.retentionBytes())
                        : LogConfig.Retention.ALL,
                new LogConfig.Compaction(
                        topic.compacted(),
                        topic.dirtyRatioMin(),
                        topic.compactionLagMsMin(),
                        topic.compactionLagMsMax(),
                        topic.deleteRetentionMs()));
    }

    private static LogConfig.Segments segments(TopicConfig topic) {
        return new LogConfig.Segments(
                Math.max(topic.segmentBytes(), LogConfig.Segments.BYTES_MIN),
                topic.compacted()
                        ? Math.min(topic.segmentMs(), topic.compactionLagMsMax())
                        : topic.segmentMs(),
                topic.indexIntervalBytes(),
                Math.max(topic.segmentIndexBytes(), LogConfig.Segments.INDEX_BYTES_MIN));
    }
}

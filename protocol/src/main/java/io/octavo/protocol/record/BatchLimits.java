package io.octavo.protocol.record;

/// What a topic allows in a client's batch.
///
/// @param messageBytesMax `max.message.bytes`
/// @param segmentBytesMax `segment.bytes`
/// @param timestampType `message.timestamp.type`; with [TimestampType#LOG_APPEND_TIME] the
///   producer's times do not count
/// @param timestampBeforeMaxMs `message.timestamp.before.max.ms`
/// @param timestampAfterMaxMs `message.timestamp.after.max.ms`
/// @param keysRequired whether the topic is compacted
public record BatchLimits(
        int messageBytesMax,
        int segmentBytesMax,
        TimestampType timestampType,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        boolean keysRequired) {
    /// Whether a record with this timestamp may be written at `wallMs`.
    boolean allows(long timestamp, long wallMs) {
        if (timestampType == TimestampType.LOG_APPEND_TIME
                || timestamp == RecordBatch.NO_TIMESTAMP) {
            return true;
        }
        return timestamp <= sum(wallMs, timestampAfterMaxMs)
                && timestamp >= sum(wallMs, -timestampBeforeMaxMs);
    }

    /// The settings go up to 2^63-1, which stands for no limit.
    private static long sum(long wallMs, long delta) {
        long sum = wallMs + delta;
        boolean overflown = ((wallMs ^ sum) & (delta ^ sum)) < 0;
        return overflown ? (delta < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
}

package io.octavo.client;

import io.octavo.protocol.record.Header;
import io.octavo.protocol.record.TimestampType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record that was read.
///
/// @param timestamp milliseconds since 1970, -1 for none
/// @param key null for none; the record's own view of bytes that are shared with the records read
///   with it
/// @param value null for a tombstone; like the key
/// @param leaderEpoch the epoch its leader wrote it in
public record ConsumerRecord(
        TopicPartition partition,
        long offset,
        long timestamp,
        TimestampType timestampType,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers,
        int leaderEpoch) {}

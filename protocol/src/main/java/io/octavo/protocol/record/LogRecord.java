package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record of a batch.
///
/// @param offset its offset in the partition
/// @param timestamp milliseconds since 1970, the batch's append time where the broker stamps it, -1
///   for none
/// @param key null when there is none; shared with the batch when it was read from one
/// @param value null for a tombstone; shared with the batch when it was read from one
public record LogRecord(
        long offset,
        long timestamp,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {
    public LogRecord {
        headers = List.copyOf(headers);
    }
}

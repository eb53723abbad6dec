package io.octavo.protocol.wire;

/// What a `records` field holds: record batches that are moved, not decoded. [ByteRecords] when
/// they are in memory; a slice of a log file when they are sent from there.
public interface Records {
    /// @return the number of bytes
    int sizeBytes();
}

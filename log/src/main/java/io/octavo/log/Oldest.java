package io.octavo.log;

/// A log's oldest segment, so that one can tell when it is worth opening the log for its retention.
/// A hint: what becomes of the segment is decided again once the log is open.
///
/// @param latestMs when its latest record was made, by the wall clock
/// @param bytes its size; 0 when the log has no records
/// @param logBytes the size of all segments
record Oldest(long latestMs, long bytes, long logBytes) {
    /// Nothing can go.
    static final Oldest NONE = new Oldest(0, 0, 0);
}

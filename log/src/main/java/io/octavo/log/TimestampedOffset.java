package io.octavo.log;

/// One record's place and time.
///
/// @param leaderEpoch of the batch that holds it
public record TimestampedOffset(long timestamp, long offset, int leaderEpoch) {}

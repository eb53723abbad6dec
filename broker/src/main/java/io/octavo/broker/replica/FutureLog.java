package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;

/// A copy of a log that will replace it when it is complete.
///
/// @param directory where it grows
/// @param sizeBytes of its segments
/// @param offsetLag how many offsets it lacks, at most
public record FutureLog(DataDirectory directory, long sizeBytes, long offsetLag) {}

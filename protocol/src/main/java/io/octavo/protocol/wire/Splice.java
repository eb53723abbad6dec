package io.octavo.protocol.wire;

/// Records that belong between two bytes of a [Writer] and were not copied into it.
///
/// @param position how many of the writer's own bytes come before
/// @param records what is to be sent there
public record Splice(int position, Records records) {}

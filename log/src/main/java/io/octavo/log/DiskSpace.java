package io.octavo.log;

/// The room of a file system.
///
/// @param totalBytes all of it
/// @param usableBytes what this process may still write; an estimate, others write too
public record DiskSpace(long totalBytes, long usableBytes) {
    /// More than anybody fills.
    public static final DiskSpace PLENTY = new DiskSpace(Long.MAX_VALUE, Long.MAX_VALUE);
}

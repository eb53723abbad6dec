package io.octavo.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A log's oldest segment that has something in it, so that one can tell whether it is worth
/// opening the log for its retention. A hint: what becomes of the segment is decided again once the
/// log is open.
///
/// @param latestMs when its latest record was made, by the wall clock; 0 when only the open log
///   tells
/// @param bytes its size; 0 when the log has no records
/// @param logBytes the size of all segments
public record Oldest(long latestMs, long bytes, long logBytes) {
    /// Nothing can go.
    static final Oldest NONE = new Oldest(0, 0, 0);

    /// Whether the segment goes.
    ///
    /// @param nowMs the wall clock's time
    public boolean expired(LogConfig.Retention policy, long nowMs) {
        return new Retention(policy, nowMs).expired(this);
    }

    /// What the files of a log say that is not open. Nothing of it is checked.
    static Oldest inFiles(LogFiles files, Path directory, long nowMs) throws IOException {
        long first = -1;
        long firstBytes = 0;
        long bytes = 0;
        for (String name : files.list(directory)) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                long size = files.sizeBytes(directory.resolve(name));
                if (firstBytes == 0) {
                    first = base;
                    firstBytes = size;
                }
                bytes += size;
            }
        }
        return firstBytes == 0
                ? NONE
                : new Oldest(
                        latestMs(files, new SegmentPaths(directory, first), nowMs),
                        firstBytes,
                        bytes);
    }

    /// An index that the disk cannot read tells as little as one that is not there.
    private static long latestMs(LogFiles files, SegmentPaths paths, long nowMs)
            throws IOException {
        try (LogFile index = files.open(paths.timeIndex(), LogFiles.Mode.READ)) {
            int n = TimeIndex.entries(index);
            long latest = n == 0 ? 0 : TimeIndex.read(index, n - 1).timestamp();
            return latest <= nowMs ? latest : files.modifiedMs(paths.log());
        } catch (NoSuchFileException | DamagedLog untold) {
            return 0;
        }
    }
}

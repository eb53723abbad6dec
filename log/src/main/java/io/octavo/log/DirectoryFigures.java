package io.octavo.log;

import java.util.Map;

/// A data directory in numbers; all since the start, or now.
///
/// @param appends how long each append took
/// @param appendedBytes what was appended
/// @param forces how long each force of a file took
/// @param unforcedBytes appended and only in memory
/// @param openLogs those in use
/// @param openFiles segments that are open
/// @param damagedRanges how many ranges are known to be damaged, by the names of the open logs that
///   have some
/// @param scrubbedBytes read to find what has rotted
/// @param disk the room of its file system, as it was a second ago
public record DirectoryFigures(
        Durations appends,
        long appendedBytes,
        Durations forces,
        long unforcedBytes,
        int openLogs,
        int openFiles,
        Map<String, Integer> damagedRanges,
        long scrubbedBytes,
        DiskSpace disk) {
    public DirectoryFigures {
        damagedRanges = Map.copyOf(damagedRanges);
    }
}

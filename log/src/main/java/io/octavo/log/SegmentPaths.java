package io.octavo.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// The names of one segment's files: the base offset in twenty digits, and what the file is.
///
/// @param directory the partition's
/// @param ending behind every name; empty for the segment's own files
record SegmentPaths(Path directory, long baseOffset, String ending) {
    static final String LOG = ".log";
    static final String OFFSET_INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String TRANSACTION_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";

    /// Of the files that a segment consists of.
    static final List<String> SUFFIXES = List.of(LOG, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX);

    /// Behind the name of a file that replaces another when it is complete.
    static final String UNFINISHED = ".tmp";

    /// Behind the name of a segment that is not part of the log any more.
    static final String DELETED = ".deleted";

    /// Behind the names of files that take those of other segments when they are complete
    /// ([SegmentSwap]).
    private static final String BESIDE = ".compacted" + UNFINISHED;

    /// Behind the names of indexes that are made anew, until they are complete.
    private static final String RENEWED = ".renewed-";

    private static final int DIGITS = 20;

    SegmentPaths(Path directory, long baseOffset) {
        this(directory, baseOffset, "");
    }

    /// Where the files lie until they get their names.
    SegmentPaths beside() {
        return new SegmentPaths(directory, baseOffset, BESIDE);
    }

    /// Where indexes that are made anew lie until they get their names.
    ///
    /// @param attempt differs from any other that goes on
    SegmentPaths renewed(int attempt) {
        return new SegmentPaths(directory, baseOffset, RENEWED + attempt + UNFINISHED);
    }

    Path log() {
        return path(LOG);
    }

    Path offsetIndex() {
        return path(OFFSET_INDEX);
    }

    Path timeIndex() {
        return path(TIME_INDEX);
    }

    Path snapshot() {
        return path(SNAPSHOT);
    }

    Path transactionIndex() {
        return path(TRANSACTION_INDEX);
    }

    /// What goes with the segment's log file.
    Path[] indexes() {
        return new Path[] {offsetIndex(), timeIndex(), transactionIndex()};
    }

    void unlink(LogFiles files) throws IOException {
        unlinkIndexes(files);
        files.delete(log());
    }

    void unlinkIndexes(LogFiles files) throws IOException {
        for (Path index : indexes()) {
            files.delete(index);
        }
    }

    /// Makes the offset and the time index survive a power cut, as far as they are there; that of
    /// aborted transactions does once it is written.
    void forceIndexes(LogFiles files) throws IOException {
        for (Path index : List.of(offsetIndex(), timeIndex())) {
            try (LogFile file = files.open(index, LogFiles.Mode.WRITE)) {
                file.force();
            } catch (NoSuchFileException absent) {
                // Nothing to lose: it is made anew when it is needed.
            }
        }
    }

    Path path(String suffix) {
        String digits = Long.toString(baseOffset);
        return directory.resolve("0".repeat(DIGITS - digits.length()) + digits + suffix + ending);
    }

    /// The offset in a file's name, or -1 when it is not an offset with this suffix.
    static long offsetOf(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return -1;
        }
        long offset = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9 || offset > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            offset = offset * 10 + digit;
        }
        return offset;
    }

    /// The base offset in the name of a segment's log file, be it beside those that it replaces; -1
    /// when it is another file.
    static long segmentOf(Path log) {
        String name = String.valueOf(log.getFileName());
        return offsetOf(
                name.endsWith(BESIDE) ? name.substring(0, name.length() - BESIDE.length()) : name,
                LOG);
    }

    /// Bytes of all segments in a log's directory; 0 when there is none.
    static long bytesIn(LogFiles files, Path directory) throws IOException {
        long bytes = 0;
        for (String name : files.list(directory)) {
            if (offsetOf(name, LOG) >= 0) {
                try {
                    bytes += files.sizeBytes(directory.resolve(name));
                } catch (NoSuchFileException gone) {
                    // Removed since the directory was read.
                }
            }
        }
        return bytes;
    }
}

package io.octavo.broker.group;

import io.octavo.broker.replica.Partition;
import io.octavo.log.Log;
import io.octavo.log.LogSpan;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// How far a group is behind in a partition.
///
/// ```
///  log start     from: the committed offset, or the log's start where that is later
///      ├───────────────┼───────────────────────┬───────────────────┬─────────┤
///                      │                last stable offset   high watermark  log end
///                      ├──── stableRecords ────┘                   │
///                      └──── records, bytes ───────────────────────┘
///                      └ ageMs: how old this record is
/// ```
///
/// What is not known is [#UNKNOWN].
///
/// @param ageMs by the record's own timestamp; 0 where there is no record
record Lag(
        long startOffset,
        long lastStableOffset,
        long highWatermark,
        long endOffset,
        long records,
        long stableRecords,
        long bytes,
        long ageMs) {
    static final long UNKNOWN = -1;

    private static final Lag NOT_HERE =
            new Lag(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

    /// Reads a few headers of the log; on a worker.
    ///
    /// @param partition null where this broker has no replica
    /// @param committed the offset, or [#UNKNOWN]
    /// @param nowMs by the wall clock
    static Lag of(@Nullable Partition partition, long committed, long nowMs) {
        Log log =
                partition != null && partition.admits((int) UNKNOWN) == ErrorCode.NONE
                        ? partition.log()
                        : null;
        if (partition == null || log == null) {
            return NOT_HERE;
        }
        long start = log.startOffset();
        long stable = partition.lastStableOffset();
        long high = partition.highWatermark();
        long from = Math.max(committed, start);
        LogSpan left = committed < 0 ? null : span(log, from, high);
        if (isClosed(log)) {
            return NOT_HERE;
        }
        return new Lag(
                start,
                stable,
                high,
                log.endOffset(),
                committed < 0 ? UNKNOWN : Math.max(high - from, 0),
                committed < 0 ? UNKNOWN : Math.max(stable - from, 0),
                left == null ? UNKNOWN : left.bytes(),
                left == null ? UNKNOWN : ageMs(left, nowMs));
    }

    /// A log that goes to another directory has seemed to start where it ends.
    private static boolean isClosed(Log log) {
        try {
            log.refuseClosed();
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    private static @Nullable LogSpan span(Log log, long from, long to) {
        try {
            return log.span(from, to);
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static long ageMs(LogSpan left, long nowMs) {
        if (left.bytes() == 0) {
            return 0;
        }
        return left.firstTimestamp() < 0 ? UNKNOWN : Math.max(nowMs - left.firstTimestamp(), 0);
    }
}

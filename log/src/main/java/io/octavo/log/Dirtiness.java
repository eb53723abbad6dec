package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;

/// How much of a log a compaction would look at, by whole segments, and whether it is due.
///
/// ```
/// |<------- clean ------->|<------- dirty ------->|<- too young, or not decided, or active ->|
/// start                   firstDirty              end
/// ```
///
/// @param firstDirty below it no key occurs twice
/// @param end a pass goes no further
/// @param overdue whether a dirty record is older than `max.compaction.lag.ms`: the first of any
///   segment, as one without a timestamp, or from the future, speaks for no other
/// @param rolls whether only the active segment keeps an overdue record from being compacted
public record Dirtiness(
        long firstDirty,
        long end,
        long cleanBytes,
        long dirtyBytes,
        boolean overdue,
        boolean rolls) {
    /// Looks at a log; reads a header of each dirty segment at most, and none where there is no
    /// `max.compaction.lag.ms`.
    ///
    /// @param decidedEnd nothing from here on is compacted: the high watermark, and below it the
    ///   first offset of a transaction that is not decided
    /// @param wallMs now
    public static Dirtiness of(Log log, long decidedEnd, long wallMs) throws IOException {
        LogView view = log.view();
        LogConfig.Compaction config = log.config().compaction();
        long cleanEnd = log.compacted().cleanEnd();
        long firstDirty = Math.clamp(cleanEnd, view.startOffset(), view.endOffset());
        long clean = 0;
        long dirty = 0;
        long end = firstDirty;
        boolean overdue = false;
        for (int i = 0; i + 1 < view.segments(); i++) {
            long next = view.segment(i + 1).baseOffset();
            if (next <= firstDirty) {
                clean += view.bytes(i);
            } else if (next <= decidedEnd && !isYoung(view.segment(i), wallMs, config.lagMsMin())) {
                overdue = overdue || isOverdue(view, i, wallMs, config.lagMsMax());
                dirty += view.bytes(i);
                end = next;
            } else {
                break;
            }
        }
        int active = view.segments() - 1;
        boolean rolls =
                active >= 0
                        && view.segment(active).baseOffset() <= end
                        && isOverdue(view, active, wallMs, config.lagMsMax());
        return new Dirtiness(firstDirty, end, clean, dirty, overdue, rolls);
    }

    /// The part of what could be compacted that was not.
    public double ratio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
    }

    /// The same, no further than to an offset.
    public Dirtiness upTo(long offset) {
        return new Dirtiness(
                firstDirty, Math.min(end, offset), cleanBytes, dirtyBytes, overdue, rolls);
    }

    /// Whether it is worth a pass.
    public boolean isDue(LogConfig.Compaction config) {
        return config.enabled() && dirtyBytes > 0 && (overdue || ratio() > config.dirtyRatioMin());
    }

    /// Not for ever for a record from the future: its segment's file has an age, too.
    private static boolean isYoung(Segment segment, long wallMs, long lagMs) throws IOException {
        return lagMs > 0 && segment.age().latestMs(wallMs) > wallMs - lagMs;
    }

    /// Whether a segment's first batch is too old.
    private static boolean isOverdue(LogView view, int i, long wallMs, long lagMs)
            throws IOException {
        if (lagMs == Long.MAX_VALUE || view.bytes(i) == 0) {
            return false;
        }
        SharedFile file = view.segment(i).acquire();
        if (file == null) {
            return false;
        }
        try {
            BatchCursor batches =
                    view.segment(i).cursor(file.file(), 0, view.bytes(i), RecordBatch.HEADER_BYTES);
            return batches.next()
                    && batches.batch().maxTimestamp() != RecordBatch.NO_TIMESTAMP
                    && batches.batch().maxTimestamp() < wallMs - lagMs;
        } finally {
            file.release();
        }
    }
}

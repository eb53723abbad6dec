package io.octavo.log;

import java.io.IOException;

/// Decides which of a log's oldest segments go. A segment goes as a whole, when everything before
/// it goes, and either its latest record is older than the policy keeps, or the log is large enough
/// without it, or it is before the log's start already.
///
/// ```
///    oldest                                          active
///  ├──────────┼──────────┼──────────┼──────────┼───────────┤
///    too old    too old    enough     stays      stays          bound: nothing that ends behind it goes
///                          without
/// ```
///
/// Which time counts as a record's is [SegmentAge#latestMs]'s matter.
final class Retention {
    private final LogConfig.Retention policy;
    private final long nowMs;

    /// @param nowMs the wall clock's time
    Retention(LogConfig.Retention policy, long nowMs) {
        this.policy = policy;
        this.nowMs = nowMs;
    }

    /// A log's segments, oldest first.
    interface Segments {
        /// What is before it goes in any case.
        long startOffset();

        int count();

        long endOffset(int i);

        long bytes(int i);

        /// When segment `i` had its latest record; asked only where it decides, because that may
        /// take a look into its files.
        long latestMs(int i) throws IOException;
    }

    /// How many segments go, the active one included.
    ///
    /// @param bound no segment goes that ends behind this
    int expired(Segments segments, long bound) throws IOException {
        long left = 0;
        for (int i = 0; i < segments.count(); i++) {
            left += segments.bytes(i);
        }
        int i = 0;
        while (i < segments.count() && segments.endOffset(i) <= bound && goes(segments, i, left)) {
            left -= segments.bytes(i);
            i++;
        }
        return i;
    }

    /// Whether a log's oldest segment goes.
    boolean expired(Oldest oldest) {
        return oldest.bytes() > 0
                && (isEnough(oldest.logBytes() - oldest.bytes()) || isOver(oldest.latestMs()));
    }

    private boolean goes(Segments segments, int i, long left) throws IOException {
        long bytes = segments.bytes(i);
        if (bytes == 0) {
            // Compaction left nothing in it; what is behind it must not have to wait.
            return i + 1 < segments.count() && (policy.msMax() >= 0 || policy.bytesMax() >= 0);
        }
        return segments.endOffset(i) <= segments.startOffset()
                || isEnough(left - bytes)
                || (policy.msMax() >= 0 && isOver(segments.latestMs(i)));
    }

    private boolean isEnough(long bytes) {
        return policy.bytesMax() >= 0 && bytes >= policy.bytesMax();
    }

    private boolean isOver(long latestMs) {
        return policy.msMax() >= 0 && nowMs - latestMs > policy.msMax();
    }
}

package io.octavo.log;

import org.jspecify.annotations.Nullable;

/// Knows of the end of a log that it is in memory, because it was appended just now: nobody who
/// reads there has to ask. One thread appends, any thread asks.
///
/// ```
///   segment ├───────────────┬───────────────┬───────────────┤
///           │  old          from            next            end
///                           └ appended since the turn before the last one
/// ```
final class FreshTail {
    /// The system begins to write back what is older than some 30 s, and does not forget it before.
    private static final long TURN_NANOS = 10_000_000_000L;

    /// Where more than this was appended meanwhile, memory may not have held it.
    private static final int BYTES_MAX = 64 << 20;

    private volatile @Nullable Turn turn;

    /// @param segment its base offset
    private record Turn(long segment, int from, int next, long nanos) {}

    /// A batch was appended at this position of the active segment.
    void appended(long segment, int position, long nowNanos) {
        Turn last = turn;
        if (last == null || last.segment != segment) {
            turn = new Turn(segment, position, position, nowNanos);
        } else if (nowNanos - last.nanos >= TURN_NANOS) {
            boolean lately = nowNanos - last.nanos < 2 * TURN_NANOS;
            turn = new Turn(segment, lately ? last.next : position, position, nowNanos);
        }
    }

    /// Where in the active segment what was appended just now begins; at `end` when nothing was.
    int from(long segment, int end, long nowNanos) {
        Turn last = turn;
        if (last == null || last.segment != segment || nowNanos - last.nanos >= 2 * TURN_NANOS) {
            return end;
        }
        return Math.max(last.from, end - BYTES_MAX);
    }
}

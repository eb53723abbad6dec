package io.octavo.log;

import java.nio.file.Path;

/// Offsets of a log whose batches are gone, or not what was appended.
///
/// @param from the first
/// @param to behind the last; the same as `from` where bytes are damaged that held no batch
/// @param segment the base offset of the segment that held them
/// @param position where the damaged bytes begin in its file
/// @param positionEnd behind them; the same as `position` where the bytes are gone
/// @param reason what is wrong with them
public record DamagedRange(
        long from, long to, long segment, int position, int positionEnd, String reason) {
    public DamagedRange {
        if (from > to || position > positionEnd) {
            throw new IllegalArgumentException(
                    from + ".." + to + ", bytes " + position + ".." + positionEnd);
        }
    }

    /// Batches whose file is gone.
    static DamagedRange missing(long from, long to) {
        return new DamagedRange(from, to, from, 0, 0, "the file is gone");
    }

    /// Whether it is [#missing].
    boolean isMissing() {
        return positionEnd == 0;
    }

    /// For people: which file, which bytes, which offsets.
    ///
    /// @param directory the log's
    public String describe(Path directory) {
        String what = from == to ? " has damage" : " has lost offsets " + from + " to " + (to - 1);
        return new SegmentPaths(directory, segment).log()
                + what
                + " (bytes "
                + position
                + " to "
                + positionEnd
                + ": "
                + reason
                + ")";
    }

    /// What a read of the range fails with.
    DamagedLog refusal(Path directory) {
        return new DamagedLog(
                describe(directory) + "; what follows is served from offset " + to + " on");
    }

    /// This range with another one of the same segment that it touches.
    DamagedRange with(DamagedRange other) {
        return new DamagedRange(
                Math.min(from, other.from),
                Math.max(to, other.to),
                segment,
                Math.min(position, other.position),
                Math.max(positionEnd, other.positionEnd),
                reason);
    }

    /// The same with other offsets.
    DamagedRange between(long newFrom, long newTo) {
        return new DamagedRange(newFrom, newTo, segment, position, positionEnd, reason);
    }

    /// Whether who knows of this range knows of the other.
    boolean covers(DamagedRange other) {
        return from <= other.from && other.to <= to && overlaps(other);
    }

    boolean overlaps(DamagedRange other) {
        boolean offsets = from < other.to && other.from < to;
        boolean bytes =
                segment == other.segment
                        && position < other.positionEnd
                        && other.position < positionEnd;
        return offsets || bytes;
    }
}

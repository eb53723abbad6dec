package io.octavo.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which ranges of a log, or of one segment of it, are damaged. Ascending; no two share an offset
/// or a byte. Does not change.
final class Damage {
    static final Damage NONE = new Damage(List.of());

    private static final Comparator<DamagedRange> ORDER =
            Comparator.comparingLong(DamagedRange::from)
                    .thenComparingLong(DamagedRange::segment)
                    .thenComparingInt(DamagedRange::position);

    private final List<DamagedRange> ranges;

    private Damage(List<DamagedRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    List<DamagedRange> ranges() {
        return ranges;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /// Whether a range is known.
    boolean covers(DamagedRange range) {
        return ranges.stream().anyMatch(known -> known.covers(range));
    }

    /// The first range with an offset that is not below: the one that holds it, or else the next.
    @Nullable DamagedRange from(long offset) {
        for (DamagedRange range : ranges) {
            if (range.to() > offset && range.from() < range.to()) {
                return range;
            }
        }
        return null;
    }

    /// The offset where batches go on when they have come to `offset`.
    long skip(long offset) {
        long at = offset;
        for (DamagedRange range : ranges) {
            if (range.from() <= at && at < range.to()) {
                at = range.to();
            }
        }
        return at;
    }

    /// The range whose bytes hold a position; all ranges are of one segment.
    @Nullable DamagedRange holding(int position) {
        for (DamagedRange range : ranges) {
            if (range.position() <= position && position < range.positionEnd()) {
                return range;
            }
        }
        return null;
    }

    /// Where the next damaged bytes begin, at `position` or behind; all ranges are of one segment.
    int nextPosition(int position, int limit) {
        int next = limit;
        for (DamagedRange range : ranges) {
            if (range.position() >= position && range.position() < next) {
                next = range.position();
            }
        }
        return next;
    }

    /// Where in a segment the batches end that come before the first damage at `offset` or behind;
    /// all ranges are of one segment.
    int endBefore(long offset, int limit) {
        for (DamagedRange range : ranges) {
            if (range.from() >= offset && range.from() < range.to()) {
                return Math.min(range.position(), limit);
            }
        }
        return limit;
    }

    /// Those of one segment.
    Damage of(long segment) {
        List<DamagedRange> its = new ArrayList<>();
        for (DamagedRange range : ranges) {
            if (range.segment() == segment) {
                its.add(range);
            }
        }
        return its.isEmpty() ? NONE : new Damage(its);
    }

    /// These and one more, which is joined with those of its segment that it overlaps.
    Damage with(DamagedRange more) {
        List<DamagedRange> all = new ArrayList<>();
        DamagedRange added = more;
        for (DamagedRange range : ranges) {
            if (!range.overlaps(added)) {
                all.add(range);
            } else if (range.segment() == added.segment()) {
                added = added.with(range);
            } else {
                all.add(range);
                added = beside(added, range);
            }
        }
        all.add(added);
        all.sort(ORDER);
        return new Damage(all);
    }

    /// What lies between two offsets.
    Damage within(long start, long end) {
        List<DamagedRange> kept = new ArrayList<>();
        for (DamagedRange range : ranges) {
            if (range.to() > start && range.from() < end) {
                kept.add(range.between(range.from(), Math.min(range.to(), end)));
            }
        }
        return kept.equals(ranges) ? this : new Damage(kept);
    }

    /// The part of a range that another does not have.
    private static DamagedRange beside(DamagedRange range, DamagedRange other) {
        return range.from() < other.from()
                ? range.between(range.from(), Math.min(range.to(), other.from()))
                : range.between(
                        Math.min(Math.max(range.from(), other.to()), range.to()), range.to());
    }
}

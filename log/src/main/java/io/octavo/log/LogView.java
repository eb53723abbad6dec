package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a log is at one moment; does not change. Whoever writes publishes the next one.
final class LogView {
    private static final Segment[] NO_SEGMENTS = new Segment[0];

    /// By base offset, the last one active. None before the first record.
    private final Segment[] segments;

    private final long startOffset;
    private final Mark end;

    /// @param end in the active segment
    LogView(Segment[] segments, long startOffset, Mark end) {
        this.segments = segments;
        this.startOffset = startOffset;
        this.end = end;
    }

    /// A log without records.
    static LogView empty(long startOffset) {
        return new LogView(NO_SEGMENTS, startOffset, Mark.startOf(startOffset));
    }

    long startOffset() {
        return startOffset;
    }

    long endOffset() {
        return end.offset();
    }

    int activeBytes() {
        return end.position();
    }

    int segments() {
        return segments.length;
    }

    Segment segment(int i) {
        return segments[i];
    }

    /// Whether a segment is among them.
    boolean has(Segment segment) {
        return segments.length > 0 && segments[floor(segment.baseOffset())] == segment;
    }

    /// The size of segment `i`.
    int bytes(int i) {
        return i == segments.length - 1 ? end.position() : segments[i].sealedBytes();
    }

    /// The size of all segments.
    long sizeBytes() {
        long bytes = 0;
        for (int i = 0; i < segments.length; i++) {
            bytes += bytes(i);
        }
        return bytes;
    }

    /// Where segment `i` ends.
    long endOffset(int i) {
        return i == segments.length - 1 ? end.offset() : segments[i + 1].baseOffset();
    }

    /// The segment that grows, or null before the first record.
    @Nullable Segment active() {
        return segments.length == 0 ? null : segments[segments.length - 1];
    }

    /// The log's end in the active segment.
    Mark end() {
        return end;
    }

    /// After `batch` was appended to the active segment.
    LogView with(RecordBatch batch) {
        return new LogView(segments, startOffset, end.behind(batch));
    }

    /// After an empty segment became the active one.
    LogView rolled(Segment next) {
        Segment[] more = new Segment[segments.length + 1];
        System.arraycopy(segments, 0, more, 0, segments.length);
        more[segments.length] = next;
        return new LogView(more, startOffset, Mark.startOf(next.baseOffset()));
    }

    /// After the first `dropped` segments are gone and the log begins at `newStart`.
    LogView startingAt(long newStart, int dropped) {
        Segment[] fewer = new Segment[segments.length - dropped];
        System.arraycopy(segments, dropped, fewer, 0, fewer.length);
        return new LogView(fewer, newStart, end);
    }

    /// After all but the first `kept` segments are gone and the last of them ends at `cut`.
    LogView endingAt(Mark cut, int kept) {
        Segment[] fewer = new Segment[kept];
        System.arraycopy(segments, 0, fewer, 0, kept);
        return new LogView(fewer, startOffset, cut);
    }

    /// Where neighbours begin that are sealed; -1 when they are not here.
    int indexOf(List<Segment> neighbours) {
        List<Segment> sealed = List.of(segments).subList(0, Math.max(segments.length - 1, 0));
        return Collections.indexOfSubList(sealed, neighbours);
    }

    /// After `next` took the place of `old`; null when these are not here.
    @Nullable LogView replaced(List<Segment> old, Segment next) {
        int at = indexOf(old);
        if (at < 0) {
            return null;
        }
        List<Segment> all = new ArrayList<>(List.of(segments));
        all.subList(at, at + old.size()).clear();
        all.add(at, next);
        return new LogView(all.toArray(NO_SEGMENTS), startOffset, end);
    }

    /// How many segments end by `offset`; never the active one.
    int segmentsBefore(long offset) {
        int n = 0;
        while (n + 1 < segments.length && segments[n + 1].baseOffset() <= offset) {
            n++;
        }
        return n;
    }

    /// The number of the segment that would hold an offset.
    int floor(long offset) {
        int low = 0;
        int high = segments.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(low - 1, 0);
    }

    /// See [Log#read]; null when a segment has gone since this was published.
    ///
    /// @param damage what is not to be given out
    /// @param waits whether the disk may be waited for
    /// @throws ColdRead when it must not be, and would have to
    @Nullable ReadResult read(
            long offset,
            long endExclusive,
            int bytesMax,
            boolean atLeastOneBatch,
            Damage damage,
            boolean waits)
            throws IOException {
        if (offset < startOffset || offset > end.offset()) {
            return new ReadResult.OutOfRange(startOffset, end.offset());
        }
        long visible = Math.min(endExclusive, end.offset());
        if (offset >= visible) {
            return ReadResult.Empty.EMPTY;
        }
        DamagedRange next = damage.from(offset);
        if (next != null && next.from() <= offset) {
            throw next.refusal(segments[0].paths().directory());
        }
        if (bytesMax == 0 && !atLeastOneBatch) {
            return ReadResult.Empty.EMPTY;
        }
        long bound = next == null ? visible : Math.min(visible, next.from());
        for (int i = floor(offset); i < segments.length && segments[i].baseOffset() < bound; i++) {
            SharedFile file = waits ? segments[i].acquire() : segments[i].acquireOpen();
            if (file == null) {
                return waits ? null : ReadResult.Cold.COLD;
            }
            LogFile reads = waits ? file.loadedReads() : file.cachedReads();
            boolean given = false;
            try {
                int bytes = segments[i].endBefore(offset, bytes(i));
                long first = segments[i].batchAt(reads, offset, bytes);
                if (first == Segment.NO_BATCH) {
                    continue;
                }
                int position = Segment.position(first);
                int least = atLeastOneBatch ? Segment.sizeBytes(first) : 0;
                int end = segments[i].nextDamage(position, bytes);
                int stop = Math.min(stop(i, reads, bound, bytes), end);
                int size = Math.min(stop - position, Math.max(bytesMax, least));
                if (size < Segment.sizeBytes(first)) {
                    return ReadResult.Empty.EMPTY;
                }
                given = true;
                boolean active = i == segments.length - 1;
                long offsetEnd = Math.min(bound, endOffset(i));
                return new LogSlice(file, segments[i], position, size, bytes(i), active, offsetEnd);
            } finally {
                if (!given) {
                    file.release();
                }
            }
        }
        if (next != null && bound < visible) {
            throw next.refusal(segments[0].paths().directory());
        }
        return ReadResult.Empty.EMPTY;
    }

    /// Where in the first `bytes` of segment `i` the batches end that have no record at `bound` or
    /// behind.
    private int stop(int i, LogFile file, long bound, int bytes) throws IOException {
        long next = i + 1 < segments.length ? segments[i + 1].baseOffset() : end.offset();
        if (bound < next) {
            long batch = segments[i].batchAt(file, bound, bytes);
            if (batch != Segment.NO_BATCH) {
                return Segment.position(batch);
            }
        }
        return bytes;
    }
}

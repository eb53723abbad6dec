package io.octavo.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The part of a log that the checkpoint vouches for, compared with what is there: finds which
/// offsets are damaged, and leaves every file as it is.
///
/// ```
///  first segment                    durable mark
///  ├─────────┼─────────┼── gone ──┼─────────┤ wrong, or too short
/// ```
///
/// That files are missing is known by their number, which ones by where the others end. In a
/// compacted log offsets are missing between segments that are whole; where files are gone too they
/// count as damaged.
final class Vouched {
    private final Log log;
    private final Checkpoint.Entry entry;
    private final List<Segment> segments;

    /// @param segments those found, ascending
    Vouched(Log log, Checkpoint.Entry entry, List<Segment> segments) {
        this.log = log;
        this.entry = entry;
        this.segments = segments;
    }

    /// Notes what went with the segments that are gone.
    ///
    /// @param count how many there have to be
    void findMissing(int count) throws IOException {
        List<Segment> there = new ArrayList<>();
        for (Segment segment : segments) {
            long base = segment.baseOffset();
            if (entry.firstSegment() <= base && base <= entry.durable().segment()) {
                there.add(segment);
            }
        }
        if (there.size() == count) {
            return;
        }
        List<DamagedRange> gone = new ArrayList<>();
        long expected = entry.firstSegment();
        for (Segment segment : there) {
            addGap(gone, expected, segment.baseOffset());
            boolean last = segment.baseOffset() == entry.durable().segment();
            expected = last ? entry.durable().offset() : endOf(segment);
        }
        addGap(gone, expected, entry.durable().offset());
        log.damage().add(gone);
    }

    /// Notes that the whole log is gone.
    void lost() throws IOException {
        List<DamagedRange> gone = new ArrayList<>();
        addGap(gone, entry.startOffset(), entry.written().offset());
        log.damage().add(gone);
    }

    /// Notes what is damaged in a segment before a mark of it, where something is wrong.
    ///
    /// @param reason counts for all of the segment if each batch of it is a right one
    void search(Segment segment, Mark mark, String reason) throws IOException {
        int bytes = Math.min(segment.sealedBytes(), mark.position());
        List<DamagedRange> found = log.damage().found(segment, bytes, mark.offset());
        long base = segment.baseOffset();
        if (found.isEmpty()) {
            found = List.of(new DamagedRange(base, mark.offset(), base, 0, bytes, reason));
        }
        log.damage().add(found);
        segment.avoid(log.damage().known().of(base));
    }

    private void addGap(List<DamagedRange> gone, long from, long to) {
        long begin = log.damage().known().skip(from);
        if (begin < to) {
            gone.add(DamagedRange.missing(begin, to));
        }
    }

    /// Where a segment ends that is followed by something else than its successor.
    private long endOf(Segment segment) throws IOException {
        SharedFile file = segment.using();
        try {
            return segment.endOffset(file.file());
        } catch (DamagedLog damaged) {
            // Where the last batches are damaged the gap begins before them.
            long end = segment.baseOffset();
            int bytes = segment.sealedBytes();
            for (DamagedRange range : log.damage().found(segment, bytes, Long.MAX_VALUE)) {
                if (range.to() == Long.MAX_VALUE) {
                    return Math.max(end, range.from());
                }
                log.damage().add(List.of(range));
                segment.avoid(log.damage().known().of(segment.baseOffset()));
                end = range.to();
            }
            return segment.endOffset(file.file());
        } finally {
            file.release();
        }
    }
}

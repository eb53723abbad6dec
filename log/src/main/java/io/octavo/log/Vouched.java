package io.octavo.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private final FoundSegments segments;

    Vouched(Log log, Checkpoint.Entry entry, FoundSegments segments) {
        this.log = log;
        this.entry = entry;
        this.segments = segments;
    }

    /// The mark up to which nothing has to be read; notes what is damaged below.
    Mark mark() throws IOException {
        if (segments.all().isEmpty()) {
            segments.makeDirectory();
            lost();
            return Mark.startOf(entry.written().offset());
        }
        findMissing(segments.vouched(entry));
        Mark durable = entry.durable();
        String wrong = wrong(durable);
        int i = segments.indexOf(durable.segment());
        if (wrong != null && i >= 0) {
            search(segments.all().get(i), durable, wrong);
        }
        return durable;
    }

    /// Notes what went with the segments that are gone.
    ///
    /// @param count how many there have to be
    private void findMissing(int count) throws IOException {
        List<Segment> there = new ArrayList<>();
        for (Segment segment : segments.all()) {
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
        add(gone);
    }

    /// Notes that the whole log is gone.
    private void lost() throws IOException {
        List<DamagedRange> gone = new ArrayList<>();
        addGap(gone, entry.startOffset(), entry.written().offset());
        add(gone);
    }

    /// Notes what is gone, in the file too: the next checkpoint counts what is there now, and
    /// nothing but that note would tell.
    private void add(List<DamagedRange> gone) throws IOException {
        log.damage().add(gone);
        log.damage().refuseLate();
    }

    /// Notes what is damaged in a segment before a mark of it, where something is wrong.
    ///
    /// @param reason counts for all of the segment if each batch of it is a right one
    private void search(Segment segment, Mark mark, String reason) throws IOException {
        int bytes = Math.min(segment.sealedBytes(), mark.position());
        List<DamagedRange> found = log.damage().found(segment, bytes, mark.offset());
        long base = segment.baseOffset();
        if (found.isEmpty()) {
            found = List.of(new DamagedRange(base, mark.offset(), base, 0, bytes, reason));
        }
        log.damage().add(found);
        segment.avoid(log.damage().known().of(base));
    }

    /// Why the log is not what it was when the mark was noted; null when it is.
    private @Nullable String wrong(Mark mark) throws IOException {
        int i = segments.indexOf(mark.segment());
        if (i < 0) {
            return "segment " + mark.segment() + " is missing";
        }
        Segment segment = segments.all().get(i);
        if (segment.sealedBytes() < mark.position()) {
            return segment.paths().log()
                    + " has "
                    + segment.sealedBytes()
                    + " bytes of "
                    + mark.position();
        }
        if (mark.lastBatchBytes() == 0) {
            return null;
        }
        SharedFile file = segment.using();
        try {
            int last = mark.position() - mark.lastBatchBytes();
            BatchCursor batch =
                    segment.cursor(file.file(), last, mark.position(), mark.lastBatchBytes());
            boolean right =
                    batch.next()
                            && batch.sizeBytes() == mark.lastBatchBytes()
                            && (int) batch.batch().crc() == mark.lastBatchCrc()
                            && batch.batch().nextOffset() == mark.offset()
                            && batch.isRight();
            return right ? null : file.file().path() + " has another batch at " + last;
        } catch (DamagedLog unreadable) {
            return unreadable.getMessage();
        } finally {
            file.release();
        }
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

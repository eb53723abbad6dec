package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads all of a segment, and finds out what in it is damaged.
///
/// ```
/// | right | right | wrong: length, offsets or CRC ... | right | right |     bytes are gone
///                 position                   positionEnd              limit
///                 from                                to    ... offsets ...         offsetEnd
/// ```
///
/// Behind a wrong batch it goes on where the batch's length leads if there is a right one, or else
/// with the first right one at any byte. Bytes that the disk cannot read count as zeros. For one
/// thread.
final class DamageSearch {
    /// More damage in one segment counts as one range from the last on.
    private static final int RANGES_MAX = 100;

    private static final int WINDOW_BYTES = 1 << 20;

    /// All that attributes may have set: codec, timestamp type, transactional, control, horizon.
    private static final int ATTRIBUTES_KNOWN = 0x7F;

    private final LogFile file;
    private final long segment;
    private final int limit;
    private final long offsetEnd;
    private final boolean sparse;
    private final List<DamagedRange> found = new ArrayList<>();
    private final ByteBuffer window;
    private int windowAt;

    /// The size of the batch that was right last, and the offset behind it.
    private int rightBytes;

    private long rightEnd;

    /// How far the search has come.
    private int position;

    private long expected;
    private boolean done;

    /// @param segment its base offset
    /// @param limit how many bytes of the file are the segment's
    /// @param offsetEnd the offset at which it ended
    /// @param sparse whether compaction may have removed offsets
    DamageSearch(LogFile file, long segment, int limit, long offsetEnd, boolean sparse) {
        this.file = file;
        this.segment = segment;
        this.limit = limit;
        this.offsetEnd = offsetEnd;
        this.sparse = sparse;
        expected = segment;
        window = ByteBuffer.allocate(Math.clamp(limit, RecordBatch.HEADER_BYTES, WINDOW_BYTES));
        window.limit(0);
    }

    /// The damaged ranges of a segment: see the constructor.
    static List<DamagedRange> in(
            LogFile file, long segment, int limit, long offsetEnd, boolean sparse)
            throws IOException {
        DamageSearch search = new DamageSearch(file, segment, limit, offsetEnd, sparse);
        while (!search.done()) {
            search.goOn(Integer.MAX_VALUE);
        }
        return search.found();
    }

    /// Searches the next bytes: about so many, whole batches of them.
    ///
    /// @return how many it were
    int goOn(int bytes) throws IOException {
        int begin = position;
        while (position < limit && position - begin < bytes) {
            String wrong = wrong(position, expected, sparse);
            if (wrong == null) {
                expected = rightEnd;
                position += rightBytes;
            } else {
                pass(wrong);
            }
        }
        if (position == limit && !done) {
            done = true;
            if (expected < offsetEnd && !sparse) {
                String gone = "the file ends too early";
                found.add(new DamagedRange(expected, offsetEnd, segment, limit, limit, gone));
            }
        }
        return position - begin;
    }

    /// Whether all of it was searched.
    boolean done() {
        return done;
    }

    /// What was found so far, ascending.
    List<DamagedRange> found() {
        return found;
    }

    private void pass(String wrong) throws IOException {
        boolean last = found.size() == RANGES_MAX - 1;
        int next = last ? limit : nextRight();
        long to = next == limit ? offsetEnd : header(next).baseOffset();
        found.add(new DamagedRange(expected, to, segment, position, next, wrong));
        expected = to;
        position = next;
    }

    /// What is wrong with the batch at a position; null when nothing is.
    ///
    /// @param gap whether its offset may be larger than expected
    private @Nullable String wrong(int at, long from, boolean gap) throws IOException {
        int left = limit - at;
        if (left < RecordBatch.HEADER_BYTES) {
            return left + " bytes are less than a batch";
        }
        RecordBatch batch = header(at);
        int size = batch.sizeBytes();
        if (size < RecordBatch.HEADER_BYTES || size > left) {
            return "a batch has length " + size + " where " + left + " bytes are left";
        }
        if (batch.magic() != RecordBatch.MAGIC) {
            return "a batch has magic " + batch.magic();
        }
        long base = batch.baseOffset();
        if (base < from
                || (base > from && !gap)
                || batch.lastOffsetDelta() < 0
                || batch.nextOffset() > offsetEnd) {
            return "a batch has offsets " + base + " to " + batch.lastOffset();
        }
        int crc = (int) batch.crc();
        long end = batch.nextOffset();
        if (crc != computedCrc(at, size)) {
            return "a batch has a wrong CRC";
        }
        rightBytes = size;
        rightEnd = end;
        return null;
    }

    /// Where the first right batch begins behind a wrong one, or the limit.
    private int nextRight() throws IOException {
        if (limit - position >= RecordBatch.HEADER_BYTES) {
            int size = header(position).sizeBytes();
            if (size >= RecordBatch.HEADER_BYTES
                    && size < limit - position
                    && wrong(position + size, expected, true) == null) {
                return position + size;
            }
        }
        for (int at = position + 1; at <= limit - RecordBatch.HEADER_BYTES; at++) {
            if (looksRight(at, expected) && wrong(at, expected, true) == null) {
                return at;
            }
        }
        return limit;
    }

    /// Whether it is worth looking closer; cheap, because it is asked for every byte.
    private boolean looksRight(int at, long expected) throws IOException {
        load(at, RecordBatch.HEADER_BYTES);
        int i = at - windowAt;
        if (window.get(i + RecordBatch.MAGIC_AT) != RecordBatch.MAGIC) {
            return false;
        }
        long base = window.getLong(i);
        return base >= expected
                && base < offsetEnd
                && (window.getShort(i + RecordBatch.ATTRIBUTES_AT) & ~ATTRIBUTES_KNOWN) == 0;
    }

    private RecordBatch header(int position) throws IOException {
        load(position, RecordBatch.HEADER_BYTES);
        return new RecordBatch(window.slice(position - windowAt, RecordBatch.HEADER_BYTES));
    }

    /// In parts, because a wrong length may be a large one.
    private int computedCrc(int position, int size) throws IOException {
        CRC32C crc = new CRC32C();
        int end = position + size;
        for (int at = position + RecordBatch.ATTRIBUTES_AT; at < end; ) {
            load(at, 1);
            int part = Math.min(end, windowAt + window.limit()) - at;
            crc.update(window.slice(at - windowAt, part));
            at += part;
        }
        return (int) crc.getValue();
    }

    /// Sees to it that `bytes` from a position on, which are before the limit, are in the window.
    private void load(int at, int bytes) throws IOException {
        if (at >= windowAt && at + bytes <= windowAt + window.limit()) {
            return;
        }
        windowAt = at;
        window.clear().limit(Math.min(window.capacity(), limit - at));
        TolerantRead.fill(file, window, at);
        window.flip();
    }
}

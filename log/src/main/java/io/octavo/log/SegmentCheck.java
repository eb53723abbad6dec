package io.octavo.log;

import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Checks one segment: each batch's CRC, order and records, and that each entry of its two indexes
/// is about a batch that is there.
///
/// ```
/// .index       offset, relative to the segment's base  i32 | position in .log             i32
/// .timeindex   largest timestamp so far                i64 | offset, relative to the base i32
/// ```
///
/// An entry of the first names its batch's last offset and start; one of the second a batch with
/// that timestamp and an offset in it. Entries of zeros behind the last one are space that Kafka
/// takes ahead.
public final class SegmentCheck {
    private static final int OFFSET_ENTRY_BYTES = 8;
    private static final int TIME_ENTRY_BYTES = 12;

    private final long baseOffset;
    private final ByteBuffer offsets;
    private final ByteBuffer times;
    private final List<String> problems = new ArrayList<>();
    private long offsetMin;

    private SegmentCheck(long baseOffset, ByteBuffer offsets, ByteBuffer times) {
        this.baseOffset = baseOffset;
        this.offsets = offsets;
        this.times = times;
        offsetMin = baseOffset;
    }

    /// @param log a segment's file, named by its base offset
    public static SegmentCheck of(LogFiles files, Path log) throws IOException {
        String digits = String.valueOf(log.getFileName()).replace(".log", "");
        return new SegmentCheck(
                Long.parseLong(digits),
                index(files, log.resolveSibling(digits + ".index"), OFFSET_ENTRY_BYTES),
                index(files, log.resolveSibling(digits + ".timeindex"), TIME_ENTRY_BYTES));
    }

    /// Checks the next batch.
    ///
    /// @param position where it begins in the file
    public void batch(RecordBatch batch, long position) {
        String what = "batch " + batch.baseOffset() + "-" + batch.lastOffset();
        if (batch.baseOffset() < offsetMin || batch.lastOffsetDelta() < 0) {
            problems.add(what + " comes where offsets are from " + offsetMin);
        }
        offsetMin = Math.max(offsetMin, batch.nextOffset());
        if (batch.crcValid()) {
            records(batch, what);
        } else {
            problems.add(what + " is damaged: its CRC is not its content's");
        }
        offsetEntries(batch, position);
        timeEntries(batch);
    }

    /// All that was found. To be asked when every batch was checked: an entry of an index about no
    /// batch is a problem too.
    public List<String> problems() {
        if (offsets.hasRemaining()) {
            problems.add("the offset index points to byte " + position() + ", where no batch is");
        }
        if (times.hasRemaining()) {
            problems.add("the time index names offset " + timeOffset() + ", which is in no batch");
        }
        return problems;
    }

    private void records(RecordBatch batch, String what) {
        try {
            RecordCursor cursor = batch.cursor();
            long before = batch.baseOffset() - 1;
            while (cursor.next()) {
                if (cursor.offset() <= before || cursor.offset() > batch.lastOffset()) {
                    problems.add(what + " has a record of offset " + cursor.offset());
                }
                before = cursor.offset();
            }
        } catch (CodecUnavailable here) {
            // Its CRC is right, and it is served as it is.
        } catch (CorruptBatch e) {
            problems.add(what + " cannot be read: " + e.getMessage());
        }
    }

    private void offsetEntries(RecordBatch batch, long position) {
        while (offsets.hasRemaining() && position() <= position) {
            long offset = baseOffset + offsets.getInt(offsets.position());
            if (position() != position || offset != batch.lastOffset()) {
                problems.add(
                        "the offset index has offset "
                                + offset
                                + " at byte "
                                + position()
                                + ", wrongly");
            }
            offsets.position(offsets.position() + OFFSET_ENTRY_BYTES);
        }
    }

    private void timeEntries(RecordBatch batch) {
        while (times.hasRemaining() && timeOffset() <= batch.lastOffset()) {
            long timestamp = times.getLong(times.position());
            if (timeOffset() < batch.baseOffset() || timestamp != batch.maxTimestamp()) {
                problems.add(
                        "the time index has "
                                + timestamp
                                + " at offset "
                                + timeOffset()
                                + ", wrongly");
            }
            times.position(times.position() + TIME_ENTRY_BYTES);
        }
    }

    private long position() {
        return offsets.getInt(offsets.position() + Integer.BYTES);
    }

    private long timeOffset() {
        return baseOffset + times.getInt(times.position() + Long.BYTES);
    }

    /// The whole entries of an index; none when there is no such file.
    private static ByteBuffer index(LogFiles files, Path path, int entryBytes) throws IOException {
        if (!files.exists(path)) {
            return ByteBuffer.allocate(0);
        }
        try (LogFile file = files.open(path, LogFiles.Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
            file.read(bytes, 0);
            bytes.flip();
            int end = bytes.limit() / entryBytes * entryBytes;
            while (end > 0 && isZeros(bytes, end - entryBytes, end)) {
                end -= entryBytes;
            }
            return bytes.limit(end);
        }
    }

    private static boolean isZeros(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}

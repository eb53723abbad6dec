package io.octavo.log;

import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Finds records by their time: the indexes lead to a batch, the batch is decoded to find the
/// record. Exact whatever order timestamps have, because an index entry says that nothing before it
/// is later, and what is behind it is looked at.
final class TimestampSearch {
    private TimestampSearch() {}

    /// See [Log#offsetForTimestamp].
    static @Nullable TimestampedOffset first(LogView view, long timestamp) throws IOException {
        for (int i = 0; i < view.segments(); i++) {
            TimestampedOffset found = first(view, i, timestamp);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// See [Log#maxTimestamp].
    static @Nullable TimestampedOffset latest(LogView view) throws IOException {
        long latest = RecordBatch.NO_TIMESTAMP;
        int at = -1;
        for (int i = view.segments() - 1; i >= 0; i--) {
            long timestamp = maxTimestamp(view, i);
            boolean whole =
                    view.segment(i).baseOffset() >= view.startOffset()
                            && !view.segment(i).isDamaged();
            if (timestamp >= latest && !whole) {
                // It may be that of a record before the log's start, or of one that is damaged.
                timestamp = maxTimestampFromStart(view, i);
            }
            if (timestamp >= latest && timestamp > RecordBatch.NO_TIMESTAMP) {
                latest = timestamp;
                at = i;
            }
        }
        return at < 0 ? null : first(view, at, latest);
    }

    /// The same, of the records before a mark.
    static @Nullable TimestampedOffset latestBefore(LogView view, Mark mark) throws IOException {
        int last = view.segments() == 0 ? -1 : view.floor(mark.segment());
        return last < 0 || view.segment(last).baseOffset() != mark.segment()
                ? null
                : latest(view.endingAt(mark, last + 1));
    }

    /// The largest timestamp in a segment, of the records from the log's start on. Reads the
    /// headers of all batches there.
    private static long maxTimestampFromStart(LogView view, int i) throws IOException {
        Segment segment = view.segment(i);
        SharedFile file = segment.acquire();
        if (file == null) {
            return RecordBatch.NO_TIMESTAMP;
        }
        try {
            int bytes = view.bytes(i);
            long first = segment.batchAt(file.file(), view.startOffset(), bytes);
            if (first == Segment.NO_BATCH) {
                return RecordBatch.NO_TIMESTAMP;
            }
            BatchCursor batches =
                    segment.cursor(
                            file.file(),
                            Segment.position(first),
                            bytes,
                            BatchScan.HEADER_SCAN_BYTES);
            long latest = RecordBatch.NO_TIMESTAMP;
            while (batches.next()) {
                RecordBatch header = batches.batch();
                if (header.count() == 0) {
                    // Its timestamp is that of a record that compaction took.
                    continue;
                }
                boolean whole = header.baseOffset() >= view.startOffset();
                RecordBatch batch = whole ? null : batches.verified();
                latest =
                        Math.max(
                                latest,
                                batch == null
                                        ? header.maxTimestamp()
                                        : maxTimestamp(batch, view.startOffset()));
            }
            batches.refuseDamage();
            return latest;
        } finally {
            file.release();
        }
    }

    private static long maxTimestamp(RecordBatch batch, long offsetMin) {
        try {
            long latest = RecordBatch.NO_TIMESTAMP;
            RecordCursor records = batch.cursor();
            while (records.next()) {
                if (records.offset() >= offsetMin) {
                    latest = Math.max(latest, records.timestamp());
                }
            }
            return latest;
        } catch (CorruptBatch | CodecUnavailable unreadable) {
            return batch.maxTimestamp();
        }
    }

    /// The largest timestamp in a segment; of the one that grows, as far as the view shows it.
    private static long maxTimestamp(LogView view, int i) throws IOException {
        long ofView = view.end().maxTimestamp();
        if (i == view.segments() - 1 && ofView != Mark.UNKNOWN) {
            return ofView;
        }
        Segment segment = view.segment(i);
        long known = segment.knownMaxTimestamp();
        if (known != SealedIndexes.UNKNOWN) {
            return known;
        }
        SharedFile file = segment.acquire();
        if (file == null) {
            return RecordBatch.NO_TIMESTAMP;
        }
        try {
            return segment.maxTimestamp(file.file());
        } finally {
            file.release();
        }
    }

    private static @Nullable TimestampedOffset first(LogView view, int i, long timestamp)
            throws IOException {
        Segment segment = view.segment(i);
        long known = segment.knownMaxTimestamp();
        if (known != SealedIndexes.UNKNOWN && known < timestamp) {
            return null;
        }
        SharedFile file = segment.acquire();
        if (file == null) {
            return null;
        }
        try {
            if (segment.maxTimestamp(file.file()) < timestamp) {
                return null;
            }
            long from = start(view, i, file.file(), timestamp);
            long at =
                    segment.batchAt(file.file(), Math.max(from, view.startOffset()), view.bytes(i));
            if (at == Segment.NO_BATCH) {
                return null;
            }
            BatchCursor batches =
                    segment.cursor(
                            file.file(),
                            Segment.position(at),
                            view.bytes(i),
                            BatchCursor.LOOKUP_BYTES);
            return first(batches, timestamp, view.startOffset());
        } finally {
            file.release();
        }
    }

    /// Where to begin; what the time index says is compared with the batch it is about. That of a
    /// segment that grows may be ahead of the view: then what it said before counts.
    private static long start(LogView view, int i, LogFile file, long timestamp)
            throws IOException {
        Segment segment = view.segment(i);
        long latest = timestamp;
        TimeIndex hint = segment.timeFloor(latest);
        while (hint != TimeIndex.NONE
                && hint.timestamp() <= latest
                && offset(segment, hint) >= view.endOffset(i)) {
            latest = hint.timestamp() - 1;
            hint = segment.timeFloor(latest);
        }
        if (hint == TimeIndex.NONE) {
            return segment.baseOffset();
        }
        int bytes = view.bytes(i);
        long offset = offset(segment, hint);
        long at = segment.batchAt(file, offset, bytes);
        if (at == Segment.NO_BATCH) {
            return segment.baseOffset();
        }
        BatchCursor batch =
                segment.cursor(file, Segment.position(at), bytes, RecordBatch.HEADER_BYTES);
        boolean right =
                batch.next()
                        && batch.batch().lastOffset() == offset
                        && batch.batch().maxTimestamp() == hint.timestamp();
        return right ? batch.batch().baseOffset() : segment.baseOffset();
    }

    private static long offset(Segment segment, TimeIndex entry) {
        return segment.baseOffset() + entry.relativeOffset();
    }

    private static @Nullable TimestampedOffset first(
            BatchCursor batches, long timestamp, long offsetMin) throws IOException {
        while (batches.next()) {
            RecordBatch header = batches.batch();
            if (header.maxTimestamp() >= timestamp && header.lastOffset() >= offsetMin) {
                TimestampedOffset found = first(batches.verified(), timestamp, offsetMin);
                if (found != null) {
                    return found;
                }
            }
        }
        batches.refuseDamage();
        return null;
    }

    private static @Nullable TimestampedOffset first(
            RecordBatch batch, long timestamp, long offsetMin) {
        try {
            RecordCursor records = batch.cursor();
            while (records.next()) {
                if (records.timestamp() >= timestamp && records.offset() >= offsetMin) {
                    return new TimestampedOffset(
                            records.timestamp(), records.offset(), batch.leaderEpoch());
                }
            }
            return null;
        } catch (CorruptBatch | CodecUnavailable unreadable) {
            // Its producer wrote it so, under a right CRC, or this machine cannot read it: the
            // header is all there is to go by.
            return new TimestampedOffset(
                    batch.maxTimestamp(),
                    Math.max(batch.baseOffset(), offsetMin),
                    batch.leaderEpoch());
        }
    }
}

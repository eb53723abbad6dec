package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.TimestampType;
import java.io.IOException;

/// What lies between two offsets of a log.
///
/// @param bytes of batches, from the start of the one that holds the first offset to the start of
///   the one that holds the second
/// @param firstTimestamp of the first record, or of its batch; [RecordBatch#NO_TIMESTAMP] where
///   there is none, or none is known
public record LogSpan(long bytes, long firstTimestamp) {
    private static final LogSpan EMPTY = new LogSpan(0, RecordBatch.NO_TIMESTAMP);

    /// See [Log#span].
    static LogSpan of(LogView view, long fromOffset, long toOffset) throws IOException {
        long from = Math.max(fromOffset, view.startOffset());
        long to = Math.min(toOffset, view.endOffset());
        if (from >= to) {
            return EMPTY;
        }
        long bytes = 0;
        long timestamp = RecordBatch.NO_TIMESTAMP;
        int last = view.floor(to);
        for (int i = view.floor(from); i <= last; i++) {
            SharedFile file = view.segment(i).acquire();
            if (file == null) {
                continue;
            }
            try {
                LogFile log = file.file();
                int begin = position(view, i, log, from);
                if (bytes == 0) {
                    timestamp = timestamp(view, i, log, begin);
                }
                bytes += position(view, i, log, to) - begin;
            } finally {
                file.release();
            }
        }
        return new LogSpan(bytes, timestamp);
    }

    /// Where in segment `i` the batch begins that holds an offset, or the next one; where the
    /// segment ends, if there is none.
    private static int position(LogView view, int i, LogFile file, long offset) throws IOException {
        Segment segment = view.segment(i);
        if (offset <= segment.baseOffset()) {
            return 0;
        }
        if (offset >= view.endOffset(i)) {
            return view.bytes(i);
        }
        long batch = segment.batchAt(file, offset, view.bytes(i));
        return batch == Segment.NO_BATCH ? view.bytes(i) : Segment.position(batch);
    }

    private static long timestamp(LogView view, int i, LogFile file, int position)
            throws IOException {
        BatchCursor cursor =
                view.segment(i).cursor(file, position, view.bytes(i), RecordBatch.HEADER_BYTES);
        if (!cursor.next()) {
            return RecordBatch.NO_TIMESTAMP;
        }
        RecordBatch header = cursor.batch();
        boolean first =
                header.timestampType() == TimestampType.CREATE_TIME && !header.hasDeleteHorizon();
        return first ? header.baseTimestamp() : header.maxTimestamp();
    }
}

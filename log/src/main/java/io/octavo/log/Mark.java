package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;

/// A point in a log between two batches: everything below it is known to be of some quality.
///
/// @param offset the log ends here
/// @param segment the base offset of the segment that ends here
/// @param position where in it
/// @param lastBatchBytes the size of the batch before it in the segment; 0 when there is none, or
///   it is not known
/// @param lastBatchCrc that batch's, by which the segment is known again
/// @param maxTimestamp the largest in the segment so far, or [RecordBatch#NO_TIMESTAMP]; or
///   [#UNKNOWN], when the time index has to be believed
/// @param maxTimestampOffset the last offset of the first batch that has it
record Mark(
        long offset,
        long segment,
        int position,
        int lastBatchBytes,
        int lastBatchCrc,
        long maxTimestamp,
        long maxTimestampOffset) {
    static final long UNKNOWN = Long.MIN_VALUE;

    /// Where a segment begins.
    static Mark startOf(long segment) {
        return new Mark(segment, segment, 0, 0, 0, RecordBatch.NO_TIMESTAMP, segment);
    }

    /// A place of whose surroundings nothing is known.
    static Mark at(long offset, long segment, int position) {
        return new Mark(offset, segment, position, 0, 0, UNKNOWN, segment);
    }

    /// The end of a batch that was appended at this mark.
    Mark behind(RecordBatch batch) {
        int size = batch.sizeBytes();
        boolean later = batch.maxTimestamp() > maxTimestamp && batch.count() > 0;
        return new Mark(
                batch.nextOffset(),
                segment,
                position + size,
                size,
                (int) batch.crc(),
                later ? batch.maxTimestamp() : maxTimestamp,
                later ? batch.lastOffset() : maxTimestampOffset);
    }
}

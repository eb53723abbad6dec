package io.octavo.log;

/// A point in a log between two batches: everything below it is known to be of some quality.
///
/// @param offset the log ends here
/// @param segment the base offset of the segment that ends here
/// @param position where in it
/// @param lastBatchBytes the size of the batch before it in the segment; 0 when there is none, or
///   it is not known
/// @param lastBatchCrc that batch's, by which the segment is known again
record Mark(long offset, long segment, int position, int lastBatchBytes, int lastBatchCrc) {
    /// Where a segment begins.
    static Mark startOf(long segment) {
        return new Mark(segment, segment, 0, 0, 0);
    }
}

package io.octavo.log;

/// A transaction that was aborted (KIP-98): those who read committed records only skip what its
/// producer wrote from its first offset up to its marker.
///
/// @param firstOffset of its first record in the log
/// @param lastOffset its marker's
/// @param lastStableOffset below it every transaction was decided, once this one was
public record AbortedTransaction(
        long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
    /// Whether it may have records from one offset up to another.
    boolean overlaps(long from, long to) {
        return lastOffset >= from && firstOffset < to;
    }
}

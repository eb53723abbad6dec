package io.octavo.broker.replica;

/// The offset below which a partition's records are visible to consumers and acknowledged to
/// producers with `acks=all`. It never goes back. Written by the holder of the partition's lock,
/// read by anyone.
final class HighWatermark {
    private volatile long offset;

    HighWatermark(long offset) {
        this.offset = offset;
    }

    long offset() {
        return offset;
    }

    /// Follows the replicas.
    ///
    /// @param committedEnd the end of what every replica that counts holds as safely as the topic
    ///   asks
    /// @return whether it moved
    boolean advance(long committedEnd) {
        if (committedEnd <= offset) {
            return false;
        }
        offset = committedEnd;
        return true;
    }
}

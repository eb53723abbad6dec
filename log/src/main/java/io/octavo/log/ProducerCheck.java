package io.octavo.log;

/// Whether a producer's batch may be appended now (KIP-98).
public sealed interface ProducerCheck {
    /// It may.
    record Accepted() implements ProducerCheck {
        static final Accepted ACCEPTED = new Accepted();
    }

    /// It is in the log already: the answer is the original's.
    ///
    /// @param timestamp the original's largest timestamp
    record Duplicate(long baseOffset, long lastOffset, long timestamp) implements ProducerCheck {}

    /// A batch before it is missing, or it is a duplicate of one too old to be known.
    ///
    /// @param lastSequence the last sequence appended, -1 for none in its epoch
    /// @param baseSequence the batch's
    record OutOfOrder(int lastSequence, int baseSequence) implements ProducerCheck {}

    /// A newer instance of the producer has appended.
    ///
    /// @param epoch the newer one's
    record Fenced(short epoch) implements ProducerCheck {}

    /// It is not transactional and the producer has a transaction open.
    ///
    /// @param firstOffset where the transaction began
    record TransactionOpen(long firstOffset) implements ProducerCheck {}
}

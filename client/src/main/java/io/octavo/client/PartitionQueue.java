package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.record.RecordBatch;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The batches of one partition on their way to its leader. Only the oldest is ever under way, so
/// that retries keep the order; the youngest takes records until it is taken.
///
/// ```
/// append ─> youngest ─ … ─ oldest <─> broker
/// ```
///
/// `batches`, `taken` and `batchBytesMax` are guarded by the [Accumulator]'s lock; the rest belongs
/// to the loop.
final class PartitionQueue {
    final TopicPartition partition;

    /// The oldest first.
    final ArrayDeque<ProducerBatch> batches = new ArrayDeque<>();

    /// Whether the oldest is built, and takes no more records.
    boolean taken;

    /// Above that a batch takes no more records: the topic may allow less than a request.
    int batchBytesMax = Integer.MAX_VALUE;

    /// Whether the oldest is under way.
    boolean inFlight;

    /// Before that, nothing is sent.
    @Nullable Deadline pausedUntil;

    private @Nullable ProducerIdentity identity;
    private int sequenceNext;

    PartitionQueue(TopicPartition partition) {
        this.partition = partition;
    }

    boolean hasIdentity() {
        return identity != null;
    }

    /// Begins the sequence anew.
    void identity(ProducerIdentity other) {
        identity = other;
        sequenceNext = 0;
    }

    /// A batch was given up that the broker may or may not have: what comes next would leave a
    /// hole, or repeat, in the sequence. Only another identity may go on.
    ///
    /// @return the identity that is of no more use
    @Nullable ProducerIdentity loseIdentity() {
        ProducerIdentity lost = identity;
        identity = null;
        return lost;
    }

    /// A batch was refused, and the broker took no note of it: its place in the sequence is free.
    void unnumber(ProducerBatch batch) {
        if (batch.numbered) {
            batch.numbered = false;
            sequenceNext = batch.sequence;
        }
    }

    /// Gives a batch the next place in the sequence, if there is one and it has none.
    void number(ProducerBatch batch) {
        if (identity != null && !batch.numbered) {
            batch.number(identity, sequenceNext);
            sequenceNext = RecordBatch.sequenceAfter(sequenceNext, batch.count());
        }
    }
}

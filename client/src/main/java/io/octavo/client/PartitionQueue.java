package io.octavo.client;

import io.octavo.ports.Deadline;
import io.octavo.protocol.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The batches of one partition on their way to its leader.
///
/// ```
/// append -> open -> sealed ─ … ─ sealed -> in flight (in order) -> done
///                        ^                     │ failed, may be repeated: back to its place
///                        └─────────────────────┘
/// ```
///
/// `open` and `sealed` are guarded by the [Accumulator]'s lock; the rest belongs to the loop.
final class PartitionQueue {
    final TopicPartition partition;

    @Nullable ProducerBatch open;
    final ArrayDeque<ProducerBatch> sealed = new ArrayDeque<>();
    long numberNext;

    final List<ProducerBatch> inFlight = new ArrayList<>();

    /// Where those in flight went: later ones go nowhere else before these are answered.
    @Nullable Connection inFlightTo;

    /// Before that, nothing is sent.
    @Nullable Deadline pausedUntil;

    @Nullable ProducerIdentity identity;
    private int sequenceNext;

    /// Whether a batch was given up, so that the next would leave a hole in the sequence.
    boolean broken;

    PartitionQueue(TopicPartition partition) {
        this.partition = partition;
    }

    /// Whether nothing that came before `batch` is still open.
    boolean isOldest(ProducerBatch batch) {
        for (ProducerBatch other : inFlight) {
            if (other.number < batch.number) {
                return false;
            }
        }
        ProducerBatch head = sealed.peek();
        return head == null || head.number > batch.number;
    }

    /// Puts a batch that is to be sent again before all that came after it.
    void putBack(ProducerBatch batch) {
        ArrayDeque<ProducerBatch> before = new ArrayDeque<>();
        while (!sealed.isEmpty() && sealed.element().number < batch.number) {
            before.add(sealed.remove());
        }
        sealed.addFirst(batch);
        while (!before.isEmpty()) {
            sealed.addFirst(before.removeLast());
        }
    }

    /// Begins the sequence anew under another identity, with what is waiting.
    void restart(ProducerIdentity other) {
        identity = other;
        sequenceNext = 0;
        broken = false;
        for (ProducerBatch batch : sealed) {
            if (batch.isBuilt()) {
                number(batch, other);
            }
        }
    }

    /// Gives the batch that is sent next its place in the sequence, if it has none.
    void number(ProducerBatch batch) {
        if (identity != null && !batch.isBuilt()) {
            number(batch, identity);
        }
    }

    private void number(ProducerBatch batch, ProducerIdentity its) {
        batch.stamp(its, sequenceNext);
        sequenceNext = RecordBatch.sequenceAfter(sequenceNext, batch.count());
    }
}

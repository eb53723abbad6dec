package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;

/// What a log remembers of the producers that wrote to it (KIP-98).
public final class ProducerStates {
    ProducerStates() {}

    /// Whether a client's batch may be appended now. A batch without a producer id always may; a
    /// producer that is not known may begin with any sequence. Changes nothing: the append does.
    public ProducerCheck check(RecordBatch batch) {
        return Unwritten.yet();
    }

    /// How many producers are remembered.
    public int count() {
        return Unwritten.yet();
    }

    /// The first offset whose transaction is not decided below `highWatermark`, or
    /// `Long.MAX_VALUE`: the last stable offset is the smaller of the two (KIP-98).
    public long firstUnstableOffset(long highWatermark) {
        return Unwritten.yet();
    }

    /// Forgets the producers that have appended nothing for `producerExpiryMs` and have no
    /// transaction open.
    public void expire(long nowNanos) {
        Unwritten.yet();
    }
}

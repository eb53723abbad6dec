package io.octavo.cli;

import java.util.concurrent.atomic.LongAdder;

/// What was written to one topic and read from it so far. Safe for any thread.
///
/// @param partitions how many the topic has
record DemoTally(
        String topic, int partitions, LongAdder written, LongAdder writtenBytes, LongAdder read) {
    DemoTally(String topic, int partitions) {
        this(topic, partitions, new LongAdder(), new LongAdder(), new LongAdder());
    }

    /// What it says at one instant.
    ///
    /// @param behind how many records the reader has still to read
    record Now(
            String topic,
            int partitions,
            long written,
            long writtenBytes,
            long read,
            long behind) {}

    Now now() {
        // Read first: what is read was written before, so the distance is never negative.
        long readNow = read.sum();
        long writtenNow = written.sum();
        return new Now(
                topic,
                partitions,
                writtenNow,
                writtenBytes.sum(),
                readNow,
                Math.max(0, writtenNow - readNow));
    }
}

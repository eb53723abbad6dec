package io.octavo.broker.replica;

import java.util.ArrayDeque;

/// The offset below which a partition's records are visible to consumers and acknowledged to
/// producers with `acks=all`, and the appends that wait for it. It never goes back, also where the
/// topic asks for more from now on (`durability`): then some of what is visible is not as safe, and
/// whoever asks for that waits.
///
/// ```
///  log start        high watermark                   log end
///      ├──────────────────┼─────────────────────────────┤
///       consumers read it   not held yet by every replica that counts
///                           awaiting: appends with acks=all that end here,
///                              deletions of what is there by now
/// ```
///
/// The offset may be read by anyone; all else but [#begin] is for the holder of the partition's
/// lock.
final class HighWatermark {
    /// In the order of their offsets.
    private final ArrayDeque<Awaiting> awaiting = new ArrayDeque<>(0);

    private volatile long offset;

    /// The end of what is as safe as the topic asks by now; behind the offset, or there.
    private long committed;

    long offset() {
        return offset;
    }

    /// Follows the replicas of a log that is being opened, which is when nobody else moves this.
    /// Appends may wait since before the log moved here; [#advance] decides them.
    void begin(long committedEnd) {
        offset = Math.max(offset, committedEnd);
        committed = committedEnd;
    }

    /// Follows the replicas, and decides what has waited for that.
    ///
    /// @param committedEnd the end of what every replica that counts holds as safely as the topic
    ///   asks
    void advance(long committedEnd, Step step) {
        if (committedEnd > offset) {
            offset = committedEnd;
            step.changes();
        }
        committed = committedEnd;
        Awaiting first = awaiting.peek();
        while (first != null && first.awaitedEnd() <= committed) {
            awaiting.remove();
            first.visible();
            step.decides(first);
            first = awaiting.peek();
        }
    }

    /// Has something wait until what it awaits is visible, and as safe as the topic asks.
    ///
    /// @return false when that is so already
    boolean await(Awaiting one) {
        boolean waits = one.awaitedEnd() > committed;
        if (waits) {
            awaiting.add(one);
        }
        return waits;
    }

    /// Decides everything that waits, with an error.
    void giveUp(Rejection reason, Step step) {
        step.changes();
        Awaiting first = awaiting.poll();
        while (first != null) {
            first.giveUp(reason);
            step.decides(first);
            first = awaiting.poll();
        }
    }
}

package io.octavo.broker.net;

import java.util.concurrent.atomic.AtomicLong;

/// The direct memory of replies that their peers have not taken, of all connections together,
/// records in files aside. Small replies are counted where the socket does not take them at once.
/// Safe for any thread.
///
/// Who asks for much with few bytes and does not read the answers holds them here. So, while much
/// is unsent, a connection that holds some of it and takes nothing is closed ([Patience]); and
/// where the limit would be exceeded, one that asks for another large reply. Where nothing is held,
/// any is allowed: the excess is at most one reply of each event loop.
final class UnsentBudget {
    /// Buffers below this are counted only when they stay.
    static final int COUNTED_BYTES_MIN = 64 << 10;

    /// From here on, who does not read is closed.
    static final long CONTENDED_BYTES = 48L << 20;

    static final long LIMIT_BYTES = 128L << 20;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lingering = new AtomicLong();

    /// Charges a buffer that is counted, until [#sent].
    void unsent(int bufferBytes) {
        bytes.addAndGet(bufferBytes);
    }

    /// Gives back what was charged for a buffer.
    void sent(int bufferBytes) {
        bytes.addAndGet(-bufferBytes);
    }

    /// What a connection's socket has not taken of its small replies has grown by so much, or
    /// shrunk. They are never refused, and refuse no others.
    void lingers(int moreBytes) {
        lingering.addAndGet(moreBytes);
    }

    static boolean isCounted(int bufferBytes) {
        return bufferBytes >= COUNTED_BYTES_MIN;
    }

    /// Whether so much is unsent that peers have to take it.
    boolean contended() {
        return bytes.get() + lingering.get() >= CONTENDED_BYTES;
    }

    /// Whether there is room for a reply, records aside.
    boolean mayTake(int replyBytes) {
        long held = bytes.get();
        return !isCounted(replyBytes) || held == 0 || held + replyBytes <= LIMIT_BYTES;
    }
}

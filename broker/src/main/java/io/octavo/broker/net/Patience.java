package io.octavo.broker.net;

import org.jspecify.annotations.Nullable;

/// How long a connection may do nothing. Belongs to its event loop.
final class Patience {
    /// A frame that is being received and has not grown for so long closes its connection; so do
    /// requests that hold memory for so long, without any progress, while others wait for memory;
    /// and a peer that does not take the last replies of a connection that is being closed.
    static final long STALL_MS_MAX = 10_000;

    /// Requests that wait and are less together may do so for as long as their peer is not silent.
    private static final long MUCH_BYTES = 64 << 10;

    private final FrameBudget frames;
    private final UnsentBudget unsent;
    private final long idleMsMax;
    private final FrameReceiver receiver;
    private final RequestQueue queue;
    private final ReplySender sender;

    /// The request that was next when that was looked at, and since when.
    private @Nullable Frame next;

    private long nextMs;

    /// What becomes of the connection.
    ///
    /// @param reason for the log, where the peer is at fault
    record Verdict(Fate fate, @Nullable String reason) {
        private static final Verdict STAYS = new Verdict(Fate.STAYS, null);
        private static final Verdict CLOSED = new Verdict(Fate.CLOSED, null);

        private static Verdict refused(String reason) {
            return new Verdict(Fate.REFUSED, reason);
        }
    }

    enum Fate {
        STAYS,
        /// At once, whatever it still has to send.
        CLOSED,
        /// Behind the replies that are on their way.
        REFUSED
    }

    /// @param frames memory for requests, of all connections
    /// @param unsent memory for replies, of all connections
    /// @param idleMsMax negative where a connection may do nothing for ever
    Patience(
            FrameBudget frames,
            UnsentBudget unsent,
            long idleMsMax,
            FrameReceiver receiver,
            RequestQueue queue,
            ReplySender sender) {
        this.frames = frames;
        this.unsent = unsent;
        this.idleMsMax = idleMsMax;
        this.receiver = receiver;
        this.queue = queue;
        this.sender = sender;
    }

    /// @param silentMs since when nothing came and nothing left
    /// @param reading whether the connection is read
    /// @param closing whether only replies that are on their way keep it
    Verdict judge(long nowMs, long silentMs, boolean reading, boolean closing) {
        boolean stalled = silentMs >= STALL_MS_MAX;
        boolean memoryShort = frames.contended();
        if (stalled && closing) {
            return Verdict.CLOSED;
        }
        if (stalled && reading && receiver.midFrame()) {
            return Verdict.refused("a frame has not grown for " + silentMs + " ms");
        }
        boolean up = reading || sender.backedUp();
        if (receiver.tooSlow(nowMs, memoryShort && up)) {
            return Verdict.refused(
                    "a frame came too slowly, or replies before it were not read, while others had"
                            + " no memory");
        }
        if (sender.untakenMs(nowMs) >= STALL_MS_MAX && sender.holdsMemory() && unsent.contended()) {
            return new Verdict(
                    Fate.CLOSED, "its replies were not read while memory for them was short");
        }
        long waitedMs = waitedMs(nowMs);
        boolean much = waitedMs >= STALL_MS_MAX && queue.waitingBytes() >= MUCH_BYTES;
        if (memoryShort && (much || (stalled && queue.someWait()))) {
            return Verdict.refused(
                    "requests waited for "
                            + Math.max(waitedMs, silentMs)
                            + " ms while others had no memory");
        }
        return idleTooLong(silentMs) ? Verdict.CLOSED : Verdict.STAYS;
    }

    /// For how long none of the requests that wait has been handled.
    private long waitedMs(long nowMs) {
        Frame now = queue.next();
        if (now != next) {
            next = now;
            nextMs = nowMs;
        }
        return now == null ? 0 : nowMs - nextMs;
    }

    private boolean idleTooLong(long silentMs) {
        return idleMsMax >= 0 && silentMs >= idleMsMax && !queue.someUnanswered();
    }
}

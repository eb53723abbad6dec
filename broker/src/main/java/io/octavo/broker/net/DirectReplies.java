package io.octavo.broker.net;

import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.octavo.broker.api.Reply;
import io.octavo.ports.Afterwards;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets whoever settles replies write them to the socket, while the connection's loop has nothing
/// to do with it. To be woken for some acknowledgements costs the loop as much as to handle the
/// requests: a producer with five in flight, each of which waits for the disk, is a tenth faster by
/// this.
///
/// ```
///  the loop     a turn ──> pass(7) │                              │ take() ──> a turn ──> pass(12)
///  who settles                     │ offer(7), offer(8), write()  │
///                                  └── others may write here ─────┘
/// ```
///
/// Between [#pass] and [#take] the loop sends nothing, and the next reply is taken from others if
/// it is the next in order; whatever else is settled goes the loop's way. The monitor guards it all
/// and is held while the socket takes what it takes at once, which is never waited for.
final class DirectReplies {
    /// What is written at a time; a larger reply goes the loop's way.
    static final int BYTES_MAX = 1 << 10;

    /// Few threads settle replies, and connections are many.
    private static final ThreadLocal<ReplyEncoder> ENCODERS =
            ThreadLocal.withInitial(ReplyEncoder::new);

    private static final ThreadLocal<Unwritten> UNWRITTEN = ThreadLocal.withInitial(Unwritten::new);

    private final Clock clock;
    private final FileDescriptor socket;

    /// Told that the loop must go on: what was taken is not all written.
    private final Runnable stuck;

    private final List<Answered> answered = new ArrayList<>(4);
    private @Nullable ByteBuffer out;
    private boolean passed;
    private boolean closed;
    private long next;

    /// A reply that is on its way.
    ///
    /// @param nanos when, by the monotonic clock
    record Answered(Exchange exchange, Reply.Settled<?> reply, int bytes, long nanos) {}

    /// What the loop finds when it goes on.
    ///
    /// @param answered in the order of the requests
    /// @param rest of their bytes, what the socket has not taken; empty if it took all
    record Taken(List<Answered> answered, ByteBuffer rest) {
        private static final Taken NOTHING = new Taken(List.of(), ByteBuffer.allocate(0));
    }

    DirectReplies(FileDescriptor socket, Clock clock, Runnable stuck) {
        this.socket = socket;
        this.clock = clock;
        this.stuck = stuck;
    }

    /// The loop has nothing to do with the connection until [#take].
    ///
    /// @param next the number of the exchange that is to be answered next
    synchronized void pass(long next) {
        if (!closed) {
            if (out == null) {
                // Most connections never need it.
                out = ByteBuffer.allocateDirect(BYTES_MAX);
            }
            passed = true;
            this.next = next;
        }
    }

    /// The loop goes on.
    synchronized Taken take() {
        if (!passed && answered.isEmpty() && isWritten()) {
            return Taken.NOTHING;
        }
        passed = false;
        ByteBuffer rest = ByteBuffer.allocate(0);
        ByteBuffer unwritten = out;
        if (unwritten != null && unwritten.position() > 0) {
            unwritten.flip();
            rest = ByteBuffer.allocate(unwritten.remaining()).put(unwritten).flip();
            unwritten.clear();
        }
        Taken taken = new Taken(List.copyOf(answered), rest);
        answered.clear();
        return taken;
    }

    /// Before the socket is closed: its descriptor is somebody else's soon.
    synchronized void close() {
        closed = true;
        passed = false;
    }

    /// Takes a reply, to be written behind what its thread is at. Any thread.
    ///
    /// @return false when it has to go the loop's way
    synchronized boolean offer(Exchange exchange, Reply.Now<?> reply) {
        if (Thread.currentThread() instanceof FastThreadLocalThread) {
            // Another loop has connections of its own to go on with.
            return false;
        }
        if (!passed || exchange.number() != next || !exchange.isReadWhole()) {
            return false;
        }
        ByteBuffer buffer = out;
        if (buffer == null) {
            return false;
        }
        Unwritten unwritten = UNWRITTEN.get();
        if (unwritten.isOfAnother(this)) {
            return false;
        }
        ByteBuffer bytes;
        try {
            bytes = ENCODERS.get().encode(exchange, reply.response()).bytes();
        } catch (RuntimeException defect) {
            // The loop meets it too, and knows what to do.
            return false;
        }
        if (bytes.limit() > buffer.remaining()) {
            return false;
        }
        buffer.put(bytes.slice(0, bytes.limit()));
        answered.add(new Answered(exchange, reply, bytes.limit(), clock.nanos()));
        next++;
        unwritten.of(this);
        return true;
    }

    private synchronized void write() {
        ByteBuffer buffer = out;
        if (buffer == null || isGone()) {
            return;
        }
        int written = 0;
        try {
            written = Math.max(0, socket.write(buffer, 0, buffer.position()));
        } catch (IOException | RuntimeException gone) {
            // The loop finds that out by itself, and says so.
        }
        buffer.flip().position(written);
        buffer.compact();
        giveBack();
    }

    /// What is not written is the loop's.
    private synchronized void giveBack() {
        if (!isGone()) {
            passed = false;
            stuck.run();
        }
    }

    /// Whether the loop has taken it all, or it is written.
    private boolean isGone() {
        return !passed || isWritten();
    }

    private boolean isWritten() {
        return out == null || out.position() == 0;
    }

    /// What a thread has taken and not written. Where it settles replies of several connections at
    /// a time, loops are woken anyway, and the thread has other things to do, forces: then they
    /// write all of it.
    private static final class Unwritten implements Runnable {
        private @Nullable DirectReplies replies;
        private boolean several;

        boolean isOfAnother(DirectReplies next) {
            several |= replies != null && replies != next;
            return several;
        }

        void of(DirectReplies one) {
            replies = one;
            Afterwards.defer(this);
        }

        @Override
        public void run() {
            DirectReplies one = replies;
            boolean woken = several;
            replies = null;
            several = false;
            if (one == null) {
                return;
            }
            if (woken) {
                one.giveBack();
            } else {
                one.write();
            }
        }
    }
}

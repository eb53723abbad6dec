package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Sends the replies of one connection. Belongs to its event loop.
///
/// Bytes of several replies gather in one buffer until [#flush()]; records, but for few, are sent
/// from their file, in windows, each handed to the socket when most of what was handed before is
/// gone. A reader that does not read thus costs no more memory than [#BACKLOG_BYTES] and the
/// protocol's part of one reply.
final class ReplySender {
    /// While more than this is handed to the socket and unsent, nothing more is, and no more
    /// requests are handled.
    static final int BACKLOG_BYTES = 256 * 1024;

    /// What is less is not counted for all connections together.
    private static final int LINGERING_BYTES_MIN = 4096;

    private static final int GATHER_BYTES_INITIAL = 1024;

    /// Gathered bytes are handed to the socket when they are this many.
    private static final int GATHER_BYTES_MAX = 64 * 1024;

    private final Channel channel;
    private final UnsentBudget unsent;
    private final ReadAhead ahead;
    private final ArrayDeque<ReplyPart> parts = new ArrayDeque<>(4);
    private @Nullable ByteBuf gathered;

    /// How many buffers that are counted are not sent.
    private int counted;

    /// What the socket has not taken of what it was handed, records in files aside, when that was
    /// looked at last.
    private int lingering;

    /// Bytes, of all windows.
    private long handed;

    /// Of those, what the socket had taken when that was looked at, and when it had taken more.
    private long taken;

    private long takenMs;

    /// @param nowMs by the clock of [#look]
    ReplySender(Channel channel, UnsentBudget unsent, ReadAhead ahead, long nowMs) {
        this.channel = channel;
        this.unsent = unsent;
        this.ahead = ahead;
        takenMs = nowMs;
    }

    /// Takes a reply, with the file slices in it.
    ///
    /// @throws IOException when records cannot be read; the connection is to be closed then
    void add(Writer reply) throws IOException {
        ByteBuffer bytes = reply.bytes();
        int done = 0;
        for (Splice splice : reply.splices()) {
            gather(bytes, done, splice.position());
            done = splice.position();
            ReplyPart part = ReplyPart.of(splice.records());
            if (part.done()) {
                part.release();
            } else {
                endGathering();
                parts.add(part);
            }
        }
        gather(bytes, done, bytes.limit());
        if (gathered != null && gathered.readableBytes() >= GATHER_BYTES_MAX) {
            flush();
        }
    }

    /// Hands to the socket what it will take, up to what has to be read from the disk first.
    ///
    /// @throws IOException when records cannot be read; the connection is to be closed then
    void flush() throws IOException {
        endGathering();
        boolean written = false;
        while (!parts.isEmpty() && channel.isWritable()) {
            ReplyPart head = parts.getFirst();
            if (!head.ready(ahead)) {
                break;
            }
            Object window = head.next(channel.alloc());
            if (head.done()) {
                parts.removeFirst();
                head.release();
            }
            hand(window, head);
            written = true;
        }
        if (written) {
            channel.flush();
        }
        countLingering();
    }

    /// Counts what the peer leaves in its socket, where that is not next to nothing and not counted
    /// already.
    private void countLingering() {
        int left = counted > 0 ? 0 : waiting(ReplySender::memory);
        int now = left < LINGERING_BYTES_MIN ? 0 : left;
        if (now != lingering) {
            unsent.lingers(now - lingering);
            lingering = now;
        }
    }

    /// Looks whether the peer has taken something of what it was handed; to be called now and then.
    void look(long nowMs) {
        long now = handed - waiting(ReplySender::bytes);
        if (now > taken || now == handed) {
            taken = now;
            takenMs = nowMs;
        }
        countLingering();
    }

    /// For how long there has been something that the peer did not take any of.
    long untakenMs(long nowMs) {
        return nowMs - takenMs;
    }

    /// Of what the socket has not taken whole, how much there is.
    private int waiting(ToIntFunction<Object> amount) {
        ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
        if (leaving == null || leaving.isEmpty()) {
            return 0;
        }
        int[] sum = new int[1];
        try {
            leaving.forEachFlushedMessage(message -> {
                sum[0] += amount.applyAsInt(message);
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException("what counts throws nothing", e);
        }
        return sum[0];
    }

    /// How much of a window the socket has not taken.
    private static int bytes(Object window) {
        return switch (window) {
            case ByteBuf bytes -> bytes.readableBytes();
            case FileRegion file -> (int) (file.count() - file.transferred());
            default -> 0;
        };
    }

    /// What a window holds in memory: a small reply less than its buffer has room for, and records
    /// in files nothing.
    private static int memory(Object window) {
        return window instanceof ByteBuf buffer ? buffer.capacity() : 0;
    }

    private void hand(Object window, ReplyPart part) {
        handed += bytes(window);
        if (part instanceof ReplyPart.Gathered whole && whole.done() && isCounted(whole)) {
            var _ = channel.write(window).addListener(_ -> discharge(whole));
        } else if (window instanceof SliceRegion region) {
            var _ = channel.write(window).addListener(region);
        } else {
            var _ = channel.write(window, channel.voidPromise());
        }
    }

    private static boolean isCounted(ReplyPart.Gathered part) {
        return UnsentBudget.isCounted(part.bufferBytes());
    }

    private void charge(ReplyPart.Gathered part) {
        if (isCounted(part)) {
            counted++;
            unsent.unsent(part.bufferBytes());
        }
    }

    private void discharge(ReplyPart.Gathered part) {
        if (isCounted(part)) {
            counted--;
            unsent.sent(part.bufferBytes());
        }
    }

    /// Whether so much is unsent that no more requests should be handled.
    boolean backedUp() {
        return !parts.isEmpty() || !channel.isWritable();
    }

    /// Whether it holds some of what is counted for all connections.
    boolean holdsMemory() {
        return counted > 0 || lingering > 0;
    }

    /// Whether everything was handed to the socket.
    boolean handedOver() {
        return parts.isEmpty() && gathered == null;
    }

    /// Takes bytes of replies that others could not write; nothing else is held.
    void add(ByteBuffer rest) {
        gather(rest, 0, rest.limit());
    }

    /// Whether nothing is held, here or on its way to the socket.
    boolean isIdle() {
        ChannelOutboundBuffer leaving = channel.unsafe().outboundBuffer();
        return handedOver() && leaving != null && leaving.isEmpty();
    }

    /// Gives up what was not handed to the socket.
    void close() {
        endGathering();
        for (ReplyPart part = parts.poll(); part != null; part = parts.poll()) {
            part.release();
            if (part instanceof ReplyPart.Gathered dropped) {
                discharge(dropped);
            }
        }
        unsent.lingers(-lingering);
        lingering = 0;
    }

    private void gather(ByteBuffer bytes, int from, int end) {
        if (from == end) {
            return;
        }
        ByteBuf buffer = gathered;
        if (buffer == null) {
            buffer = channel.alloc().directBuffer(Math.max(GATHER_BYTES_INITIAL, end - from));
            gathered = buffer;
        }
        buffer.writeBytes(bytes.slice(from, end - from));
    }

    private void endGathering() {
        if (gathered != null) {
            ReplyPart.Gathered part = new ReplyPart.Gathered(gathered);
            charge(part);
            parts.add(part);
            gathered = null;
        }
    }
}

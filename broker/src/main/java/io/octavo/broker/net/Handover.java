package io.octavo.broker.net;

import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.octavo.broker.api.Reply;
import org.jspecify.annotations.Nullable;

/// A connection's side of its [DirectReplies]: takes the right to write from others before its loop
/// sends, answers or looks at what is unanswered, and gives it to them when there is nothing left
/// to do. Belongs to the event loop, except [#writtenByOthers]. Where the system does not tell a
/// connection's descriptor, only the loop writes.
final class Handover {
    private final NetLoop loop;
    private final Runnable goOn;
    private final NetContext context;
    private final RequestQueue queue;
    private final ReplySender sender;
    private final @Nullable DirectReplies direct;
    private int lastBytes;

    /// @param channel not registered yet
    /// @param goOn has the connection go on; in its loop
    Handover(
            Channel channel,
            NetLoop loop,
            NetContext context,
            RequestQueue queue,
            ReplySender sender,
            Runnable goOn) {
        this.loop = loop;
        this.goOn = goOn;
        this.context = context;
        this.queue = queue;
        this.sender = sender;
        FileDescriptor socket = context.transport().descriptor(channel);
        if (socket == null) {
            direct = null;
        } else {
            DirectReplies made = new DirectReplies(socket, context.clock(), () -> loop.offer(goOn));
            context.closings().before(channel, made::close);
            direct = made;
        }
    }

    /// Nobody else writes replies from now on; what others wrote is answered.
    void take() {
        if (direct == null) {
            return;
        }
        DirectReplies.Taken taken = direct.take();
        for (DirectReplies.Answered one : taken.answered()) {
            Exchange exchange = one.exchange();
            queue.answered(exchange);
            exchange.settle(one.reply());
            answered(exchange, one.bytes(), one.nanos());
        }
        if (taken.rest().hasRemaining()) {
            sender.add(taken.rest());
            goOn.run();
        }
    }

    /// Who settles the next replies may write them, as long as there is nothing else to do; not
    /// where they are large, as the last one was.
    void pass() {
        if (direct != null && lastBytes <= DirectReplies.BYTES_MAX && sender.isIdle()) {
            long next = queue.awaitedNumber();
            if (next >= 0) {
                direct.pass(next);
            }
        }
    }

    /// Offers a reply to be written by this thread, which is any but the loop's.
    ///
    /// @return false when it has to go the loop's way
    boolean writtenByOthers(Exchange exchange, Reply.Settled<?> reply) {
        return direct != null
                && exchange.apiKey() == RequestQueue.PRODUCE
                && reply instanceof Reply.Now<?> now
                && direct.offer(exchange, now);
    }

    /// Counts a reply that is on its way.
    ///
    /// @param nanos when, by the monotonic clock
    void answered(Exchange exchange, int bytes, long nanos) {
        lastBytes = bytes;
        loop.counts().sent(bytes);
        int slot = context.dispatcher().table().slot(exchange.apiKey());
        loop.counts().answered(slot, nanos - exchange.receivedNanos());
    }
}

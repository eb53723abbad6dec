package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.octavo.broker.api.Reply;
import io.octavo.ports.Afterwards;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One client's connection: what is received becomes requests, these are handled as far as their
/// order allows, and their replies are sent. Belongs to its event loop, except [#settled].
///
/// The connection is read while it may have more requests unanswered ([RequestQueue]), its peer
/// reads the replies ([ReplySender]), there is memory ([FrameBudget]) and, where it produces, the
/// disks keep up ([ProducerGate]). When any of these fails, reading stops until it holds again;
/// what the peer sends then waits in the kernel and, as TCP has it, at the peer.
final class Connection extends ChannelInboundHandlerAdapter {
    /// A turn ends behind so many requests, so that a peer that sends without a pause, and reads
    /// its answers or wants none, leaves the loop to others; and behind fewer where these name many
    /// partitions.
    private static final int REQUESTS_PER_TURN = 64;

    private static final int NAMES_OF_ONE = 100;

    private static final int NAMES_PER_TURN = REQUESTS_PER_TURN * NAMES_OF_ONE;

    /// How many maximal frames may be unanswered.
    private static final long UNANSWERED_FRAMES_MAX = 2;

    private final ClientIdentity client;
    private final Channel channel;
    private final NetLoop loop;
    private final NetContext context;
    private final FrameReceiver receiver;
    private final RequestQueue queue;
    private final ReplySender sender;
    private final Patience patience;
    private final Handover handover;

    private boolean reading = true;
    private boolean starved;
    private boolean produces;
    private boolean received;
    private boolean ready;

    /// Whether all that may be handled in a turn was, and more may be there.
    private boolean spent;

    private boolean draining;
    private boolean ended;
    private boolean closing;
    private boolean closeAsked;
    private boolean gone;
    private long activeMs;

    Connection(long id, String listenerName, Channel channel, NetLoop loop, NetContext context) {
        client = new ClientIdentity(id, listenerName, channel);
        this.channel = channel;
        this.loop = loop;
        this.context = context;
        int frameBytesMax = context.config().frames().bytesMax();
        receiver =
                new FrameReceiver(
                        loop.memory(),
                        context.clock(),
                        frameBytesMax,
                        () -> loop.execute(this::memoryFree));
        queue = new RequestQueue(UNANSWERED_FRAMES_MAX * frameBytesMax);
        sender =
                new ReplySender(
                        channel,
                        context.unsent(),
                        new ReadAhead(
                                context.readers().of(id), loop::offer, () -> loop.ready(this)),
                        context.clock().millis());
        patience =
                new Patience(
                        context.budget(),
                        context.unsent(),
                        context.config().connections().idleMsMax(),
                        receiver,
                        queue,
                        sender);
        handover = new Handover(channel, loop, context, queue, sender, () -> loop.ready(this));
        activeMs = context.clock().millis();
    }

    ClientIdentity client() {
        return client;
    }

    NetLoop loop() {
        return loop;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.opened(this);
    }

    /// Where the next bytes go.
    ///
    /// @throws Paused when the connection must not be read
    ByteBuf roomToRead() {
        if (mayRead()) {
            if (receiver.makeRoom()) {
                return receiver.room();
            }
            starved = true;
            steerReading();
        }
        throw new Paused();
    }

    /// Whether the connection may be read once more before [#steerReading] decides anew.
    boolean mayRead() {
        return reading && !closing && !queue.full();
    }

    /// The same, in the same turn.
    boolean mayReadOn() {
        return mayRead() && !spent;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ((ByteBuf) message).release();
        received = true;
        advance();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (received) {
            received = false;
            activeMs = context.clock().millis();
        }
        receiver.settle();
        queue.settle(loop.memory());
        finishTurn();
    }

    /// The peer sends no more. What it sent is handled nevertheless: a producer with `acks=0` has
    /// done its part once its records are on their way.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended = true;
            advance();
            finishTurn();
        }
    }

    /// The socket has taken most of what it was handed. There may be more, megabytes of it.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            takeOver();
            activeMs = context.clock().millis();
            loop.later(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        takeOver();
        gone = true;
        closing = true;
        loop.closed(this);
        receiver.close();
        sender.close();
        queue.dropWaiting();
        for (Exchange left = queue.pollUnanswered(); left != null; left = queue.pollUnanswered()) {
            if (left.settled() == null) {
                left.abandon();
            } else {
                discard(left);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Paused) {
            // Epoll tells of an error until somebody asks for it, which reading would do.
            if (context.transport().isBroken(channel)) {
                closeNow();
            }
            return;
        }
        if (!(cause instanceof IOException)) {
            fault("the network", cause);
        }
        closeNow();
    }

    /// Takes a reply that was parked. Any thread.
    void settled(Exchange exchange, Reply.Settled<?> reply) {
        if (loop.inLoop()) {
            settledInLoop(exchange, reply);
        } else if (!handover.writtenByOthers(exchange, reply)
                && !loop.offer(() -> settledInLoop(exchange, reply))) {
            exchange.settle(reply);
            new ReplyEncoder().discard(exchange);
        }
    }

    /// Whether the connection is waiting for its turn already; notes that it is.
    boolean markReady() {
        boolean was = ready;
        ready = true;
        return was;
    }

    /// Goes on where it could not go on before.
    void turn() {
        ready = false;
        if (!gone) {
            advance();
            receiver.settleIfCut();
            finishTurn();
        }
    }

    /// Takes no more requests, and closes when those handled are answered.
    void drain() {
        draining = true;
        queue.dropWaiting();
        finishTurn();
    }

    /// Closes at once.
    void close() {
        closeNow();
    }

    /// Looks after a connection that does nothing; about once a second.
    void sweep(long nowMs) {
        takeOver();
        sender.look(nowMs);
        Patience.Verdict verdict = patience.judge(nowMs, nowMs - activeMs, reading, closing);
        switch (verdict.fate()) {
            case STAYS -> letOthersWrite();
            case REFUSED -> {
                refuse(verdict.reason());
                finishTurn();
            }
            case CLOSED -> {
                if (verdict.reason() != null) {
                    context.log().refused(this, verdict.reason());
                }
                closeNow();
            }
        }
    }

    private void settledInLoop(Exchange exchange, Reply.Settled<?> reply) {
        exchange.settle(reply);
        if (gone) {
            discard(exchange);
        } else {
            loop.ready(this);
        }
    }

    private void memoryFree() {
        if (gone) {
            return;
        }
        starved = false;
        receiver.retry();
        steerReading();
        if (!reading) {
            receiver.renounce();
        }
    }

    /// Cuts, handles and answers as far as it goes in a turn.
    private void advance() {
        takeOver();
        try {
            // Of all that one read brought, one force.
            Afterwards.run(this::advanceNow);
        } catch (RuntimeException | Error e) {
            fault("the connection", e);
        }
    }

    private void advanceNow() {
        try {
            int left = NAMES_PER_TURN;
            Exchange handled;
            do {
                answer();
                takeIn();
                handled = left > 0 ? handleNext() : null;
                left -= handled == null ? 0 : Math.max(handled.names(), NAMES_OF_ONE);
            } while (handled != null);
            spent = left <= 0;
            if (spent) {
                loop.later(this);
            }
        } catch (MalformedFrame e) {
            refuse(e.getMessage());
        } catch (IOException e) {
            unreadable(e);
        }
    }

    private void takeIn() {
        while (!queue.full() && !closing && !draining) {
            Frame frame = receiver.next();
            if (frame == null) {
                return;
            }
            queue.add(frame);
        }
    }

    /// @return what was handled; null where nothing can be
    private @Nullable Exchange handleNext() throws IOException {
        if (sender.backedUp()) {
            sender.flush();
        }
        if (closing || draining || sender.backedUp()) {
            return null;
        }
        Frame frame = queue.pollHandleable();
        if (frame == null) {
            return null;
        }
        produces = frame.apiKey() == RequestQueue.PRODUCE;
        try {
            Exchange exchange = context.dispatcher().dispatch(this, frame);
            queue.handled(exchange);
            return exchange;
        } catch (RuntimeException | Error e) {
            frame.release();
            throw e;
        }
    }

    private void answer() throws IOException {
        for (Exchange next = queue.pollAnswerable(); next != null; next = queue.pollAnswerable()) {
            if (closing) {
                discard(next);
                continue;
            }
            switch (next.settled()) {
                case Reply.Now<?> now -> {
                    Writer reply = loop.encoder().encode(next, now.response());
                    int bytes = reply.bytes().limit();
                    if (!context.unsent().mayTake(bytes)) {
                        ReplyEncoder.release(reply);
                        refuse(
                                next
                                        + ": no memory for "
                                        + bytes
                                        + " bytes while other replies are not read");
                        continue;
                    }
                    int sizeBytes = reply.sizeBytes();
                    sender.add(reply);
                    // Who waited long for it has to have the time to go on.
                    activeMs = context.clock().millis();
                    handover.answered(next, sizeBytes, context.clock().nanos());
                }
                case Reply.Close<?> close -> refuse(next + ": " + close.reason());
                case Reply.None<?> none -> {}
                case null -> throw new IllegalStateException("not settled: " + next);
            }
        }
    }

    private void finishTurn() {
        takeOver();
        flush();
        if (draining && !queue.someUnanswered()) {
            closing = true;
        }
        if (ended) {
            finishEnded();
        }
        if (closing && sender.handedOver() && !closeAsked) {
            closeAsked = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        steerReading();
        letOthersWrite();
    }

    private void takeOver() {
        try {
            handover.take();
        } catch (RuntimeException | Error e) {
            fault("the connection", e);
        }
    }

    /// Not where the connection is not read, perhaps until these are answered.
    private void letOthersWrite() {
        if (reading && !closing && !draining && !ended) {
            handover.pass();
        }
    }

    private void finishEnded() {
        if (!queue.abandonProduces()) {
            closeNow();
        } else if (!queue.someUnanswered() && !queue.someWait()) {
            closing = true;
        }
    }

    private void flush() {
        try {
            sender.flush();
        } catch (IOException e) {
            unreadable(e);
        }
    }

    /// Decides whether the connection is read.
    void steerReading() {
        if (gone || !channel.isOpen()) {
            return;
        }
        boolean wanted =
                !closing
                        && !ended
                        && !draining
                        && !starved
                        && !queue.full()
                        && !sender.backedUp()
                        && !(produces && context.gate().shut());
        if (wanted != reading) {
            reading = wanted;
            activeMs = context.clock().millis();
            channel.config().setAutoRead(wanted);
        }
    }

    /// Closes for the peer's fault, after the replies that are on their way.
    private void refuse(@Nullable String reason) {
        if (!closing) {
            closing = true;
            context.log().refused(this, reason);
            queue.dropWaiting();
            // Nothing more of it is read, however long its last replies take.
            receiver.close();
        }
    }

    /// Closes where a reply cannot go on: at once, as its peer waits for the rest.
    private void unreadable(IOException why) {
        if (channel.isOpen()) {
            context.log().refused(this, "its reply cannot be read: " + why.getMessage());
            closeNow();
        }
    }

    /// Closes for a fault of ours.
    private void fault(Object what, Throwable cause) {
        if (cause instanceof VirtualMachineError || cause instanceof LinkageError) {
            context.fatal().accept(cause);
        }
        context.log().failed(this, what, cause);
        closeNow();
    }

    private void closeNow() {
        var _ = channel.close();
    }

    private void discard(Exchange exchange) {
        loop.encoder().discard(exchange);
    }
}

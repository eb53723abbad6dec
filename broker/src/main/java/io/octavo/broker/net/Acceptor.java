package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Accepts the connections of one listener and shares them out to the event loops. Belongs to the
/// first of them.
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final long REVIEW_MS = 1_000;

    /// Buffers count as what they hold in memory, which is more than a small reply. Windows of
    /// files count as what they are, so that they are handed to the socket one after the other.
    private static final MessageSizeEstimator SIZES =
            () ->
                    message ->
                            switch (message) {
                                case ByteBuf bytes -> bytes.capacity();
                                case FileRegion window ->
                                        (int) Math.min(window.count(), Integer.MAX_VALUE);
                                default -> 0;
                            };

    private static final WriteBufferWaterMark BACKLOG =
            new WriteBufferWaterMark(ReplySender.BACKLOG_BYTES / 2, ReplySender.BACKLOG_BYTES);

    private final String listenerName;
    private final Transport transport;
    private final ByteBufAllocator allocator;
    private final List<NetLoop> loops;
    private final NetContext context;
    private final AtomicLong connectionIds;
    private int nextLoop;
    private boolean reviewing;

    Acceptor(
            String listenerName,
            Transport transport,
            ByteBufAllocator allocator,
            List<NetLoop> loops,
            NetContext context,
            AtomicLong connectionIds) {
        this.listenerName = listenerName;
        this.transport = transport;
        this.allocator = allocator;
        this.loops = loops;
        this.context = context;
        this.connectionIds = connectionIds;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel server = ctx.channel();
        context.admission().onResume(() -> server.config().setAutoRead(true));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        Channel channel = (Channel) accepted;
        NetLoop loop = loops.get(nextLoop);
        nextLoop = (nextLoop + 1) % loops.size();
        Connection connection =
                new Connection(
                        connectionIds.incrementAndGet(), listenerName, channel, loop, context);
        InetAddress from = address(channel);
        Admission.Answer answer = context.admission().opened(from);
        channel.closeFuture().addListener(closed -> context.admission().closed(from));
        if (answer == Admission.Answer.TOO_MANY_FROM_THERE) {
            context.log().refused(connection, "too many from its address (max.connections.per.ip)");
            var _ = loop.eventLoop().register(channel).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (answer == Admission.Answer.LAST) {
            pause(ctx.channel());
        }
        configure(channel.config(), connection);
        channel.pipeline().addLast(connection);
        var _ = loop.eventLoop().register(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            context.admission().exhausted();
            pause(ctx.channel());
        } else {
            context.log().failed(cause);
        }
    }

    private static InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress()
                : new InetSocketAddress(0).getAddress();
    }

    private void configure(ChannelConfig config, Connection connection) {
        NetConfig.Sockets sockets = context.config().sockets();
        config.setAllocator(allocator);
        config.setRecvByteBufAllocator(new ReceiveBurst(connection));
        config.setMessageSizeEstimator(SIZES);
        config.setWriteBufferWaterMark(BACKLOG);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (sockets.sendBufferBytes() > 0) {
            config.setOption(ChannelOption.SO_SNDBUF, sockets.sendBufferBytes());
        }
        if (sockets.receiveBufferBytes() > 0) {
            config.setOption(ChannelOption.SO_RCVBUF, sockets.receiveBufferBytes());
        }
        transport.keepAlive(config);
    }

    private void pause(Channel server) {
        server.config().setAutoRead(false);
        if (!reviewing) {
            reviewing = true;
            loops.getFirst().schedule(REVIEW_MS, () -> review(server));
        }
    }

    private void review(Channel server) {
        if (context.admission().review()) {
            // Also where it went on before the listener was paused.
            server.config().setAutoRead(true);
        }
        reviewing = server.isOpen() && !server.config().isAutoRead();
        if (reviewing) {
            loops.getFirst().schedule(REVIEW_MS, () -> review(server));
        }
    }
}

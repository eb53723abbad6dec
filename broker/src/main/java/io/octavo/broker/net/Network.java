package io.octavo.broker.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.octavo.broker.api.ApiTable;
import io.octavo.broker.api.DiskReaders;
import io.octavo.broker.metrics.Metrics;
import io.octavo.ports.Clock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The sockets of a node: its event loops, its listeners and their connections. To be used by one
/// thread, none of its own.
public final class Network {
    /// How long the event loops may take to end once their connections are closed.
    private static final long LOOPS_END_MS = 2_000;

    private static final int PAGE_BYTES = 8 * 1024;

    /// Memory is got from the system in pieces of 8 KiB << 9 = 4 MiB: the usual large frame fits.
    private static final int PAGES_ORDER_MAX = 9;

    private static final int SMALL_BUFFERS_CACHED = 256;
    private static final int NORMAL_BUFFERS_CACHED = 64;

    private final NetContext context;
    private final MultiThreadIoEventLoopGroup group;
    private final List<NetLoop> loops = new ArrayList<>();
    private final List<Channel> servers = new ArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    private final ByteBufAllocator allocator;
    private final Transport transport;
    private final AtomicLong connectionIds = new AtomicLong();

    private Network(NetContext context, Transport transport) {
        this.context = context;
        this.transport = transport;
        int threads = context.config().loops();
        allocator = pooled(threads);
        group =
                new MultiThreadIoEventLoopGroup(
                        threads,
                        new DefaultThreadFactory("octavo-net", true),
                        transport.ioHandler(context.closings()));
        for (EventExecutor executor : group) {
            FrameMemory memory = new FrameMemory(allocator, context.budget());
            loops.add(new NetLoop((EventLoop) executor, memory, context));
        }
    }

    /// Loads what [#start] is going to need, native code and several hundred classes, once. Whoever
    /// comes meanwhile waits: two threads that load classes which need each other may wait for each
    /// other for ever.
    public static void prepare() {
        var _ = Loaded.TRANSPORT;
    }

    /// Starts the event loops and takes the endpoints. Clients that connect wait until [#serve()].
    ///
    /// @param fatal told of what the process does not survive (memory exhausted, broken classes),
    ///   on the thread that saw it
    /// @throws IOException when an endpoint cannot be listened on; the message is for people
    public static Network start(
            NetConfig config,
            ApiTable apis,
            DiskReaders readers,
            Clock clock,
            Consumer<Throwable> fatal)
            throws IOException {
        Network network = start(config, apis, readers, clock, fatal, Loaded.TRANSPORT);
        String missing = Transport.absence();
        if (missing != null) {
            network.context.log().rarely(missing);
        }
        return network;
    }

    static Network start(
            NetConfig config,
            ApiTable apis,
            DiskReaders readers,
            Clock clock,
            Consumer<Throwable> fatal,
            Transport transport)
            throws IOException {
        NetLog log = new NetLog(clock);
        NetContext context =
                new NetContext(
                        config,
                        transport,
                        new Closings(),
                        new Dispatcher(apis),
                        new FrameBudget(config.frames().memoryBytes()),
                        new UnsentBudget(),
                        new Admission(config.connections(), new ProcessDescriptors(), log),
                        readers,
                        clock,
                        log,
                        new ProducerGate(),
                        fatal);
        Network network = new Network(context, transport);
        try {
            for (NetConfig.Endpoint endpoint : config.endpoints()) {
                network.listen(endpoint);
            }
        } catch (IOException | RuntimeException | Error e) {
            network.close(0);
            throw e;
        }
        return network;
    }

    /// Connections that produce are not read while this holds; [#resumeProducers()] is to be called
    /// when it ends.
    ///
    /// @param condition asked on the event loops
    public void holdProducersWhile(BooleanSupplier condition) {
        context.gate().shutWhile(condition);
    }

    /// Connections that produce may be read again. Any thread.
    public void resumeProducers() {
        for (NetLoop loop : loops) {
            var _ = loop.offer(loop::steerReading);
        }
    }

    /// Has each event loop do something. Any thread.
    public void onEachLoop(Runnable task) {
        for (NetLoop loop : loops) {
            var _ = loop.offer(task);
        }
    }

    /// How many file descriptors this process may have, sockets and files.
    public static int descriptorsMax() {
        return new ProcessDescriptors().limit();
    }

    /// Where a listener listens.
    ///
    /// @param endpoint as it was configured
    /// @param port the port it got
    public record Bound(NetConfig.Endpoint endpoint, int port) {
        /// As clients on this machine may use it; the host is `*` where it is every address.
        @Override
        public String toString() {
            return new NetConfig.Endpoint(endpoint.listenerName(), endpoint.host(), port)
                    .toString();
        }
    }

    /// Where it listens, in the order of the configuration.
    public List<Bound> bound() {
        return List.copyOf(bound);
    }

    /// What it tells the operator.
    public Metrics.Source metrics() {
        return new NetMetrics(context, context.dispatcher().table(), loops);
    }

    /// Bytes of replies to clients that were counted.
    long sentBytes() {
        return loops.stream().mapToLong(loop -> loop.counts().sentBytes()).sum();
    }

    /// How many connections are open.
    int connections() {
        return context.admission().connections();
    }

    /// What received requests hold in memory now.
    long frameBytesHeld() {
        return context.budget().usedBytes();
    }

    /// Begins to accept connections.
    public void serve() {
        for (Channel server : servers) {
            server.config().setAutoRead(true);
        }
    }

    /// Stops listening and handles no more requests; connections close when what was handled on
    /// them is answered.
    public void drain() {
        for (Channel server : servers) {
            server.close().awaitUninterruptibly();
        }
        loops.forEach(loop -> loop.execute(loop::drain));
    }

    /// Waits until every connection is closed, closes those that are not in time, and ends the
    /// event loops. After [#drain()], or without it for a hard end.
    public void close(long waitMs) {
        drain();
        CompletableFuture<?> empty =
                CompletableFuture.allOf(
                        loops.stream().map(NetLoop::empty).toArray(CompletableFuture[]::new));
        try {
            empty.get(waitMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            if (waitMs > 0) {
                context.log()
                        .note(
                                "closing connections whose last replies were not taken in "
                                        + waitMs
                                        + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.forEach(loop -> loop.execute(loop::closeAll));
        group.shutdownGracefully(0, LOOPS_END_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LOOPS_END_MS);
    }

    private void listen(NetConfig.Endpoint endpoint) throws IOException {
        List<InetAddress> addresses = addresses(endpoint);
        int port = bind(endpoint, new InetSocketAddress(addresses.getFirst(), endpoint.port()));
        for (InetAddress other : addresses.subList(1, addresses.size())) {
            try {
                bind(endpoint, new InetSocketAddress(other, port));
            } catch (BindException e) {
                if (endpoint.port() != 0) {
                    throw e;
                }
            } catch (IOException absent) {
                context.log().note(absent.getMessage());
            }
        }
        bound.add(new Bound(endpoint, port));
    }

    private int bind(NetConfig.Endpoint endpoint, InetSocketAddress address) throws IOException {
        Channel server = transport.newServer();
        server.config().setAutoRead(false);
        server.config().setOption(ChannelOption.SO_BACKLOG, context.config().sockets().backlog());
        server.pipeline()
                .addLast(
                        new Acceptor(
                                endpoint.listenerName(),
                                transport,
                                allocator,
                                loops,
                                context,
                                connectionIds));
        loops.getFirst().eventLoop().register(server).awaitUninterruptibly();
        ChannelFuture binding = server.bind(address).awaitUninterruptibly();
        Throwable cause = binding.cause();
        if (cause != null) {
            var _ = server.close();
            throw cannotListen(endpoint, cause);
        }
        servers.add(server);
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /// `localhost` is both of its addresses: clients try either first.
    private static List<InetAddress> addresses(NetConfig.Endpoint endpoint) throws IOException {
        if (endpoint.host().isEmpty()) {
            return List.of(new InetSocketAddress(0).getAddress());
        }
        try {
            InetAddress[] all = InetAddress.getAllByName(endpoint.host());
            boolean loopback = Arrays.stream(all).allMatch(InetAddress::isLoopbackAddress);
            return loopback ? List.of(all) : List.of(all[0]);
        } catch (UnknownHostException e) {
            throw new IOException(
                    "cannot listen on " + endpoint + ": there is no host of that name", e);
        }
    }

    private static IOException cannotListen(NetConfig.Endpoint endpoint, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        String what = "cannot listen on " + endpoint + ": ";
        IOException failure =
                reason.contains("in use")
                        ? new BindException(
                                what
                                        + "the address is in use by another process; stop it, or listen on"
                                        + " another port")
                        : new IOException(what + reason);
        failure.initCause(cause);
        return failure;
    }

    private static ByteBufAllocator pooled(int arenas) {
        return new PooledByteBufAllocator(
                true,
                0,
                arenas,
                PAGE_BYTES,
                PAGES_ORDER_MAX,
                SMALL_BUFFERS_CACHED,
                NORMAL_BUFFERS_CACHED,
                false);
    }

    private static final class Loaded {
        static final Transport TRANSPORT = load();

        private static Transport load() {
            Transport transport = Transport.best();
            try {
                transport.newServer().unsafe().closeForcibly();
                var _ = pooled(1);
            } catch (ChannelException refused) {
                // Who starts is refused too, and says why.
            }
            return transport;
        }
    }
}

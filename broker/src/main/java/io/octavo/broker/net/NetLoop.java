package io.octavo.broker.net;

import io.netty.channel.EventLoop;
import io.octavo.ports.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An event loop, and what its connections share. Everything but [Loop]'s methods and [#offer]
/// belongs to its thread.
final class NetLoop implements Loop {
    /// How often connections are looked after; limits of time are this coarse.
    private static final long SWEEP_MS = 1_000;

    /// A sweep so long behind the last one judges nobody.
    private static final long LATE_MS = 3 * SWEEP_MS;

    private final EventLoop eventLoop;
    private final FrameMemory memory;
    private final NetContext context;
    private final ReplyEncoder encoder = new ReplyEncoder();
    private final LoopCounts counts;
    private final Set<Connection> connections = new HashSet<>();
    private final ArrayDeque<Connection> ready = new ArrayDeque<>();
    private final ArrayDeque<Connection> later = new ArrayDeque<>();
    private @Nullable Timer sweep;

    /// When the last sweep was, and whether it was late.
    private long sweptMs;

    private boolean late;
    private final CompletableFuture<@Nullable Void> empty = new CompletableFuture<>();
    private boolean draining;

    /// Whether [#runReady] is to run.
    private boolean turnsComing;

    NetLoop(EventLoop eventLoop, FrameMemory memory, NetContext context) {
        this.eventLoop = eventLoop;
        this.memory = memory;
        this.context = context;
        counts = new LoopCounts(context.dispatcher().table().handlers().size());
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    FrameMemory memory() {
        return memory;
    }

    ReplyEncoder encoder() {
        return encoder;
    }

    LoopCounts counts() {
        return counts;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(guarded(task));
    }

    /// As [#execute], unless the loop has ended.
    ///
    /// @return whether the task will run
    boolean offer(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        try {
            Future<?> future = eventLoop.schedule(guarded(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException ended) {
            return () -> {};
        }
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    /// Gives the connection a turn after what the loop is doing now; once, however often this is
    /// said.
    void ready(Connection connection) {
        if (connection.markReady()) {
            return;
        }
        ready.add(connection);
        haveTurns();
    }

    /// Gives the connection a turn after those of the others that have something to do, by what the
    /// loop is told when it asks the system next.
    void later(Connection connection) {
        if (connection.markReady()) {
            return;
        }
        if (later.isEmpty()) {
            // Netty runs all tasks that it has, and those that they add, before it asks; what is
            // due by a clock, behind it.
            var _ = schedule(0, this::runLater);
        }
        later.add(connection);
    }

    private void runLater() {
        ready.addAll(later);
        later.clear();
        haveTurns();
    }

    private void haveTurns() {
        if (!turnsComing && !ready.isEmpty()) {
            turnsComing = true;
            execute(this::runReady);
        }
    }

    void opened(Connection connection) {
        connections.add(connection);
        if (draining) {
            connection.drain();
        }
        if (sweep == null) {
            sweptMs = context.clock().millis();
            sweep = schedule(SWEEP_MS, this::sweep);
        }
    }

    void closed(Connection connection) {
        connections.remove(connection);
        tellIfEmpty();
    }

    /// No more requests are handled; connections close when what was handled is answered.
    void drain() {
        draining = true;
        for (Connection connection : copy()) {
            connection.drain();
        }
        tellIfEmpty();
    }

    /// Completed when the last connection is closed after [#drain()]. Any thread.
    CompletableFuture<@Nullable Void> empty() {
        return empty;
    }

    /// Has every connection decide anew whether it is read.
    void steerReading() {
        for (Connection connection : copy()) {
            connection.steerReading();
        }
    }

    /// Closes what is left.
    void closeAll() {
        for (Connection connection : copy()) {
            connection.close();
        }
        memory.close();
    }

    private void runReady() {
        try {
            for (int left = ready.size(); left > 0; left--) {
                ready.remove().turn();
            }
        } finally {
            turnsComing = false;
            haveTurns();
        }
    }

    private void tellIfEmpty() {
        if (draining && connections.isEmpty()) {
            empty.complete(null);
        }
    }

    /// Not where the loop itself was kept from its connections: what they have sent meanwhile is
    /// read first.
    private void sweep() {
        long now = context.clock().millis();
        late = !late && now - sweptMs > LATE_MS;
        sweptMs = now;
        try {
            for (Connection connection : late ? List.<Connection>of() : copy()) {
                connection.sweep(now);
            }
        } finally {
            sweep = connections.isEmpty() ? null : schedule(SWEEP_MS, this::sweep);
        }
    }

    private List<Connection> copy() {
        return new ArrayList<>(connections);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (VirtualMachineError | LinkageError e) {
                context.fatal().accept(e);
            } catch (RuntimeException | Error e) {
                context.log().failed(e);
            }
        };
    }
}

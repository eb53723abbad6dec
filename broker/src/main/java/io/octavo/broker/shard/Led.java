package io.octavo.broker.shard;

import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.Watcher;
import io.octavo.log.Log;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A partition that this broker leads in one epoch, and its shard once that is loaded and
/// everything it was loaded from is committed (C-4).
///
/// ```
/// the log opens ──> it is loaded ──> the high watermark reaches where it ended ──> the shard serves
///      ^                 │ not understood, or not readable
///      └── after a while ┘
/// ```
///
/// On the shards' loop.
///
/// @param <S> the state machine
final class Led<S extends StateMachine> implements Watcher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Led.class);

    /// Between two attempts to load a log, the first time; twice as long each time after.
    private static final long RETRY_MS = 1_000;

    private static final long RETRY_MS_MAX = 30_000;

    private final Partition partition;
    private final int epoch;
    private final Loop loop;
    private final Executor loader;
    private final Clock clock;
    private final Supplier<S> machines;
    private final AtomicBoolean looking = new AtomicBoolean();
    private long retryMs = RETRY_MS;
    private boolean loading;
    private boolean ended;

    /// Whether it could not be loaded, or its log not be opened, so that nobody knows when it is.
    private boolean failed;

    /// What is loaded and not committed yet.
    private @Nullable S loaded;

    private long loadedEnd;
    private @Nullable Shard<S> shard;

    Led(
            Partition partition,
            int epoch,
            Loop loop,
            Executor loader,
            Clock clock,
            Supplier<S> machines) {
        this.partition = partition;
        this.epoch = epoch;
        this.loop = loop;
        this.loader = loader;
        this.clock = clock;
        this.machines = machines;
    }

    void begin() {
        look();
    }

    /// Whether the partition is still led in this epoch.
    boolean serves() {
        return !partition.gone() && partition.admits(epoch) == ErrorCode.NONE;
    }

    /// Null while it is loaded.
    @Nullable Shard<S> shard() {
        return shard;
    }

    /// Whether there will be a shard soon.
    boolean isComing() {
        return shard == null && !failed;
    }

    void end() {
        ended = true;
        partition.unwatch(this);
        if (shard != null) {
            shard.end();
        }
    }

    @Override
    public void changed() {
        if (looking.compareAndSet(false, true)) {
            loop.execute(this::look);
        }
    }

    private void look() {
        looking.set(false);
        if (ended || shard != null) {
            return;
        }
        partition.watch(this);
        S machine = loaded;
        Log log = partition.log();
        if (machine != null && partition.highWatermark() >= loadedEnd) {
            partition.unwatch(this);
            serve(machine);
        } else if (machine == null && log != null && !loading) {
            loading = true;
            loader.execute(() -> load(log));
        } else if (log == null && !partition.opening()) {
            failed = true;
            loop.schedule(RETRY_MS, this::look);
        }
    }

    /// On the loader.
    private void load(Log log) {
        S machine = machines.get();
        long end;
        try {
            end = Loading.of(log, machine);
        } catch (IOException e) {
            LOGGER.error("{}: what it holds cannot be served, tried again", partition, e);
            loop.execute(this::retry);
            return;
        }
        loop.execute(() -> loaded(machine, end));
    }

    private void retry() {
        failed = true;
        loop.schedule(retryMs, () -> loaded(null, 0));
        retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
    }

    private void loaded(@Nullable S machine, long end) {
        loading = false;
        loaded = machine;
        loadedEnd = end;
        look();
    }

    private void serve(S machine) {
        loaded = null;
        Shard<S> served = new Shard<>(partition, epoch, machine, loop, clock);
        shard = served;
        machine.begin(served);
    }
}

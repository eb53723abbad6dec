package io.octavo.broker.replica;

import io.octavo.log.Log;
import io.octavo.log.Relocation;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves a partition's log to another data directory of this broker (KIP-113), while it is served.
///
/// ```
/// wait for the log to open ─> copy, piece by piece ─> take it out of use ─> copy the rest ─> open it there
///                                  └── cancelled, deleted, or failed: the copy is given up ──> end
/// ```
///
/// Runs on the worker of the storage that has the log, so that a deletion of the log does not meet
/// it half way; between two pieces other tasks of that worker have their turn.
final class Move implements Watcher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Move.class);

    /// Some tenths of a second.
    private static final long PIECE_BYTES = 32L << 20;

    private final Partition partition;
    private final Storage from;
    private final Storage to;
    private final Consumer<Boolean> ended;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile @Nullable Relocation relocation;

    /// @param ended told once, on the worker, whether the log is in `to` now
    Move(Partition partition, Storage to, Consumer<Boolean> ended) {
        this.partition = partition;
        this.to = to;
        this.ended = ended;
        from = partition.storage();
    }

    Storage to() {
        return to;
    }

    boolean cancelled() {
        return cancelled;
    }

    /// How far the copy is.
    FutureLog future() {
        Relocation copying = relocation;
        Log log = partition.openLog();
        long end = log == null ? partition.highWatermark() : log.endOffset();
        return copying == null
                ? new FutureLog(to.directory(), 0, end)
                : new FutureLog(
                        to.directory(),
                        copying.copiedBytes(),
                        Math.max(end - copying.copiedEnd(), 0));
    }

    void begin() {
        from.worker().execute(this::step);
    }

    /// Gives it up, unless the log has been taken out of use already.
    void cancel() {
        cancelled = true;
    }

    @Override
    public void changed() {
        if (waiting.compareAndSet(true, false)) {
            begin();
        }
    }

    private void step() {
        Log log = partition.log();
        if (log == null && partition.opening()) {
            waiting.set(true);
            partition.watch(this);
            if (!partition.opening()) {
                changed();
            }
            return;
        }
        try {
            if (cancelled || log == null || !isSame(log)) {
                stay();
            } else if (copied(log)) {
                partition.release(log, released -> from.worker().execute(() -> finish(released)));
            } else {
                begin();
            }
        } catch (IOException | RuntimeException failure) {
            report(failure);
            stay();
        }
    }

    /// Whether this is the log of which there is a copy.
    private boolean isSame(Log log) {
        Relocation copying = relocation;
        return copying == null || copying.source() == log;
    }

    /// Copies a piece; whether so little is left that the log can be taken out of use for it.
    private boolean copied(Log log) throws IOException {
        Relocation copying = relocation;
        if (copying == null) {
            copying = Relocation.begin(log, to.directory());
            relocation = copying;
        }
        return copying.copy(PIECE_BYTES);
    }

    private void finish(boolean released) {
        Relocation copying = relocation;
        if (!released || copying == null) {
            stay();
            return;
        }
        Storage home = from;
        try {
            copying.settle();
            copying.finish();
            home = to;
        } catch (IOException | RuntimeException failure) {
            report(failure);
            copying.abandon();
        }
        partition.openIn(home);
        LOGGER.info("{} is in {}", partition, home.directory().root());
        ended.accept(home == to);
    }

    private void stay() {
        Relocation copying = relocation;
        if (copying != null) {
            copying.abandon();
        }
        ended.accept(false);
    }

    private void report(Exception failure) {
        LOGGER.error(
                "{} stays in {}, it could not be moved to {}",
                partition,
                from.directory().root(),
                to.directory().root(),
                failure);
    }
}

package io.octavo.broker.replica;

import io.octavo.log.Log;
import io.octavo.log.Relocation;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves a partition's log to another data directory of this broker (KIP-113), while it is served.
///
/// ```
/// make a place ─> wait for the log to open ─> copy, piece by piece ─> take it out of use ─> copy the rest ─> open it there
///                                  └── cancelled, deleted, or failed: the copy is given up ──> end
/// ```
///
/// When the broker stops the place stays, and the next start begins anew with it.
///
/// Runs on the worker of the storage that has the log, so that a deletion of the log does not meet
/// it half way; between two pieces other tasks of that worker have their turn, and the pace is kept
/// that all moves of the broker share (`replica.alter.log.dirs.io.max.bytes.per.second`).
final class Move implements Watcher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Move.class);

    /// Some tenths of a second.
    private static final long PIECE_BYTES = 32L << 20;

    private final Partition partition;
    private final Storage from;
    private final Storage to;
    private final Pace pace;
    private final Listener listener;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean cancelled;
    private volatile @Nullable Relocation relocation;

    /// The worker's, as the next.
    private Relocation.@Nullable Place place;

    /// Set while it waits for its pace.
    private Loop.@Nullable Timer paused;

    /// Hears of the end.
    interface Listener {
        /// Called once, on the worker.
        ///
        /// @param moved whether the log is where it was to be moved
        void ended(Move move, boolean moved);
    }

    Move(Partition partition, Storage to, Pace pace, Listener listener) {
        this.partition = partition;
        this.to = to;
        this.pace = pace;
        this.listener = listener;
        from = partition.storage();
    }

    Partition partition() {
        return partition;
    }

    Storage from() {
        return from;
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

    /// Makes sure that it is begun, by the next start if not by this.
    ///
    /// @param found the place that an earlier run has made for it; null where there is none
    void prepare(Relocation.@Nullable Place found) {
        from.worker()
                .execute(() -> {
                    try {
                        String name = partition.toString();
                        place = found == null ? Relocation.Place.make(to.directory(), name) : found;
                    } catch (IOException | RuntimeException failure) {
                        report(failure);
                    }
                });
    }

    /// After [#prepare].
    void begin() {
        from.worker().execute(this::step);
    }

    /// Gives it up, unless the log has been taken out of use already.
    void cancel() {
        cancelled = true;
        hurry();
    }

    /// Has it look at once what is to be done, if it waits for its pace: a stop of the broker waits
    /// for what is to be done, and not for what is to be done later.
    void hurry() {
        from.worker()
                .execute(() -> {
                    Loop.Timer pause = paused;
                    if (pause != null) {
                        pause.cancel();
                        step();
                    }
                });
    }

    @Override
    public void changed() {
        if (waiting.compareAndSet(true, false)) {
            begin();
        }
    }

    private void step() {
        paused = null;
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
            Relocation.Place there = place;
            long waitMs = pace.waitMs();
            if (cancelled || log == null || there == null || !isSame(log)) {
                stay();
            } else if (waitMs > 0 && to.directory().failure() == null) {
                paused = from.worker().schedule(waitMs, this::step);
            } else if (copied(log, there)) {
                partition.release(log, released -> from.worker().execute(() -> finish(released)));
            } else {
                begin();
            }
        } catch (IOException | RuntimeException failure) {
            if (!partition.stopped()) {
                report(failure);
            }
            stay();
        }
    }

    /// Whether this is the log of which there is a copy.
    private boolean isSame(Log log) {
        Relocation copying = relocation;
        return copying == null || copying.source() == log;
    }

    /// Copies a piece; whether so little is left that the log can be taken out of use for it.
    private boolean copied(Log log, Relocation.Place there) throws IOException {
        Relocation copying = relocation;
        if (copying == null) {
            copying = Relocation.begin(log, there);
            relocation = copying;
        }
        long before = copying.writtenBytes();
        try {
            return copying.copy((long) Math.min(PIECE_BYTES, pace.bytesPerSecond()));
        } finally {
            pace.owe(copying.writtenBytes() - before);
        }
    }

    private void finish(boolean released) {
        Relocation copying = relocation;
        if (!released || copying == null) {
            stay();
            return;
        }
        Storage home = from;
        long before = copying.writtenBytes();
        try {
            copying.settle();
            copying.finish();
            home = to;
        } catch (IOException | RuntimeException failure) {
            report(failure);
            copying.abandon();
        }
        pace.owe(copying.writtenBytes() - before);
        partition.openIn(home);
        LOGGER.info("{} is in {}", partition, home.directory().root());
        listener.ended(this, home == to);
    }

    private void stay() {
        Relocation copying = relocation;
        Relocation.Place there = place;
        if (copying != null) {
            copying.stop();
        }
        if (there != null && (cancelled || !partition.stopped())) {
            there.giveUp();
        }
        listener.ended(this, false);
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

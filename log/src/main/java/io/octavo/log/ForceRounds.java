package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// When logs are forced that nobody waits for (`acks=1` and `0`, and no consumer at the end): in
/// rounds of some logs each, with a pause between them. Forced as fast as the disk can, their small
/// groups would take as much of the processors as all else that is done for them.
///
/// ```
///  add      add add add
///   │        │   │   │
///   ├────────────────────┼────────────────────┤ none waits: it is over
///   round   50 ms        round
/// ```
///
/// The first log after a pause is forced at once. Safe for any thread.
final class ForceRounds {
    private static final AtomicIntegerFieldUpdater<Syncer.Turn> LISTED =
            AtomicIntegerFieldUpdater.newUpdater(Syncer.Turn.class, "listed");

    private static final long ROUND_NANOS = 50_000_000;

    /// What is forced is no more than this in a round, whatever the number of logs: each force is
    /// an exit to the disk, and with more logs at a time less of each is forced by one.
    private static final int LOGS_MAX = 10;

    private final DataDirectory directory;
    private final Predicate<Syncer.Turn> release;
    private final Queue<Syncer.Turn> waiting = new ConcurrentLinkedQueue<>();

    /// Null until forces may begin.
    private volatile @Nullable Loop timer;

    /// Whether a round's time is not over; changed under this.
    private volatile boolean running;

    private volatile long endNanos;

    /// Whether the timer runs. Guarded by this.
    private boolean timed;

    /// @param release has a turn that waits for nothing else forced now; false when it waits for
    ///   none any more
    ForceRounds(DataDirectory directory, Predicate<Syncer.Turn> release) {
        this.directory = directory;
        this.release = release;
    }

    void start(Loop timer) {
        this.timer = timer;
        begin();
    }

    /// Has a turn wait for the next round, once however often this is called before that.
    void add(Syncer.Turn turn) {
        if (LISTED.compareAndSet(turn, 0, 1)) {
            waiting.add(turn);
        }
        if (!running) {
            begin();
        } else {
            look();
        }
    }

    /// Begins the next round if it is time: the timer's thread may be busy.
    void look() {
        if (running && clock().nanos() - endNanos >= 0) {
            begin();
        }
    }

    private synchronized void begin() {
        if (timer == null) {
            return;
        }
        long now = clock().nanos();
        if (!running || now - endNanos >= 0) {
            // What is added while nothing runs begins a round itself.
            do {
                endNanos = now + ROUND_NANOS;
                running = releaseSome();
            } while (!running && !waiting.isEmpty());
        }
        if (running && !timed) {
            timed = true;
            time(timer, endNanos - now);
        }
    }

    private void time(Loop timer, long nanos) {
        try {
            var _ = timer.schedule(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, this::timeOver);
        } catch (RejectedExecutionException stopped) {
            // Nobody waits any more.
        }
    }

    private synchronized void timeOver() {
        timed = false;
        begin();
    }

    private Clock clock() {
        return directory.clock();
    }

    private boolean releaseSome() {
        int released = 0;
        while (released < LOGS_MAX) {
            Syncer.Turn turn = waiting.poll();
            if (turn == null) {
                break;
            }
            turn.listed = 0;
            if (release.test(turn)) {
                released++;
            }
        }
        return released > 0;
    }
}

package io.octavo.log;

import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forces the logs of a data directory (group commit). An append makes its log due, once; a thread
/// takes the log that has waited longest, forces all that is in it by then, and tells the log's
/// owner. What is appended meanwhile makes the log due again: it is the next group. For whoever
/// waits there is no timer: an idle disk begins at once, and the busier it is, the larger the
/// groups get.
///
/// ```
///             append                 a thread takes it             forced, nothing new
///   IDLE ───────────────> DUE ─────────────────────────> FORCING ──────────────────────> IDLE
///                          ^                             │     ^
///                          │ forced               append │     │
///                          └────────────── AGAIN <───────┘     │ tried again
///                                                  STALLED <───┘ no descriptor was to be had
/// ```
///
/// What is appended and awaited by nobody makes its log due with the next of [ForceRounds]: IDLE
/// becomes PATIENT until then, and FORCING becomes MORE, which becomes PATIENT when it is forced.
///
/// Room is made ahead of a busy log ([Headroom]) beside the force, by another thread if one is
/// idle. Each log's durable end is published as its own force returns, so that nobody waits for
/// another log's. Logs that need not be forced (`durability=os`) have their turns when no other is
/// due, or one in so many of a thread where there always is, and never of all threads: they are
/// forced about once a second, and written back in between, when there is much of them. Safe for
/// any thread; nothing here blocks but the forces, on the threads that were given.
final class Syncer {
    private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);

    private static final AtomicReferenceFieldUpdater<Turn, Stage> STAGE =
            AtomicReferenceFieldUpdater.newUpdater(Turn.class, Stage.class, "stage");

    /// How many logs that need not be forced are at each flush. A force takes a tenth of a
    /// millisecond of a processor; with thousands of such logs each has its turn later.
    private static final int FLUSHES = 32;

    /// A thread that has passed over those in [#later] so many times, because others were always
    /// due, takes one of them, if no other thread is at one.
    private static final int PASSED_OVER_MAX = 32;

    private final DataDirectory directory;
    private final Queue<Turn> due = new ConcurrentLinkedQueue<>();

    /// Logs that room is made for, before anything that is due.
    private final Queue<Log> wantRoom = new ConcurrentLinkedQueue<>();

    /// Those that nobody waits for.
    private final Queue<Turn> later = new ConcurrentLinkedQueue<>();

    /// How many threads are at one of those, and how many may be.
    private final AtomicInteger atLater = new AtomicInteger();

    private volatile int atLaterMax;

    /// Logs whose force could not begin, because a file could not be opened.
    private final Queue<Turn> stalled = new ConcurrentLinkedQueue<>();

    /// Threads that have nothing to do; the last that had something is taken first.
    private final ConcurrentLinkedDeque<Executor> idle = new ConcurrentLinkedDeque<>();

    /// Where the next round of flushes begins.
    private int flushed;

    private final ForceRounds rounds;

    private enum Stage {
        IDLE,
        PATIENT,
        DUE,
        FORCING,
        MORE,
        AGAIN
    }

    /// A log's place among those to be forced.
    static final class Turn {
        private final Log log;
        private volatile Stage stage = Stage.IDLE;

        /// Whether to be forced also if nobody waits for it.
        private volatile boolean flush;

        /// Whether it was queued as one that nobody waits for.
        private volatile boolean queuedLater;

        /// 1 while it is among those that wait for a round; [ForceRounds]'s.
        volatile int listed;

        Turn(Log log) {
            this.log = log;
        }
    }

    Syncer(DataDirectory directory) {
        this.directory = directory;
        rounds = new ForceRounds(directory, this::release);
    }

    /// From now on these threads force; what became due before waits for them.
    void start(List<? extends Loop> threads) {
        // Of the threads the one that has the least to do.
        rounds.start(threads.getLast());
        atLaterMax = Math.max(1, threads.size() / 2);
        idle.addAll(threads);
        for (int i = 0; i < threads.size(); i++) {
            wake();
        }
    }

    /// Has a log forced: all that is in it when its turn comes, or more.
    void due(Turn turn) {
        while (true) {
            Stage stage = turn.stage;
            switch (stage) {
                case DUE -> {
                    bringForward(turn);
                    return;
                }
                case AGAIN -> {
                    return;
                }
                case FORCING, MORE -> {
                    if (STAGE.compareAndSet(turn, stage, Stage.AGAIN)) {
                        return;
                    }
                }
                case IDLE, PATIENT -> {
                    if (STAGE.compareAndSet(turn, stage, Stage.DUE)) {
                        queue(turn);
                        wake();
                        return;
                    }
                }
            }
        }
    }

    /// Somebody waits for a log now that did not have to be forced when it became due.
    private void bringForward(Turn turn) {
        if (turn.queuedLater && turn.log.config().fsync() && later.remove(turn)) {
            queue(turn);
            wake();
        }
    }

    /// Has a log forced that nobody waits for: with the next round, if it is not due before.
    void dueWithNextRound(Turn turn) {
        while (true) {
            switch (turn.stage) {
                case PATIENT -> {
                    rounds.look();
                    return;
                }
                case DUE, MORE, AGAIN -> {
                    return;
                }
                case FORCING -> {
                    if (STAGE.compareAndSet(turn, Stage.FORCING, Stage.MORE)) {
                        return;
                    }
                }
                case IDLE -> {
                    if (STAGE.compareAndSet(turn, Stage.IDLE, Stage.PATIENT)) {
                        rounds.add(turn);
                        return;
                    }
                }
            }
        }
    }

    /// The turn's round has come.
    ///
    /// @return whether it was due only by that
    private boolean release(Turn turn) {
        boolean patient = STAGE.compareAndSet(turn, Stage.PATIENT, Stage.DUE);
        if (patient) {
            queue(turn);
            wake();
        }
        return patient;
    }

    /// Has room made ahead of a log, see [Headroom#look].
    void wantRoom(Log log) {
        wantRoom.add(log);
        wake();
    }

    /// Tries again what could not begin; to be called now and then.
    void retry() {
        for (int left = stalled.size(); left > 0; left--) {
            Turn turn = stalled.poll();
            if (turn != null) {
                queue(turn);
                wake();
            }
        }
    }

    /// Has logs forced that nobody waits for, so that a power cut takes about a second of them; to
    /// be called about once a second, by one thread.
    void flush(Collection<Log> logs) {
        rounds.look();
        List<Log> unforced = new ArrayList<>();
        for (Log log : logs) {
            if (!log.config().fsync() && log.groupCommit().hasUnforced()) {
                unforced.add(log);
            }
        }
        int count = Math.min(FLUSHES, unforced.size());
        for (int i = 0; i < count; i++) {
            Turn turn = unforced.get((flushed + i) % unforced.size()).groupCommit().turn();
            turn.flush = true;
            due(turn);
        }
        flushed = count < unforced.size() ? (flushed + count) % unforced.size() : 0;
    }

    private void queue(Turn turn) {
        boolean waits = turn.log.config().fsync();
        turn.queuedLater = !waits;
        (waits ? due : later).add(turn);
    }

    private void wake() {
        if (due.isEmpty()
                && wantRoom.isEmpty()
                && (later.isEmpty() || atLater.get() >= atLaterMax)) {
            return;
        }
        Executor thread = idle.pollFirst();
        if (thread != null) {
            try {
                thread.execute(() -> work(thread));
            } catch (RejectedExecutionException stopped) {
                // Nobody waits any more.
            }
        }
    }

    private void work(Executor thread) {
        try {
            int passedOver = 0;
            boolean more = true;
            while (more) {
                if (passedOver >= PASSED_OVER_MAX && runLater(1)) {
                    passedOver = 0;
                } else if (makeRoom() || runNext()) {
                    passedOver++;
                } else {
                    more = runLater(atLaterMax);
                }
                // Until nothing is left for this thread, which may have the rounds' timer.
                rounds.look();
            }
        } finally {
            idle.addFirst(thread);
            // What became due after the last look found no thread idle.
            wake();
        }
    }

    private boolean makeRoom() {
        Log log = wantRoom.poll();
        if (log != null) {
            log.groupCommit().headroom().make();
        }
        return log != null;
    }

    private boolean runNext() {
        Turn turn = due.poll();
        if (turn != null) {
            run(turn);
        }
        return turn != null;
    }

    /// @param threadsMax how many threads may be at one then
    private boolean runLater(int threadsMax) {
        Turn turn = null;
        try {
            if (atLater.incrementAndGet() <= threadsMax) {
                turn = later.poll();
            }
            if (turn != null) {
                run(turn);
            }
        } finally {
            atLater.decrementAndGet();
        }
        return turn != null;
    }

    private void run(Turn turn) {
        turn.stage = Stage.FORCING;
        GroupCommit commit = turn.log.groupCommit();
        LogOwner owner = commit.owner();
        if (commit.headroom().look()) {
            wantRoom(turn.log);
        }
        try {
            forceOrWriteBack(turn);
        } catch (IOException e) {
            if (directory.failure() == null && !turn.log.isClosed()) {
                LOG.warn("{} could not be forced yet, tried again", turn.log.path(), e);
                turn.stage = Stage.DUE;
                stalled.add(turn);
            }
            // Of a directory that failed nothing is forced any more: the turn stays as it is.
            return;
        } catch (RuntimeException | Error defect) {
            // Whether it was forced nobody knows, and who waits for it is to hear that it was not.
            var _ = directory.fail(new IOException(turn.log.path() + " was not forced", defect));
            throw defect;
        }
        ended(turn);
        tell(owner);
    }

    private void ended(Turn turn) {
        if (STAGE.compareAndSet(turn, Stage.FORCING, Stage.IDLE)) {
            return;
        }
        if (STAGE.compareAndSet(turn, Stage.MORE, Stage.PATIENT)) {
            rounds.add(turn);
        } else {
            turn.stage = Stage.DUE;
            queue(turn);
        }
    }

    private static void forceOrWriteBack(Turn turn) throws IOException {
        GroupCommit commit = turn.log.groupCommit();
        if (turn.flush || turn.log.config().fsync() || !commit.writeBack()) {
            turn.flush = false;
            commit.force();
        }
    }

    private static void tell(@Nullable LogOwner owner) {
        if (owner != null) {
            owner.forced();
        }
    }
}

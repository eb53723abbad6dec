package io.octavo.ports;

import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A loop on a platform thread of its own. The thread is never interrupted (an interrupt would
/// close the file channel it is working on): [#close()] lets the tasks already given finish, drops
/// those that wait for a time, and waits.
///
/// A thread that is woken hundreds of times a second, for a moment each, costs by how it is woken.
/// Here a task is given without a lock, for which the woken thread would wait at once, and does not
/// pass through the heap of the timers, of which there may be thousands.
public final class SystemLoop implements Loop, AutoCloseable {
    private static final long CLOSE_WAIT_MS = 10_000;

    /// Then the timers have their turn.
    private static final int TASKS_IN_TURN = 16;

    private final Consumer<Throwable> failed;
    private final Thread thread;
    private final long startNanos = System.nanoTime();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicLong scheduled = new AtomicLong();

    /// Belongs to the thread.
    private final TreeSet<Waiting> timers = new TreeSet<>(SystemLoop::compare);

    /// The thread waits, or is about to, and nobody has woken it yet.
    private final AtomicBoolean waits = new AtomicBoolean();

    private volatile boolean closed;

    /// @param name the thread's name
    /// @param failed told of every throwable that leaves a task, on the loop
    public SystemLoop(String name, Consumer<Throwable> failed) {
        this.failed = failed;
        thread = Thread.ofPlatform().daemon().name(name).start(this::runAll);
    }

    /// @throws RejectedExecutionException when the loop is closed
    @Override
    public void execute(Runnable task) {
        if (!offer(task)) {
            throw new RejectedExecutionException(thread.getName() + " has ended");
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(delayMs, 0));
        long dueNanos = elapsedNanos() + Math.min(delayNanos, Long.MAX_VALUE / 2);
        Waiting timer = new Waiting(dueNanos, scheduled.getAndIncrement(), task);
        change(() -> timers.add(timer));
        return timer;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (inLoop()) {
            return;
        }
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_WAIT_MS);
        for (long left = 1; left > 0 && thread.isAlive(); left = end - System.nanoTime()) {
            try {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                thread.join(Math.max(leftMs, 1));
            } catch (InterruptedException e) {
                // Files are closed when loops have ended: not before.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return whether the task will run
    private boolean offer(Runnable task) {
        if (closed) {
            return false;
        }
        tasks.add(task);
        if (closed && tasks.remove(task)) {
            return false;
        }
        if (waits.get() && waits.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /// Changes the timers; when the loop is closed there are none to change.
    private void change(Runnable change) {
        if (inLoop()) {
            change.run();
        } else {
            offer(change);
        }
    }

    private void runAll() {
        while (!closed || !tasks.isEmpty()) {
            runTimers();
            for (int left = TASKS_IN_TURN; left > 0; left--) {
                Runnable task = tasks.poll();
                if (task == null) {
                    break;
                }
                run(task);
            }
            await();
        }
    }

    /// Runs those that are due, without those that they begin.
    private void runTimers() {
        long nowNanos = elapsedNanos();
        long end = scheduled.get();
        while (!closed && !timers.isEmpty()) {
            Waiting first = timers.first();
            if (first.dueNanos > nowNanos || first.number >= end) {
                return;
            }
            timers.remove(first);
            Runnable task = first.task;
            if (task != null) {
                run(task);
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            failed.accept(t);
        }
    }

    /// Waits until there may be something to do.
    private void await() {
        waits.set(true);
        if (tasks.isEmpty() && !closed) {
            if (timers.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, timers.first().dueNanos - elapsedNanos());
            }
        }
        waits.set(false);
        // Whoever sets the flag nevertheless must not keep the thread from ever waiting again.
        Thread.interrupted();
    }

    /// Which of two timers comes first. Not composed by [java.util.Comparator]: what it composes of
    /// is nothing that the ahead-of-time cache holds.
    private static int compare(Waiting one, Waiting other) {
        int byTime = Long.compare(one.dueNanos, other.dueNanos);
        return byTime != 0 ? byTime : Long.compare(one.number, other.number);
    }

    private long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    private final class Waiting implements Timer {
        private final long dueNanos;
        private final long number;
        private volatile @Nullable Runnable task;

        Waiting(long dueNanos, long number, Runnable task) {
            this.dueNanos = dueNanos;
            this.number = number;
            this.task = task;
        }

        @Override
        public void cancel() {
            if (task != null) {
                task = null;
                change(() -> timers.remove(this));
            }
        }
    }
}

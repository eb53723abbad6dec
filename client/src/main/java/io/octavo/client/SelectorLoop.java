package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A loop on a platform thread of its own that waits for sockets as well as for tasks. What it has
/// to do is bounded by those who ask it to: a connection limits its requests, a producer its
/// memory.
public final class SelectorLoop implements Loop, AutoCloseable {
    private static final long CLOSE_WAIT_MS = 10_000;

    /// Tasks that run before sockets are looked at again.
    private static final int TASKS_MAX = 256;

    private final Clock clock;
    private final Consumer<Throwable> failed;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparingLong(w -> w.deadline.atNanos()));
    private volatile boolean closing;

    /// Starts the thread.
    ///
    /// @param failed told of every throwable that leaves a task, on the loop
    public SelectorLoop(String name, Clock clock, Consumer<Throwable> failed) {
        this.clock = clock;
        this.failed = failed;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Waiting entry = new Waiting(Deadline.after(clock, delayMs), task);
        onLoop(() -> waiting.add(entry));
        return () -> onLoop(() -> waiting.remove(entry));
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /// Runs the tasks already given, drops those that wait for a time, and waits for the thread to
    /// end. Connections are to be closed before.
    @Override
    public void close() {
        closing = true;
        wake();
        if (inLoop()) {
            return;
        }
        try {
            thread.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Selector selector() {
        return selector;
    }

    private void onLoop(Runnable change) {
        if (inLoop()) {
            change.run();
        } else {
            execute(change);
        }
    }

    private void wake() {
        if (!inLoop() && woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    private void run() {
        try (selector) {
            while (!closing || !tasks.isEmpty()) {
                select();
                woken.set(false);
                runTasks();
                runDue();
            }
        } catch (IOException e) {
            failed.accept(e);
        }
    }

    private void select() throws IOException {
        if (closing || !tasks.isEmpty()) {
            selector.selectNow(SelectorLoop::ready);
            return;
        }
        Waiting next = waiting.peek();
        long waitMs = next == null ? 0 : next.deadline.remainingMs(clock);
        if (next != null && waitMs == 0) {
            selector.selectNow(SelectorLoop::ready);
        } else {
            selector.select(SelectorLoop::ready, waitMs);
        }
    }

    private static void ready(SelectionKey key) {
        ((Ready) key.attachment()).ready();
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_MAX; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
    }

    private void runDue() {
        while (true) {
            Waiting next = waiting.peek();
            if (next == null || !next.deadline.passed(clock)) {
                return;
            }
            waiting.remove();
            guarded(next.task);
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            failed.accept(t);
        }
    }

    /// What a selection key is attached to.
    interface Ready {
        /// The key's channel can do what it is registered for. Keeps its failures to itself.
        void ready();
    }

    private static final class Waiting {
        final Deadline deadline;
        final Runnable task;

        Waiting(Deadline deadline, Runnable task) {
            this.deadline = deadline;
            this.task = task;
        }
    }
}

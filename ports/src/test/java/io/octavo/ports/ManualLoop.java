package io.octavo.ports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A loop that runs on the caller's thread, only when told, on a [ManualClock].
public final class ManualLoop implements Loop {
    private final ManualClock clock;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean running;

    public ManualLoop(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Waiting entry = new Waiting(Deadline.after(clock, delayMs), task);
        waiting.add(entry);
        return () -> waiting.remove(entry);
    }

    @Override
    public boolean inLoop() {
        return running;
    }

    /// Runs everything that is due, and what that makes due, and returns.
    public void run() {
        boolean ran;
        do {
            ran = runNext();
        } while (ran);
    }

    /// Runs the next task that is due; whether there was one.
    public boolean runNext() {
        Runnable task = tasks.poll();
        if (task == null) {
            task = nextDue();
        }
        if (task == null) {
            return false;
        }
        running = true;
        try {
            task.run();
        } finally {
            running = false;
        }
        return true;
    }

    /// Moves the clock and runs what becomes due.
    public void advanceMs(long ms) {
        clock.advanceMs(ms);
        run();
    }

    private @Nullable Runnable nextDue() {
        Waiting due =
                waiting.stream()
                        .filter(w -> w.deadline.passed(clock))
                        .min(Comparator.comparingLong(w -> w.deadline.atNanos()))
                        .orElse(null);
        if (due == null) {
            return null;
        }
        waiting.remove(due);
        return due.task;
    }

    private record Waiting(Deadline deadline, Runnable task) {}
}

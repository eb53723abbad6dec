package io.octavo.ports;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts off what is better done once, behind a piece of work, than again and again within it: one
/// force for all batches that a read brought, one write for all replies that a force settled. By
/// thread; where no such work is running, nothing is put off.
public final class Afterwards {
    private static final ThreadLocal<@Nullable Afterwards> RUNNING = new ThreadLocal<>();

    private final Set<Runnable> tasks = new LinkedHashSet<>(4);
    private @Nullable Throwable failure;

    private Afterwards() {}

    /// Does the work, and then what was put off meanwhile, in its order; all of it, also when the
    /// work or some of it throws. The first failure is thrown, or the first [Error].
    public static void run(Runnable work) {
        if (RUNNING.get() != null) {
            work.run();
            return;
        }
        Afterwards afterwards = new Afterwards();
        RUNNING.set(afterwards);
        try {
            afterwards.attempt(work);
        } finally {
            RUNNING.remove();
        }
        afterwards.runTasks();
        afterwards.throwFailure();
    }

    /// Has `task` run behind the work that this thread is at, once, however often this is said; at
    /// once if it is at none.
    public static void defer(Runnable task) {
        Afterwards afterwards = RUNNING.get();
        if (afterwards == null) {
            task.run();
        } else {
            afterwards.tasks.add(task);
        }
    }

    /// Does now what is put off until now: for work that goes on with something else. Failures are
    /// thrown at the end of the work.
    public static void flush() {
        Afterwards afterwards = RUNNING.get();
        if (afterwards != null) {
            afterwards.runTasks();
        }
    }

    private void runTasks() {
        if (!tasks.isEmpty()) {
            List<Runnable> due = List.copyOf(tasks);
            tasks.clear();
            due.forEach(this::attempt);
        }
    }

    // What is thrown is thrown again, behind what others wait for.
    @SuppressWarnings("IllegalCatch")
    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            note(e);
        }
    }

    private void note(Throwable another) {
        Throwable first = failure;
        if (first == null) {
            failure = another;
        } else if (another instanceof Error && !(first instanceof Error)) {
            another.addSuppressed(first);
            failure = another;
        } else if (another != first) {
            first.addSuppressed(another);
        }
    }

    private void throwFailure() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}

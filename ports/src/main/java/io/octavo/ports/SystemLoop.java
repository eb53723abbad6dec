package io.octavo.ports;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A loop on a platform thread of its own. The thread is never interrupted (an interrupt would
/// close the file channel it is working on): [#close()] lets the tasks already given finish, drops
/// those that wait for a time, and waits.
public final class SystemLoop implements Loop, AutoCloseable {
    private static final long CLOSE_WAIT_MS = 10_000;

    private final ScheduledThreadPoolExecutor executor;
    private final Consumer<Throwable> failed;
    private volatile @Nullable Thread thread;

    /// @param name the thread's name
    /// @param failed told of every throwable that leaves a task, on the loop
    public SystemLoop(String name, Consumer<Throwable> failed) {
        this.failed = failed;
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread made = new Thread(task, name);
                            made.setDaemon(true);
                            thread = made;
                            return made;
                        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(guarded(task));
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        try {
            ScheduledFuture<?> future =
                    executor.schedule(guarded(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        executor.shutdown();
        if (inLoop()) {
            return;
        }
        try {
            executor.awaitTermination(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable t) {
                failed.accept(t);
            }
        };
    }
}

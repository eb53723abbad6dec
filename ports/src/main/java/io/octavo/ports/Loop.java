package io.octavo.ports;

import java.util.concurrent.Executor;

/// One thread that runs tasks in the order given. Every thread of a node is a loop, so that a
/// simulation can run them all in one. A task that throws ends that task only; the loop's owner is
/// told.
public interface Loop extends Executor {
    /// Runs `task` on the loop, after everything given before. May be called from any thread.
    @Override
    void execute(Runnable task);

    /// Runs `task` on the loop once `delayMs` milliseconds have passed. May be called from any
    /// thread.
    Timer schedule(long delayMs, Runnable task);

    /// Whether the caller is on the loop's thread.
    boolean inLoop();

    /// A task that waits for its time.
    interface Timer {
        /// Makes sure the task does not start from now on; harmless when it has run.
        void cancel();
    }
}

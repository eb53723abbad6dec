package io.octavo.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A load that runs beside what is measured, on a thread of its own.
///
/// @param <T> what it comes to
record Aside<T>(FutureTask<T> task) {
    static <T> Aside<T> begin(Callable<T> load) {
        FutureTask<T> task = new FutureTask<>(load);
        Thread.ofPlatform().daemon().name("aside").start(task);
        return new Aside<>(task);
    }

    /// Waits for its end.
    T result() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException("the load beside failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the load beside", e);
        }
    }
}

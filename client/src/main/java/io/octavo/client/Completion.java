package io.octavo.client;

import io.octavo.protocol.wire.MalformedFrame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// What to do when a future is done.
final class Completion {
    private Completion() {}

    /// Calls one of the two when the future is done, on the thread that completes it. What they
    /// throw is a defect; it goes to the thread's handler of uncaught exceptions and is not lost in
    /// a future.
    static <T> void on(
            CompletableFuture<T> future, Consumer<T> value, Consumer<ClientException> failure) {
        var unused =
                future.whenComplete((result, thrown) -> {
                    try {
                        if (thrown == null) {
                            value.accept(result);
                        } else {
                            failure.accept(cause(thrown));
                        }
                    } catch (RuntimeException | Error defect) {
                        report(defect);
                    }
                });
    }

    /// Tells the thread's handler of uncaught exceptions about a defect.
    static void report(Throwable defect) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, defect);
    }

    /// Waits for an operation that has a time limit of its own.
    ///
    /// @throws ClientException as the future failed
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw cause(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOut("interrupted while waiting for the broker");
        }
    }

    /// The client's exception in a future's. Any other is a defect: it is reported, and nobody
    /// waits in vain.
    static ClientException cause(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ClientException known) {
            return known;
        }
        if (!(cause instanceof MalformedFrame)) {
            report(cause);
        }
        return new Unreadable(String.valueOf(cause.getMessage()));
    }
}

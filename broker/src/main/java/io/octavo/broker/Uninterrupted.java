package io.octavo.broker;

import io.octavo.ports.SystemLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Does something on a thread of its own and waits for it. The caller may be interrupted, before or
/// meanwhile: an interrupt closes the file that is being written, which is no failure of the disk.
final class Uninterrupted {
    private Uninterrupted() {}

    /// Something that may fail.
    interface Task<T> {
        T run() throws IOException;
    }

    static void run(String threadName, Runnable task) {
        try {
            call(
                    threadName,
                    () -> {
                        task.run();
                        return threadName;
                    });
        } catch (IOException never) {
            throw new IllegalStateException(never);
        }
    }

    static <T> T call(String threadName, Task<T> task) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        try (SystemLoop loop = new SystemLoop(threadName, done::completeExceptionally)) {
            loop.execute(() -> {
                try {
                    done.complete(task.run());
                } catch (IOException failure) {
                    done.completeExceptionally(failure);
                }
            });
            // It waits on through an interrupt, and leaves the flag as it was.
            return done.join();
        } catch (CompletionException failed) {
            throw thrown(failed.getCause());
        }
    }

    private static IOException thrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException(cause);
        };
    }
}

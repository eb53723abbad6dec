package io.octavo.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, or a request to stop, for a verb that has something to finish first: the JVM ends when
/// its hooks have run, and this one waits until the verb is through.
final class Interruption implements AutoCloseable {
    /// A commit and a goodbye, each with its own limit, and some more.
    private static final long FINISH_SECONDS_MAX = 20;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean come;

    /// @param told that it has come; from another thread
    Interruption(Runnable told) {
        this(told, true);
    }

    /// For a verb that cannot be told because it waits for its input.
    ///
    /// @param work what is left to be done, from another thread; it has its own limit
    static Interruption ending(Runnable work) {
        return new Interruption(work, false);
    }

    private Interruption(Runnable told, boolean waits) {
        hook =
                new Thread(
                        () -> {
                            come = true;
                            told.run();
                            if (waits) {
                                await();
                            }
                        },
                        "octavo-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean hasCome() {
        return come;
    }

    /// The verb is through.
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }

    private void await() {
        try {
            finished.await(FINISH_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

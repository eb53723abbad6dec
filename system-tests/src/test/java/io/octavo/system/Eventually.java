package io.octavo.system;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What other processes bring about after a while, and nobody says when.
public final class Eventually {
    private static final long PERIOD_MS = 200;

    private Eventually() {}

    /// Asserts it again and again until it holds; what did not hold at the end of the time is
    /// thrown. Anything but an `AssertionError` is thrown at once.
    public static void within(long timeoutMs, Assertion assertion) {
        Trial trial = new Trial(assertion);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        try {
            var _ = thread.scheduleWithFixedDelay(trial, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
            trial.held.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + timeoutMs + " ms", trial.last);
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            thread.shutdownNow();
        }
    }

    /// Something that is asserted.
    public interface Assertion {
        void check() throws Exception;
    }

    private static final class Trial implements Runnable {
        private final Assertion assertion;
        private final CompletableFuture<Boolean> held = new CompletableFuture<>();
        private volatile @Nullable AssertionError last;

        private Trial(Assertion assertion) {
            this.assertion = assertion;
        }

        @Override
        public void run() {
            try {
                assertion.check();
                held.complete(true);
            } catch (AssertionError e) {
                last = e;
            } catch (Exception e) {
                held.completeExceptionally(e);
            }
        }
    }
}

package io.octavo.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// That the demo is to end, and why: its time is over, Ctrl-C, or a failure. Safe for any thread.
final class DemoEnd {
    /// What a broker may take to stop, and some more.
    private static final long CLEAN_UP_SECONDS_MAX = 15;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private volatile boolean near;

    boolean isNear() {
        return near;
    }

    void comes() {
        near = true;
    }

    /// The first failure counts; those that follow when everything is being closed do not.
    void because(Throwable problem) {
        if (!near) {
            failure.compareAndSet(null, problem);
        }
        near = true;
    }

    /// @throws Failure when that is why the demo ended
    void refuseFailure() {
        Throwable problem = failure.get();
        if (problem != null) {
            throw new Failure("the demo failed: " + problem.getMessage());
        }
    }

    void cleanedUp() {
        cleanedUp.countDown();
    }

    /// For Ctrl-C: the JVM ends when its hooks have run, so this one waits until all is tidy.
    Thread hook() {
        return new Thread(
                () -> {
                    comes();
                    try {
                        cleanedUp.await(CLEAN_UP_SECONDS_MAX, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "octavo-demo-end");
    }
}

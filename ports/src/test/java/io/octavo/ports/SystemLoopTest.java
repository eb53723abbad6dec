package io.octavo.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class SystemLoopTest {
    private static final long WAIT_SECONDS = 10;
    private static final long FAR_MS = TimeUnit.HOURS.toMillis(1);

    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
    private final SystemLoop loop = new SystemLoop("test", failures::add);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void tasksRunInOrderThoughOneThrows() throws Exception {
        CompletableFuture<Boolean> last = new CompletableFuture<>();
        loop.execute(() -> ran.add("first"));
        loop.execute(() -> {
            throw new IllegalStateException("second");
        });
        loop.execute(() -> last.complete(loop.inLoop()));

        assertThat(last.get(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.inLoop()).isFalse();
        assertThat(ran).containsExactly("first");
        assertThat(failures).hasSize(1);
    }

    @Test
    @Timeout(WAIT_SECONDS)
    void whoClosesItWaitsForItsTasksThoughInterrupted() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> await(go));
        loop.execute(() -> ran.add("task"));
        Thread closes =
                Thread.ofPlatform()
                        .start(() -> {
                            Thread.currentThread().interrupt();
                            loop.close();
                            ran.add("closed");
                            if (Thread.interrupted()) {
                                ran.add("interrupted");
                            }
                        });
        while (closes.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        go.countDown();
        join(closes);

        assertThat(ran).containsExactly("task", "closed", "interrupted");
    }

    @Test
    void noTaskIsForgottenWhileTheThreadGoesToSleep() throws Exception {
        int tasks = 20_000;
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < tasks; i++) {
            CountDownLatch one = new CountDownLatch(1);
            loop.execute(() -> {
                done.incrementAndGet();
                one.countDown();
            });
            assertThat(one.await(WAIT_SECONDS, TimeUnit.SECONDS)).as("task " + i).isTrue();
        }

        assertThat(done).hasValue(tasks);
    }

    @Test
    void manyThreadsGiveTasksAndEachSeesItsOwnInOrder() throws Exception {
        int threads = 4;
        int each = 10_000;
        List<List<Integer>> seen = new ArrayList<>();
        List<Thread> givers = new ArrayList<>();
        for (int giver = 0; giver < threads; giver++) {
            List<Integer> its = new ArrayList<>();
            seen.add(its);
            givers.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < each; i++) {
                                    int number = i;
                                    loop.execute(() -> its.add(number));
                                }
                            }));
        }
        for (Thread giver : givers) {
            giver.join();
        }
        settle();

        assertThat(seen).allSatisfy(its -> assertThat(its).hasSize(each).isSorted());
    }

    @Test
    void timersRunWhenTheyAreDueAndInTheirOrder() throws Exception {
        long startNanos = Clock.system().nanos();
        CompletableFuture<Long> last = new CompletableFuture<>();
        loop.schedule(FAR_MS, () -> ran.add("far"));
        loop.schedule(Long.MAX_VALUE, () -> ran.add("never"));
        loop.schedule(60, () -> last.complete(Clock.system().nanos()));
        loop.schedule(30, () -> ran.add("second"));
        loop.execute(() -> loop.schedule(1, () -> ran.add("first")));

        long lastMs =
                TimeUnit.NANOSECONDS.toMillis(
                        last.get(WAIT_SECONDS, TimeUnit.SECONDS) - startNanos);

        assertThat(lastMs).isGreaterThanOrEqualTo(60);
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        loop.schedule(20, () -> ran.add("cancelled elsewhere")).cancel();
        CountDownLatch over = new CountDownLatch(1);
        loop.execute(() -> {
            loop.schedule(20, () -> ran.add("cancelled here")).cancel();
            loop.schedule(40, over::countDown);
        });

        assertThat(over.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void neitherTasksNorTimersKeepTheOthersFromTheirTurn() throws Exception {
        CountDownLatch timer = new CountDownLatch(1);
        CountDownLatch task = new CountDownLatch(1);
        loop.execute(() -> giveAgain(timer));
        loop.schedule(5, timer::countDown);
        assertThat(timer.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();

        loop.execute(() -> scheduleAgain(task));
        loop.execute(task::countDown);
        assertThat(task.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsGivenBeforeTheEndRunsAndNothingAfterwards() {
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> await(go));
        for (int i = 0; i < 100; i++) {
            loop.execute(() -> ran.add("given"));
        }
        loop.schedule(0, () -> ran.add("timer"));
        loop.schedule(FAR_MS, () -> ran.add("timer"));
        Thread closes = Thread.ofPlatform().start(loop::close);
        while (closes.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        go.countDown();
        join(closes);

        assertThat(ran).hasSize(100).doesNotContain("timer");
        assertThatThrownBy(() -> loop.execute(() -> ran.add("late")))
                .isInstanceOf(RejectedExecutionException.class);
        loop.schedule(0, () -> ran.add("late")).cancel();
        assertThat(ran).hasSize(100);
    }

    @Test
    void aLoopMayCloseItself() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        loop.execute(() -> {
            loop.close();
            closed.countDown();
        });

        assertThat(closed.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInterruptDoesNotKeepTheThreadAwake() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        loop.execute(() -> thread.complete(Thread.currentThread()));
        Thread its = thread.get(WAIT_SECONDS, TimeUnit.SECONDS);
        its.interrupt();
        while (its.getState() != Thread.State.WAITING || its.isInterrupted()) {
            LockSupport.parkNanos(1_000);
        }
        settle();

        assertThat(its.isInterrupted()).isFalse();
    }

    private void giveAgain(CountDownLatch end) {
        if (end.getCount() > 0) {
            loop.execute(() -> giveAgain(end));
        }
    }

    private void scheduleAgain(CountDownLatch end) {
        if (end.getCount() > 0) {
            loop.schedule(0, () -> scheduleAgain(end));
        }
    }

    private void settle() throws Exception {
        CountDownLatch settled = new CountDownLatch(1);
        loop.execute(settled::countDown);
        assertThat(settled.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Afterwards;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CombinerTest {
    private final Combiner combiner = new Combiner();
    private final List<String> log = new ArrayList<>();

    @Test
    void aFreeLockRunsTheOperationAtOnceAndTellsOthersAfterwards() {
        combiner.submit(new Named("a"));

        assertThat(log).containsExactly("run a", "after a");
    }

    @Test
    void anOperationSubmittedUnderTheLockWaitsForItsRelease() {
        combiner.submit(
                new Named("outer") {
                    @Override
                    void run() {
                        combiner.submit(new Named("inner"));
                        super.run();
                    }
                });

        assertThat(log).containsExactly("run outer", "after outer", "run inner", "after inner");
    }

    @Test
    void whatIsPutOffDoesNotWaitForWhatOthersHaveLeft() {
        Afterwards.run(() ->
                combiner.submit(
                        new Named("outer") {
                            @Override
                            void run() {
                                combiner.submit(new Deferring("inner"));
                                super.run();
                            }

                            @Override
                            void after() {
                                super.after();
                                Afterwards.defer(() -> log.add("behind outer"));
                                combiner.submit(new Named("last"));
                            }
                        }));

        assertThat(log)
                .containsExactly(
                        "run outer",
                        "after outer",
                        "behind outer",
                        "run inner",
                        "run last",
                        "after inner",
                        "after last",
                        "behind inner");
    }

    @Test
    void whatIsNotReadyAnyMoreUnderTheLockWaits() {
        boolean[] open = {true};
        Named late =
                new Named("late") {
                    @Override
                    boolean ready() {
                        boolean was = open[0];
                        if (log.isEmpty()) {
                            combiner.submit(
                                    new Named("close") {
                                        @Override
                                        void run() {
                                            open[0] = false;
                                            super.run();
                                        }
                                    });
                        }
                        return was;
                    }
                };

        combiner.submit(late);
        assertThat(log).containsExactly("run close", "after close");

        open[0] = true;
        combiner.resume();
        assertThat(log).containsExactly("run close", "after close", "run late", "after late");
    }

    /// Replies to one connection are one write, whoever comes by.
    @Test
    void whatOthersHaveLeftIsToldInOnePieceOfWork() {
        Named slow = new Deferring("slow");
        slow.ready = false;
        combiner.submit(slow);
        combiner.submit(new Named("next"));

        slow.ready = true;
        combiner.resume();

        assertThat(log)
                .containsExactly("run slow", "run next", "after slow", "after next", "behind slow");
    }

    @Test
    void nothingOvertakesAnOperationThatIsNotReady() {
        Named slow = new Named("slow");
        slow.ready = false;
        combiner.submit(slow);
        combiner.submit(new Named("next"));
        assertThat(log).isEmpty();

        slow.ready = true;
        combiner.resume();

        assertThat(log).containsExactly("run slow", "run next", "after slow", "after next");
    }

    @Test
    void anOperationThatThrowsStopsNoOther() {
        Named slow = new Named("slow");
        slow.ready = false;
        combiner.submit(slow);
        combiner.submit(
                new Named("broken") {
                    @Override
                    void run() {
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    void failed(RuntimeException defect) {
                        log.add("failed " + defect.getMessage());
                    }

                    @Override
                    void after() {
                        throw new IllegalStateException("broken again");
                    }
                });
        combiner.submit(new Named("next"));

        slow.ready = true;
        combiner.resume();

        assertThat(log)
                .containsExactly(
                        "run slow", "failed broken", "run next", "after slow", "after next");
    }

    @Test
    void manyThreadsLoseNoOperationAndNeverRunTwoAtOnce() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        CountDownLatch start = new CountDownLatch(1);
        int[] unguarded = new int[1];
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread =
                    new Thread(() -> {
                        awaitUninterrupted(start);
                        for (int i = 0; i < each; i++) {
                            combiner.submit(new Count(unguarded));
                        }
                    });
            thread.start();
            running.add(thread);
        }

        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }

        assertThat(unguarded[0]).isEqualTo(threads * each);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Deferring extends Named {
        private final String name;

        Deferring(String name) {
            super(name);
            this.name = name;
        }

        @Override
        void after() {
            super.after();
            Afterwards.defer(() -> log.add("behind " + name));
        }
    }

    private class Named extends Combiner.Operation {
        private final String name;
        private boolean ready = true;

        Named(String name) {
            this.name = name;
        }

        @Override
        boolean ready() {
            return ready;
        }

        @Override
        void run() {
            log.add("run " + name);
        }

        @Override
        void after() {
            log.add("after " + name);
        }
    }

    private static final class Count extends Combiner.Operation {
        private final int[] counter;

        Count(int[] counter) {
            this.counter = counter;
        }

        @Override
        void run() {
            counter[0]++;
        }
    }
}

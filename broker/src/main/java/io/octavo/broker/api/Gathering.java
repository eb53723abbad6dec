package io.octavo.broker.api;

import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A reply that is made of many results, each of which comes in its own time.
final class Gathering {
    private Gathering() {}

    /// A reply that is settled when all stages are complete, on the thread that completes the last;
    /// at once when they are already.
    ///
    /// @param answer makes the response of the results, in the order of the stages
    static <T, R extends Response> Reply<R> reply(
            List<CompletionStage<T>> stages, Function<List<T>, R> answer) {
        List<CompletableFuture<T>> futures = new ArrayList<>(stages.size());
        stages.forEach(stage -> futures.add(stage.toCompletableFuture()));
        if (futures.stream().allMatch(CompletableFuture::isDone)) {
            return settled(futures, answer);
        }
        Later<R> later = new Later<>();
        AtomicInteger left = new AtomicInteger(futures.size());
        for (CompletionStage<T> stage : stages) {
            stage.whenComplete((result, fault) -> {
                if (left.decrementAndGet() == 0) {
                    later.settle(settled(futures, answer));
                }
            });
        }
        return later;
    }

    private static <T, R extends Response> Reply.Settled<R> settled(
            List<CompletableFuture<T>> futures, Function<List<T>, R> answer) {
        List<T> results = new ArrayList<>(futures.size());
        for (CompletableFuture<T> future : futures) {
            if (future.isCompletedExceptionally()) {
                return new Reply.Close<>("a part of the answer failed: " + future.exceptionNow());
            }
            results.add(future.join());
        }
        return new Reply.Now<>(answer.apply(results));
    }
}

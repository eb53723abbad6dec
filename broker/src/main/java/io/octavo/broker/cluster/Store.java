package io.octavo.broker.cluster;

import io.octavo.broker.cluster.Coordination.Applied;
import io.octavo.broker.cluster.Outcome.NoNode;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Outcome.Unknown;
import io.octavo.ports.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The [Coordination] store as the cluster uses it: everything comes back on the cluster's loop,
/// reads are repeated until they are answered, and a commit of unknown outcome is resolved by
/// reading back what it would have left (F-11). Belongs to the loop.
final class Store {
    /// Enough to keep any store busy, few enough to be queued anywhere.
    private static final int IN_FLIGHT_MAX = 256;

    private static final long RETRY_FIRST_MS = 20;
    private static final long RETRY_LAST_MS = 2_000;

    /// A commit that has not happened after so many attempts is given up: whoever asked may ask
    /// again.
    private static final int ATTEMPTS_MAX = 8;

    private final Coordination coordination;
    private final Loop loop;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean closed;

    Store(Coordination coordination, Loop loop) {
        this.coordination = coordination;
        this.loop = loop;
    }

    /// What a commit leaves behind when it has happened.
    ///
    /// @param path the node to look at
    /// @param shows whether what was read there is that
    record Proof(String path, Predicate<Outcome<StoreNode>> shows) {
        /// That there is a node, and it is such a one.
        static Proof of(String path, Predicate<StoreNode> such) {
            return new Proof(
                    path, read -> read instanceof Ok<StoreNode>(StoreNode node) && such.test(node));
        }

        /// That there is no node.
        static Proof gone(String path) {
            return new Proof(path, read -> read instanceof NoNode<StoreNode>);
        }
    }

    /// Reads a node: never `Unknown`.
    void read(String path, Consumer<Outcome<StoreNode>> then) {
        repeat(() -> coordination.read(path), RETRY_FIRST_MS, then);
    }

    /// Reads the names of a node's children: never `Unknown`.
    void children(String path, Consumer<Outcome<List<String>>> then) {
        repeat(() -> coordination.children(path), RETRY_FIRST_MS, then);
    }

    /// Commits. `Unknown` only when the store could not do it at all; then it has not happened and
    /// will not.
    void commit(List<StoreWrite> writes, Proof proof, Consumer<Outcome<Applied>> then) {
        attempt(writes, proof, 1, then);
    }

    void watch(Coordination.Watcher watcher) {
        coordination.watch(watcher);
    }

    /// Stops repeating: what waits for the store is never answered.
    void close() {
        closed = true;
    }

    private void attempt(
            List<StoreWrite> writes, Proof proof, int attempt, Consumer<Outcome<Applied>> then) {
        call(
                () -> coordination.commit(writes),
                outcome -> {
                    if (outcome instanceof Unknown<Applied>(String reason)) {
                        resolve(writes, proof, attempt, then, reason);
                    } else {
                        then.accept(outcome);
                    }
                });
    }

    /// After a sync the commit has happened or never will.
    private void resolve(
            List<StoreWrite> writes,
            Proof proof,
            int attempt,
            Consumer<Outcome<Applied>> then,
            String reason) {
        repeat(
                coordination::sync,
                RETRY_FIRST_MS,
                synced ->
                        read(
                                proof.path(),
                                found -> {
                                    if (proof.shows().test(found)) {
                                        then.accept(new Ok<>(Applied.APPLIED));
                                    } else if (attempt == ATTEMPTS_MAX) {
                                        then.accept(new Unknown<>(reason));
                                    } else {
                                        later(
                                                RETRY_FIRST_MS << attempt,
                                                () -> attempt(writes, proof, attempt + 1, then));
                                    }
                                }));
    }

    private <T> void repeat(
            Supplier<CompletionStage<Outcome<T>>> call, long delayMs, Consumer<Outcome<T>> then) {
        call(
                call,
                outcome -> {
                    if (outcome instanceof Unknown<T>) {
                        long next = Math.min(delayMs * 2, RETRY_LAST_MS);
                        later(delayMs, () -> repeat(call, next, then));
                    } else {
                        then.accept(outcome);
                    }
                });
    }

    private void later(long delayMs, Runnable task) {
        if (!closed) {
            loop.schedule(Math.min(delayMs, RETRY_LAST_MS), task);
        }
    }

    private <T> void call(Supplier<CompletionStage<Outcome<T>>> call, Consumer<Outcome<T>> then) {
        if (inFlight == IN_FLIGHT_MAX) {
            waiting.add(() -> call(call, then));
            return;
        }
        inFlight++;
        // On the loop again, as a task of its own: what it throws is told to the loop's owner, not
        // lost in a future.
        call.get()
                .whenComplete((outcome, fault) ->
                        loop.execute(() -> {
                            inFlight--;
                            Runnable next = waiting.poll();
                            if (next != null) {
                                next.run();
                            }
                            then.accept(outcome);
                        }));
    }
}

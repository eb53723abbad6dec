package io.octavo.broker.cluster;

import io.octavo.ports.Randomness;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A store whose answers get lost: a call answers `Unknown` now and then, as ZooKeeper's client
/// does when the connection breaks. A commit of unknown outcome has happened, never will, or
/// happens just before the next sync.
public final class UnsureCoordination implements Coordination {
    private static final int LATE_IN = 4;

    private final Coordination store;
    private final Randomness randomness;
    private final int lostIn;
    private final Deque<List<StoreWrite>> late = new ArrayDeque<>();
    private int lost;

    /// @param lostIn one in so many answers is lost
    public UnsureCoordination(Coordination store, Randomness randomness, int lostIn) {
        this.store = store;
        this.randomness = randomness;
        this.lostIn = lostIn;
    }

    /// How many answers were lost.
    public int lost() {
        return lost;
    }

    @Override
    public CompletionStage<Outcome<StoreNode>> read(String path) {
        arriveLate(LATE_IN);
        return perhaps(store.read(path));
    }

    @Override
    public CompletionStage<Outcome<List<String>>> children(String path) {
        return perhaps(store.children(path));
    }

    @Override
    public CompletionStage<Outcome<Applied>> commit(List<StoreWrite> writes) {
        arriveLate(LATE_IN);
        if (!isLost()) {
            return store.commit(writes);
        }
        switch (randomness.nextInt(3)) {
            case 0 -> {
                return store.commit(writes).thenApply(outcome -> unknown());
            }
            case 1 -> late.add(writes);
            default -> {}
        }
        return CompletableFuture.completedFuture(unknown());
    }

    @Override
    public CompletionStage<Outcome<Applied>> sync() {
        arriveLate(1);
        return perhaps(store.sync());
    }

    @Override
    public void watch(Watcher watcher) {
        store.watch(watcher);
    }

    @Override
    public void close() {
        store.close();
    }

    /// Lets each commit that is still on its way happen with one chance in `in`, in their order.
    private void arriveLate(int in) {
        while (!late.isEmpty() && randomness.nextInt(in) == 0) {
            CompletionStage<Outcome<Applied>> done = store.commit(late.remove());
            done.thenAccept(outcome -> {});
        }
    }

    private <T> CompletionStage<Outcome<T>> perhaps(CompletionStage<Outcome<T>> answer) {
        return isLost() ? answer.thenApply(outcome -> unknown()) : answer;
    }

    private boolean isLost() {
        if (randomness.nextInt(lostIn) != 0) {
            return false;
        }
        lost++;
        return true;
    }

    private static <T> Outcome<T> unknown() {
        return new Outcome.Unknown<>("the connection broke");
    }
}

package io.octavo.broker.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;

/// A store that counts what is asked of it.
public final class CountedCoordination implements Coordination {
    private final Coordination store;
    private int reads;
    private int commits;

    public CountedCoordination(Coordination store) {
        this.store = store;
    }

    /// How many nodes were read.
    public int reads() {
        return reads;
    }

    public int commits() {
        return commits;
    }

    @Override
    public CompletionStage<Outcome<StoreNode>> read(String path) {
        reads++;
        return store.read(path);
    }

    @Override
    public CompletionStage<Outcome<List<String>>> children(String path) {
        return store.children(path);
    }

    @Override
    public CompletionStage<Outcome<Applied>> commit(List<StoreWrite> writes) {
        commits++;
        return store.commit(writes);
    }

    @Override
    public CompletionStage<Outcome<Applied>> sync() {
        return store.sync();
    }

    @Override
    public void watch(Watcher watcher) {
        store.watch(watcher);
    }

    @Override
    public void close() {
        store.close();
    }
}

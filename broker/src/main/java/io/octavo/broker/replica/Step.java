package io.octavo.broker.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is done under a partition's lock, and whom it concerns: they are told when the lock is
/// released.
abstract class Step extends Combiner.Operation {
    final Partition partition;
    private boolean changed;
    private @Nullable List<Append> decided;

    Step(Partition partition) {
        this.partition = partition;
    }

    @Override
    boolean ready() {
        return partition.settled();
    }

    /// The partition's watchers are to be told.
    final void changes() {
        changed = true;
    }

    /// An append that waited is decided, its listener to be told.
    final void decides(Append append) {
        if (decided == null) {
            decided = new ArrayList<>();
        }
        decided.add(append);
    }

    @Override
    void after() {
        if (decided != null) {
            for (Append append : decided) {
                append.announce();
            }
        }
        if (changed) {
            partition.tellWatchers();
        }
    }
}

package io.octavo.broker.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is done under a partition's lock, and whom it concerns: they are told when the lock is
/// released.
abstract class Step extends Combiner.Operation {
    final Partition partition;
    private boolean changed;
    private @Nullable List<Awaiting> decided;

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

    /// What has waited is decided, and is to tell of it.
    final void decides(Awaiting one) {
        if (decided == null) {
            decided = new ArrayList<>();
        }
        decided.add(one);
    }

    @Override
    void after() {
        if (decided != null) {
            for (Awaiting one : decided) {
                one.announce();
            }
        }
        if (changed) {
            partition.tellWatchers();
        }
    }
}

package io.octavo.broker.cluster;

import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.broker.cluster.Store.Proof;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;

/// Removes the nodes of a topic that nobody needs any more: one that was deleted and whose
/// directories are gone, or one whose creator went away before it was complete. Belongs to the
/// cluster's loop; used once. Whatever somebody else has removed already is fine.
final class TopicPurge {
    /// Each round that is not the last one removes what it found; a topic that still cannot be
    /// removed is left for the next start.
    private static final int ROUNDS_MAX = 4_000;

    private final Cluster cluster;
    private final Uuid id;
    private final Runnable then;

    TopicPurge(Cluster cluster, Uuid id, Runnable then) {
        this.cluster = cluster;
        this.id = id;
        this.then = then;
    }

    void begin() {
        round(1);
    }

    private void round(int number) {
        cluster.store()
                .children(
                        StorePaths.partitions(id),
                        outcome -> {
                            if (number < ROUNDS_MAX
                                    && outcome instanceof Ok<List<String>>(List<String> names)) {
                                remove(names, number);
                            } else {
                                cluster.rereadTopic(id, then);
                            }
                        });
    }

    private void remove(List<String> names, int number) {
        List<StoreWrite> writes = new ArrayList<>();
        int end = Math.min(names.size(), Coordination.COMMIT_WRITES_MAX - 2);
        for (String name : names.subList(0, end)) {
            writes.add(delete(StorePaths.partitions(id) + "/" + name));
        }
        if (end == names.size()) {
            writes.add(delete(StorePaths.partitions(id)));
            writes.add(delete(StorePaths.topic(id)));
        }
        Proof gone = Proof.gone(writes.getLast().path());
        cluster.store().commit(writes, gone, outcome -> round(number + 1));
    }

    private static StoreWrite delete(String path) {
        return new StoreWrite.Delete(path, StoreWrite.ANY_VERSION);
    }
}

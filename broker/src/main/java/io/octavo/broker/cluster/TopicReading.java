package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.ClusterState.TopicState;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one topic with its partitions from the store, as far as it is not known. Belongs to the
/// cluster's loop; used once.
final class TopicReading {
    /// A topic that loses a partition while it is read is being deleted, and its node says so when
    /// read again.
    private static final int ATTEMPTS_MAX = 5;

    private final Store store;
    private final SharedLists lists;
    private final Uuid id;
    private final Consumer<@Nullable TopicEntry> then;
    private @Nullable TopicEntry known;
    private Stale stale;
    private int attempt = 1;

    /// @param known the topic as it was read before; null when it was not
    /// @param stale what of that is not to be relied on
    /// @param then given the topic; null when there is none
    TopicReading(
            Store store,
            SharedLists lists,
            Uuid id,
            @Nullable TopicEntry known,
            Stale stale,
            Consumer<@Nullable TopicEntry> then) {
        this.store = store;
        this.lists = lists;
        this.id = id;
        this.known = known;
        this.stale = stale;
        this.then = then;
    }

    void begin() {
        TopicEntry before = known;
        if (before == null || stale.node()) {
            readNode();
        } else {
            readPartitions(before.node(), before.version());
        }
    }

    private void readNode() {
        store.read(
                StorePaths.topic(id),
                outcome -> {
                    if (outcome instanceof Ok<StoreNode>(StoreNode stored)) {
                        TopicNode node = StoreValues.decode(stored, TopicNode::read);
                        readPartitions(node, stored.version());
                    } else {
                        then.accept(null);
                    }
                });
    }

    private void readPartitions(TopicNode node, int version) {
        boolean creating = TopicState.of(node.state()) == TopicState.CREATING;
        @Nullable PartitionState[] found =
                new PartitionState[creating ? 0 : Math.max(node.partitions(), 0)];
        List<Integer> wanted = wanted(found);
        Countdown all = new Countdown(wanted.size(), () -> finish(node, version, found));
        for (int index : wanted) {
            store.read(
                    StorePaths.partition(id, index),
                    outcome -> {
                        if (outcome instanceof Ok<StoreNode>(StoreNode stored)) {
                            found[index] = StoreValues.partition(index, stored, lists);
                        }
                        all.down();
                    });
        }
    }

    /// Puts what is known into `found`, by index.
    ///
    /// @return the partitions to be read; of a topic that was being deleted already, what was not
    ///   there any more is none of them
    private List<Integer> wanted(@Nullable PartitionState[] found) {
        TopicEntry before = known;
        List<Integer> wanted = new ArrayList<>();
        boolean shrinking = before != null && before.state() == TopicState.DELETING;
        if (before != null) {
            for (PartitionState partition : before.partitions()) {
                int index = partition.index();
                if (index < found.length) {
                    found[index] = partition;
                }
            }
        }
        for (int index = 0; index < found.length; index++) {
            if (stale.partition(index) || (found[index] == null && !shrinking)) {
                found[index] = null;
                wanted.add(index);
            }
        }
        return wanted;
    }

    private void finish(TopicNode node, int version, @Nullable PartitionState[] found) {
        List<PartitionState> partitions = new ArrayList<>(found.length);
        for (PartitionState partition : found) {
            if (partition != null) {
                partitions.add(partition);
            }
        }
        if (partitions.size() == found.length
                || TopicState.of(node.state()) == TopicState.DELETING) {
            then.accept(new TopicEntry(node, version, partitions));
        } else if (attempt < ATTEMPTS_MAX) {
            attempt++;
            known = null;
            stale = Stale.everything();
            begin();
        } else {
            throw new IllegalStateException(
                    "topic "
                            + node.name()
                            + " has "
                            + found.length
                            + " partitions, but nodes for "
                            + partitions.size());
        }
    }
}

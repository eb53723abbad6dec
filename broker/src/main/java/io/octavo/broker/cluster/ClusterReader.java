package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.ConfigEntry;
import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.ClusterState.TopicState;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads what belongs together from the store. Belongs to the cluster's loop.
final class ClusterReader {
    /// A topic that loses a partition while it is read is being deleted, and its node says so when
    /// read again.
    private static final int ATTEMPTS_MAX = 5;

    private final Store store;

    ClusterReader(Store store) {
        this.store = store;
    }

    /// The registered brokers, by id.
    void brokers(Consumer<Map<Integer, Broker>> then) {
        names(
                StorePaths.BROKER_IDS,
                names -> {
                    Map<Integer, Broker> brokers = new TreeMap<>();
                    Countdown all = new Countdown(names.size(), () -> then.accept(brokers));
                    for (String name : names) {
                        int id = Integer.parseInt(name);
                        store.read(
                                StorePaths.broker(id),
                                outcome -> {
                                    if (outcome instanceof Ok<StoreNode>(StoreNode node)) {
                                        brokers.put(id, StoreValues.broker(id, node));
                                    }
                                    all.down();
                                });
                    }
                });
    }

    /// The ids of all topics, whatever their state.
    void topicIds(Consumer<List<Uuid>> then) {
        names(StorePaths.TOPICS, names -> then.accept(names.stream().map(Uuid::parse).toList()));
    }

    /// A topic with its partitions; null when there is none.
    void topic(Uuid id, Consumer<@Nullable TopicEntry> then) {
        topic(id, 1, then);
    }

    /// The settings of a node that may not be there.
    void configs(String path, Consumer<ConfigEntry> then) {
        store.read(
                path,
                outcome ->
                        then.accept(
                                outcome instanceof Ok<StoreNode>(StoreNode node)
                                        ? new ConfigEntry(StoreValues.configs(node), node.version())
                                        : ConfigEntry.NONE));
    }

    private void topic(Uuid id, int attempt, Consumer<@Nullable TopicEntry> then) {
        store.read(
                StorePaths.topic(id),
                outcome -> {
                    if (!(outcome instanceof Ok<StoreNode>(StoreNode stored))) {
                        then.accept(null);
                        return;
                    }
                    TopicNode node = StoreValues.decode(stored, TopicNode::read);
                    int count =
                            TopicState.of(node.state()) == TopicState.CREATING
                                    ? 0
                                    : node.partitions();
                    partitions(
                            id,
                            count,
                            found -> {
                                if (found.size() == count
                                        || TopicState.of(node.state()) == TopicState.DELETING) {
                                    then.accept(new TopicEntry(node, stored.version(), found));
                                } else if (attempt < ATTEMPTS_MAX) {
                                    topic(id, attempt + 1, then);
                                } else {
                                    throw new IllegalStateException(
                                            "topic "
                                                    + node.name()
                                                    + " has "
                                                    + count
                                                    + " partitions, but nodes for "
                                                    + found.size());
                                }
                            });
                });
    }

    /// Those of the first `count` partitions that have a node, by index.
    private void partitions(Uuid id, int count, Consumer<List<PartitionState>> then) {
        TreeMap<Integer, PartitionState> found = new TreeMap<>();
        Countdown all = new Countdown(count, () -> then.accept(new ArrayList<>(found.values())));
        for (int i = 0; i < count; i++) {
            int index = i;
            store.read(
                    StorePaths.partition(id, index),
                    outcome -> {
                        if (outcome instanceof Ok<StoreNode>(StoreNode node)) {
                            found.put(index, StoreValues.partition(index, node));
                        }
                        all.down();
                    });
        }
    }

    private void names(String path, Consumer<List<String>> then) {
        store.children(
                path,
                outcome ->
                        then.accept(
                                outcome instanceof Ok<List<String>>(List<String> names)
                                        ? names
                                        : List.of()));
    }
}

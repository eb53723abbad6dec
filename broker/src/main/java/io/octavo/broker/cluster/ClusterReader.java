package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.ConfigEntry;
import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.Outcome.Ok;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads what belongs together from the store. Belongs to the cluster's loop.
final class ClusterReader {
    private final Store store;
    private final SharedLists lists = new SharedLists();

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

    /// A topic with its partitions; see [TopicReading].
    void topic(
            Uuid id, @Nullable TopicEntry known, Stale stale, Consumer<@Nullable TopicEntry> then) {
        new TopicReading(store, lists, id, known, stale, then).begin();
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

    /// What groups have set for themselves, by their ids.
    void groupConfigs(Consumer<Map<String, Map<String, String>>> then) {
        names(
                StorePaths.GROUP_CONFIGS,
                names -> {
                    Map<String, Map<String, String>> groups = new TreeMap<>();
                    Countdown all = new Countdown(names.size(), () -> then.accept(groups));
                    for (String name : names) {
                        String id = StorePaths.groupNamed(name);
                        configs(
                                StorePaths.groupConfig(id),
                                entry -> {
                                    groups.put(id, entry.configs());
                                    all.down();
                                });
                    }
                });
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

package io.octavo.broker.replica;

import io.octavo.broker.cluster.ClusterChange;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogConfig;
import io.octavo.log.Relocation;
import io.octavo.ports.Clock;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every partition this broker holds, kept in step with the cluster's view. Look-ups may come from
/// any thread; changes come on the cluster's loop.
public final class PartitionTable implements ClusterChange.Listener {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionTable.class);

    private final int brokerId;
    private final Homes homes;
    private final Moves moves;
    private final LiveConfig config;
    private final Consumer<Uuid> purged;
    private final Map<String, HostedTopic> byName = new ConcurrentHashMap<>();
    private final Map<Uuid, HostedTopic> byId = new ConcurrentHashMap<>();
    private final Map<Storage, Sweep> sweeps = new ConcurrentHashMap<>();

    /// @param storages one for each data directory
    /// @param purged told the id of a deleted topic of which nothing is left here
    /// @throws IOException when a data directory cannot be read
    public PartitionTable(
            List<Storage> storages, LiveConfig config, Clock clock, Consumer<Uuid> purged)
            throws IOException {
        brokerId = config.current().brokerId();
        homes = new Homes(storages, path -> config.current().isCordoned(path));
        moves = new Moves(homes, new Pace(clock, () -> config.current().moveBytesPerSecond()));
        this.config = config;
        this.purged = purged;
    }

    /// The topic called `name`; null when there is none.
    public @Nullable HostedTopic topic(String name) {
        return byName.get(name);
    }

    /// The topic with the id; null when there is none.
    public @Nullable HostedTopic topic(Uuid id) {
        return byId.get(id);
    }

    /// The topics of which this broker holds partitions.
    public Collection<HostedTopic> topics() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /// Whether no new partition is made in a data directory.
    public boolean isCordoned(DataDirectory directory) {
        return config.current().isCordoned(Homes.path(directory));
    }

    /// The data directories, as configured.
    public List<DataDirectory> directories() {
        return homes.directories();
    }

    /// Has the log of a partition moved to another data directory (KIP-113).
    ///
    /// @param path absolute
    /// @return `NONE` when it is there or on its way; `LOG_DIR_NOT_FOUND`, `KAFKA_STORAGE_ERROR`,
    ///   `UNKNOWN_TOPIC_OR_PARTITION`, `REPLICA_NOT_AVAILABLE`
    public ErrorCode move(String topic, int index, Path path) {
        Storage to = homes.at(path);
        if (to == null) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        }
        HostedTopic hosted = byName.get(topic);
        if (hosted == null || !hosted.has(index)) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        Partition partition = hosted.partition(index);
        if (partition == null) {
            return ErrorCode.REPLICA_NOT_AVAILABLE;
        }
        if (moves.canMove(partition, to)) {
            forgetEarlierMove(partition);
        }
        return moves.move(partition, to);
    }

    /// What the last run did not end is not gone on with: it was ordered before.
    private void forgetEarlierMove(Partition partition) {
        for (Storage storage : homes.storages()) {
            Relocation.Place place =
                    storage.directory().partitions().takeGathered(partition.toString());
            if (place != null) {
                storage.worker().execute(place::giveUp);
            }
        }
    }

    /// Begins the moves to a data directory again that the last run did not end, when there is room
    /// for them; to be called now and then, once the partitions are known.
    public void resumeMoves(DataDirectory to) {
        Map<String, Relocation.Place> gathered = to.partitions().takeGathered();
        for (Partition partition : gathered.isEmpty() ? List.<Partition>of() : all()) {
            Relocation.Place place = gathered.remove(partition.toString());
            if (place != null) {
                LOGGER.info("{} moves on to {}", partition, to.root());
                moves.resume(partition, homes.of(to), place);
            }
        }
        // Of topics that are gone.
        gathered.values().forEach(place -> homes.of(to).worker().execute(place::giveUp));
    }

    /// Whether the log of a partition is here, in a data directory that has failed.
    public boolean isOffline(Uuid topicId, int index) {
        HostedTopic hosted = byId.get(topicId);
        Partition partition = hosted != null && hosted.has(index) ? hosted.partition(index) : null;
        return partition != null && partition.directory().failure() != null;
    }

    /// The copy that will replace a partition's log; null when it is not being moved.
    public @Nullable FutureLog future(Partition partition) {
        return moves.future(partition);
    }

    @Override
    public void changed(ClusterChange change) {
        boolean atStart = change.before().brokers().isEmpty();
        ClusterView after = change.after();
        for (Uuid id : change.topics()) {
            Topic topic = after.topic(id);
            if (topic == null) {
                drop(id, after);
            }
        }
        for (Uuid id : change.topics()) {
            Topic topic = after.topic(id);
            if (topic != null) {
                hold(topic, atStart);
            }
        }
    }

    /// Forgets the producers that have been silent for long; to be called now and then.
    ///
    /// @param nowNanos monotonic
    public void expireProducers(long nowNanos) {
        for (HostedTopic topic : byId.values()) {
            for (Partition partition : topic.held()) {
                partition.expireProducers(nowNanos);
            }
        }
    }

    /// Every partition held now.
    List<Partition> all() {
        List<Partition> all = new ArrayList<>();
        for (HostedTopic topic : byId.values()) {
            all.addAll(topic.held());
        }
        return all;
    }

    /// Has a log opened that nobody has asked for, because there is something to be noted in it.
    ///
    /// @param name `<topic>-<partition>`
    public void open(String name) {
        String topicName = name.substring(0, name.lastIndexOf('-'));
        for (HostedTopic topic : byId.values()) {
            if (topic.name().equals(topicName)) {
                topic.held().stream()
                        .filter(partition -> partition.toString().equals(name))
                        .forEach(Partition::log);
            }
        }
    }

    /// Ends service of the partitions whose logs are in a directory that has failed.
    public void offline(DataDirectory directory, IOException failure) {
        for (HostedTopic topic : byId.values()) {
            for (Partition partition : topic.held()) {
                if (partition.directory() == directory) {
                    partition.offline(failure);
                }
            }
        }
    }

    /// Begins to take directories out of the way that belong to no topic; to be called once, when
    /// the cluster's view is complete.
    public void setAsideUnknown(Supplier<ClusterView> view) {
        for (Storage storage : homes.storages()) {
            storage.worker()
                    .execute(() -> {
                        try {
                            storage.directory()
                                    .partitions()
                                    .setAsideUnknown(() -> known(view.get()));
                            storage.directory().partitions().forceNames();
                        } catch (IOException failure) {
                            LOGGER.warn(
                                    "directories of no topic stay in {}",
                                    storage.directory().root(),
                                    failure);
                        }
                    });
        }
    }

    /// Whether a directory is one of a topic that exists, or that is being deleted.
    private static Predicate<String> known(ClusterView view) {
        Set<String> deleting = new HashSet<>();
        view.deleting().values().forEach(topic -> deleting.add(topic.name()));
        return name -> {
            int dash = name.lastIndexOf('-');
            String topicName = name.substring(0, dash);
            Topic topic = view.topic(topicName);
            return deleting.contains(topicName)
                    || (topic != null && hasPartition(topic, name.substring(dash + 1)));
        };
    }

    private static boolean hasPartition(Topic topic, String number) {
        for (PartitionState state : topic.partitions()) {
            if (Integer.toString(state.index()).equals(number)) {
                return true;
            }
        }
        return false;
    }

    /// Begins to let records go that have expired; to be called now and then.
    ///
    /// @param nowMs the wall clock's time
    public void expireRecords(long nowMs) {
        Map<Storage, List<Partition>> byStorage = new HashMap<>();
        for (Partition partition : all()) {
            byStorage.computeIfAbsent(partition.storage(), _ -> new ArrayList<>()).add(partition);
        }
        byStorage.forEach((storage, all) -> sweep(storage).expire(all, nowMs));
    }

    /// Begins to remove what was deleted from a data directory, as far as the last checkpoint knows
    /// of it; to be called after each.
    public void removeDeleted(DataDirectory directory) {
        sweep(homes.of(directory)).remove();
    }

    private Sweep sweep(Storage storage) {
        return sweeps.computeIfAbsent(storage, Sweep::new);
    }

    /// Ends service: every parked request is answered, and none appends from now on. Logs stay open
    /// for their directory's clean stop.
    public void stop() {
        for (HostedTopic topic : byId.values()) {
            leave(topic, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        moves.stop();
    }

    /// @param existed whether the topic is older than this run
    private void hold(Topic topic, boolean existed) {
        Admission admission = new Admission(topic.config(), config.current().validateRecords());
        HostedTopic hosted = byId.get(topic.id());
        boolean added = hosted == null;
        if (hosted == null) {
            hosted = new HostedTopic(topic, admission);
        }
        LogConfig logConfig = logConfig(topic.config());
        @Nullable Partition[] known = hosted.partitions();
        @Nullable Partition[] held = new Partition[topic.partitions().size()];
        Map<Role, Role> roles = new HashMap<>();
        for (PartitionState state : topic.partitions()) {
            int index = state.index();
            Partition partition = index < known.length ? known[index] : null;
            Role role = Role.of(state, brokerId, topic.config().insyncReplicasMin());
            role = roles.computeIfAbsent(role, same -> same);
            if (partition != null) {
                partition.follow(role, logConfig);
            } else if (state.hasReplica(brokerId)) {
                partition =
                        new Partition(
                                topic,
                                index,
                                role,
                                logConfig,
                                homes.of(name(topic, index), topic.id(), existed));
            }
            held[index] = partition;
        }
        hosted.follow(topic, admission, held);
        if (added) {
            byId.put(topic.id(), hosted);
            byName.put(topic.name(), hosted);
        }
    }

    private void drop(Uuid id, ClusterView after) {
        HostedTopic hosted = byId.remove(id);
        Topic deleting = after.deleting().get(id);
        if (hosted != null) {
            byName.remove(hosted.name(), hosted);
        }
        if (deleting == null) {
            if (hosted != null) {
                leave(hosted, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            }
            return;
        }
        List<Partition> doomed = hosted == null ? leftOver(deleting, after) : hosted.held();
        // What an earlier run has removed may have been anywhere.
        Set<Storage> concerned = ConcurrentHashMap.newKeySet();
        concerned.addAll(hosted == null ? homes.storages() : Set.of());
        Countdown removed = new Countdown(doomed.size() + 1, () -> purge(id, concerned));
        for (Partition partition : doomed) {
            forgetEarlierMove(partition);
            moves.cancel(partition);
            partition.delete(() -> {
                concerned.add(partition.storage());
                homes.forget(partition.toString(), partition.storage());
                removed.down();
            });
        }
        removed.down();
    }

    /// Lets a deleted topic be forgotten once no power cut brings its directories back. Each data
    /// directory is forced by its own worker.
    private void purge(Uuid id, Set<Storage> concerned) {
        if (concerned.isEmpty()) {
            concerned.add(homes.storages().getFirst());
        }
        Countdown forced = new Countdown(concerned.size(), () -> purged.accept(id));
        for (Storage storage : concerned) {
            storage.worker()
                    .execute(() -> {
                        try {
                            // What comes back with one that failed is no topic's, and is set aside
                            // then.
                            if (storage.directory().failure() == null) {
                                storage.directory().partitions().forceNames();
                            }
                            forced.down();
                        } catch (IOException failure) {
                            LOGGER.error(
                                    "the end of topic {} is left to the next start", id, failure);
                        }
                    });
        }
    }

    /// What an earlier run has not removed. A directory whose name a newer topic has taken is left
    /// to that topic, which sets it aside.
    private List<Partition> leftOver(Topic topic, ClusterView after) {
        List<Partition> found = new ArrayList<>();
        if (after.topic(topic.name()) != null) {
            return found;
        }
        LogConfig logConfig = logConfig(topic.config());
        for (PartitionState state : topic.partitions()) {
            String name = name(topic, state.index());
            if (homes.knows(name)) {
                Role role = Role.of(state, brokerId, 1);
                found.add(
                        new Partition(
                                topic,
                                state.index(),
                                role,
                                logConfig,
                                homes.of(name, topic.id(), true)));
            }
        }
        return found;
    }

    private static void leave(HostedTopic topic, ErrorCode error) {
        for (Partition partition : topic.held()) {
            partition.leave(error);
        }
    }

    private LogConfig logConfig(TopicConfig topic) {
        return LogSettings.of(topic, config.current().producerExpirationMs());
    }

    private static String name(Topic topic, int index) {
        return topic.name() + "-" + index;
    }
}

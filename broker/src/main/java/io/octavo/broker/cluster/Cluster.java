package io.octavo.broker.cluster;

import io.octavo.broker.cluster.ClusterState.TopicEntry;
import io.octavo.broker.cluster.Coordination.SessionEvent;
import io.octavo.broker.config.LiveConfig;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// This broker's place in the cluster: registers it, reads what the store has, proposes it as the
/// leader where it may be it, and publishes a [ClusterView] after every change. Everything runs on
/// one loop; [#view()] may be read by any thread.
///
/// ```
/// change notice ─┐
/// own commit ────┼─> dirty: what to read again ─> read ─> publish the step ─> who asked is answered
/// reconnected ───┘                  ^                         │
///                                   └── elections won <── propose
/// ```
///
/// What is cached follows from reads alone; a notice only says what to read again (F-10). One round
/// of reading runs at a time; what becomes dirty meanwhile is the next one.
public final class Cluster implements AutoCloseable {
    private final Loop loop;
    private final LiveConfig config;
    private final Randomness randomness;
    private final Store store;
    private final ClusterReader reader;
    private final ClusterState state = new ClusterState();
    private final Proposals proposals;
    private final List<ClusterChange.Listener> listeners = new ArrayList<>();

    private Dirty dirty = new Dirty();
    private boolean reading;

    private boolean everythingRead;
    private boolean started;
    private @Nullable CompletableFuture<Verdict<ClusterView>> starting;
    private @Nullable Registration self;
    private volatile ClusterView view =
            new ClusterView(
                    "",
                    Collections.emptyNavigableMap(),
                    Collections.emptyNavigableMap(),
                    Map.of(),
                    Map.of());

    /// @param coordination closed by whoever made it
    /// @param loop where everything runs; it may be that of the store
    public Cluster(Coordination coordination, Loop loop, LiveConfig config, Randomness randomness) {
        this.loop = loop;
        this.config = config;
        this.randomness = randomness;
        store = new Store(coordination, loop);
        reader = new ClusterReader(store);
        proposals = new Proposals(this, config, this::proposed);
    }

    /// Registers this broker, reads everything and has a leader elected wherever this broker may be
    /// it. Listeners that were added before are told of the whole content as one step from the
    /// empty view.
    ///
    /// @return the first complete view, or why there is none
    public CompletionStage<Verdict<ClusterView>> start(Registration registration) {
        CompletableFuture<Verdict<ClusterView>> answer = new CompletableFuture<>();
        loop.execute(() -> {
            self = registration;
            starting = answer;
            store.watch(new Notices());
            join(registration);
        });
        return answer;
    }

    /// The cluster as last read.
    public ClusterView view() {
        return view;
    }

    /// Has each leader of a log that was adopted begin above the epochs it has. Call before
    /// [#start].
    ///
    /// @param lastEpochs by `<topic>-<partition>`
    public void adopted(Map<String, Integer> lastEpochs) {
        proposals.adopted(lastEpochs);
    }

    /// Has `listener` told of every later step. Call before [#start].
    public void listen(ClusterChange.Listener listener) {
        listeners.add(listener);
    }

    /// Stops: what waits for the store is never answered.
    @Override
    public void close() {
        loop.execute(store::close);
    }

    Loop loop() {
        return loop;
    }

    Store store() {
        return store;
    }

    ClusterReader reader() {
        return reader;
    }

    ClusterState state() {
        return state;
    }

    /// A number by which a write of this broker is known again.
    long nonce() {
        return randomness.nextLong();
    }

    /// The number of this broker.
    int brokerId() {
        Registration known = self;
        return known == null ? config.current().brokerId() : known.brokerId();
    }

    /// Reads a topic's node again, and what partitions it says are new, and publishes it. On the
    /// loop.
    void rereadTopic(Uuid id, Runnable then) {
        dirty.topic(id).addNode();
        reread(then);
    }

    /// Reads the settings altered at run time again and lets them take effect. On the loop.
    void rereadConfigs(Runnable then) {
        dirty.configs = true;
        reread(then);
    }

    /// Reads what a group has set for itself again and lets it take effect. On the loop.
    void rereadGroup(String id, Runnable then) {
        dirty.groups.add(id);
        reread(then);
    }

    private void join(Registration registration) {
        new Joining(store, registration, randomness, this::joined).begin();
    }

    private void joined(Joining.Result result) {
        switch (result) {
            case Joining.Result.Joined(String clusterId) -> {
                state.clusterId(clusterId);
                rereadEverything();
            }
            case Joining.Result.Refused(String reason) -> {
                if (starting == null) {
                    throw new IllegalStateException("lost the place in the cluster: " + reason);
                }
                starting.complete(new Verdict.Refused<>(ErrorCode.BROKER_NOT_AVAILABLE, reason));
            }
        }
    }

    private void rereadEverything() {
        dirty.allTopics = true;
        dirty.brokers = true;
        dirty.configs = true;
        dirty.allGroups = true;
        reread();
    }

    private void reread(Runnable then) {
        dirty.waiting.add(then);
        reread();
    }

    private void reread() {
        if (!reading) {
            reading = true;
            loop.execute(this::readDirty);
        }
    }

    private void readDirty() {
        Dirty round = dirty;
        dirty = new Dirty();
        if (round.allTopics) {
            reader.topicIds(ids -> {
                ids.forEach(id -> round.topic(id).addEverything());
                state.topics().forEach(id -> round.topic(id).addEverything());
                read(round);
            });
        } else {
            read(round);
        }
    }

    private void read(Dirty round) {
        Countdown all = new Countdown(round.topics.size() + 3, () -> finish(round));
        round.topics.forEach((id, stale) ->
                reader.topic(
                        id,
                        state.topic(id),
                        stale,
                        entry -> {
                            state.topic(id, entry);
                            all.down();
                        }));
        if (round.brokers) {
            reader.brokers(read -> {
                state.brokers(read);
                all.down();
            });
        } else {
            all.down();
        }
        if (round.configs) {
            readConfigs(all);
        } else {
            all.down();
        }
        readGroups(round, all);
    }

    private void readConfigs(Countdown all) {
        reader.configs(
                StorePaths.DEFAULT_CONFIG,
                defaults ->
                        reader.configs(
                                StorePaths.brokerConfig(brokerId()),
                                own -> {
                                    config.alter(defaults.configs(), own.configs());
                                    all.down();
                                }));
    }

    private void readGroups(Dirty round, Countdown all) {
        if (round.allGroups) {
            reader.groupConfigs(groups -> {
                config.alterGroups(groups);
                all.down();
            });
            return;
        }
        Map<String, Map<String, String>> read = new HashMap<>();
        Countdown each =
                new Countdown(
                        round.groups.size(),
                        () -> {
                            config.alterSomeGroups(read);
                            all.down();
                        });
        round.groups.forEach(id ->
                reader.configs(
                        StorePaths.groupConfig(id),
                        entry -> {
                            read.put(id, entry.configs());
                            each.down();
                        }));
    }

    private void finish(Dirty round) {
        everythingRead |= round.allTopics;
        proposals.haveShown(round.proposed);
        Set<Uuid> touched = round.brokers ? Set.copyOf(state.topics()) : round.topics.keySet();
        proposals.propose(touched);
        sweep(touched);
        if (started) {
            publish(round.configs);
        }
        reading = false;
        round.waiting.forEach(Runnable::run);
        if (!dirty.isEmpty()) {
            reread();
        } else if (!started && everythingRead && proposals.isEmpty() && starting != null) {
            started = true;
            publish(true);
            starting.complete(new Verdict.Done<>(view));
        }
    }

    private void publish(boolean configChanged) {
        ClusterChange change = state.step(view, config.current(), configChanged);
        view = change.after();
        if (!change.topics().isEmpty() || change.brokersChanged()) {
            listeners.forEach(listener -> listener.changed(change));
        }
    }

    /// Removes what is left of topics whose creator went away before they were complete.
    private void sweep(Set<Uuid> topics) {
        for (Uuid id : topics) {
            TopicEntry entry = state.topic(id);
            if (entry != null && entry.state() == ClusterState.TopicState.CREATING) {
                Broker creator = state.brokers().get(entry.node().creator());
                if (creator == null || creator.incarnation() != entry.node().creatorIncarnation()) {
                    new TopicPurge(this, id, () -> {}).begin();
                }
            }
        }
    }

    private void proposed(Uuid topic, Stale stale) {
        dirty.proposed.add(topic);
        dirty.topic(topic).addAll(stale);
        reread();
    }

    /// What is to be read again, for which topics that shows what came of proposals, and who waits.
    private static final class Dirty {
        private final Map<Uuid, Stale> topics = new LinkedHashMap<>();
        private final Set<Uuid> proposed = new HashSet<>();
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean allTopics;
        private boolean brokers;
        private boolean configs;
        private final Set<String> groups = new HashSet<>();
        private boolean allGroups;

        Stale topic(Uuid id) {
            return topics.computeIfAbsent(id, _ -> new Stale());
        }

        boolean isEmpty() {
            return topics.isEmpty()
                    && waiting.isEmpty()
                    && groups.isEmpty()
                    && !allTopics
                    && !brokers
                    && !configs
                    && !allGroups;
        }
    }

    /// Turns notices of the store, which come on its own loop, into what is to be read again.
    private final class Notices implements Coordination.Watcher {
        @Override
        public void changed(String path) {
            // The local store has the same loop, and tells of each of thousands of nodes.
            if (loop.inLoop()) {
                note(path);
            } else {
                loop.execute(() -> note(path));
            }
        }

        @Override
        public void session(SessionEvent event) {
            switch (event) {
                case DISCONNECTED -> {}
                case RECONNECTED -> loop.execute(Cluster.this::rereadEverything);
                case EXPIRED -> loop.execute(this::joinAgain);
            }
        }

        private void joinAgain() {
            if (self != null) {
                join(self);
            }
        }

        private void note(String path) {
            Uuid topic = StorePaths.topicOf(path);
            if (topic != null) {
                note(topic, StorePaths.partitionOf(path));
            } else if (path.startsWith(StorePaths.BROKER_IDS)) {
                dirty.brokers = true;
                reread();
            } else if (path.startsWith(StorePaths.BROKER_CONFIGS)) {
                dirty.configs = true;
                reread();
            } else {
                String group = StorePaths.groupOf(path);
                if (group != null) {
                    dirty.groups.add(group);
                    reread();
                }
            }
        }

        private void note(Uuid topic, int partition) {
            Stale waiting = proposals.held(topic);
            Stale stale = waiting == null ? dirty.topic(topic) : waiting;
            if (partition < 0) {
                stale.addNode();
            } else {
                stale.addPartition(partition);
            }
            if (waiting == null) {
                reread();
            }
        }
    }
}

package io.octavo.broker.replica;

import io.octavo.broker.cluster.Broker;
import io.octavo.broker.cluster.ClusterChange;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Member;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.broker.config.ListenerAddress;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.log.LogFiles;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The partitions of one broker over real logs in a directory, with the cluster's part played by
/// the test. Its worker and its syncer run when told. Topics are not forced (`durability=os`),
/// unless their settings or the broker's say so.
public final class TestBroker implements AutoCloseable {
    /// The broker's own id.
    public static final int ID = 1;

    private static final int REMOVALS = 20;

    private static final int OTHER = 2;
    private static final Uuid DIRECTORY = new Uuid(7, 7);

    private final ManualClock clock = new ManualClock();
    private final ManualLoop worker = new ManualLoop(clock);
    private final ManualLoop syncer = new ManualLoop(clock);
    private final List<Uuid> purged = new ArrayList<>();
    private final GivenUp givenUp = new GivenUp();
    private final LiveConfig config;
    private final List<DataDirectory> directories = new ArrayList<>();
    private final PartitionTable partitions;
    private ClusterView view = view(Map.of(), Map.of());
    private long ids = 1;

    public TestBroker(Path root) throws IOException {
        this(root, LogFiles.system(), Map.of());
    }

    public TestBroker(Path root, Map<String, String> settings) throws IOException {
        this(root, LogFiles.system(), settings);
    }

    public TestBroker(Path root, LogFiles files, Map<String, String> settings) throws IOException {
        this(List.of(root), files, settings);
    }

    /// With several data directories.
    public TestBroker(List<Path> roots, LogFiles files, Map<String, String> settings)
            throws IOException {
        config = new LiveConfig(load(settings));
        List<Storage> storages = new ArrayList<>();
        for (Path root : roots) {
            Randomness randomness = Randomness.seeded(storages.size());
            DataDirectory directory = DataDirectory.open(root, files, clock, randomness, "boot");
            directory.keepFree(config.current().diskFreeBytesMin());
            directories.add(directory);
            storages.add(new Storage(directory, worker, worker, givenUp));
        }
        partitions = new PartitionTable(storages, config, clock, purged::add);
        for (DataDirectory directory : directories) {
            directory.start(
                    List.of(syncer),
                    new DataDirectory.Watch() {
                        @Override
                        public void failed(IOException failure) {
                            worker.execute(() -> partitions.offline(directory, failure));
                        }
                    });
        }
    }

    public ManualClock clock() {
        return clock;
    }

    public ManualLoop worker() {
        return worker;
    }

    public LiveConfig config() {
        return config;
    }

    /// Has so much given up that waits for logs to be opened that only `left` more may be.
    public void crowd(int left) {
        for (int i = left; i < GivenUp.MAX; i++) {
            givenUp.add();
        }
    }

    public PartitionTable partitions() {
        return partitions;
    }

    public ClusterView view() {
        return view;
    }

    /// The ids of the topics of which nothing is left.
    public List<Uuid> purged() {
        return purged;
    }

    /// Creates a topic that this broker leads, and opens its logs.
    public HostedTopic create(String name, int partitionCount, String... settings) {
        HostedTopic topic = createClosed(name, partitionCount, settings);
        for (int i = 0; i < partitionCount; i++) {
            partition(name, i).log();
        }
        worker.run();
        return topic;
    }

    /// Creates a topic that this broker leads, and leaves its logs to be opened.
    public HostedTopic createClosed(String name, int partitionCount, String... settings) {
        List<PartitionState> states = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            states.add(state(i, ID, 0));
        }
        Uuid id = new Uuid(1, ids++);
        publish(new Topic(name, id, name.startsWith("__"), states, topicConfig(settings)));
        return topic(name);
    }

    /// A topic that existed before, under the id it had.
    public void restore(Topic topic) {
        publish(topic);
    }

    /// Changes a topic's settings.
    public void configure(String name, String... settings) {
        Topic old = known(name);
        publish(new Topic(name, old.id(), old.internal(), old.partitions(), topicConfig(settings)));
    }

    /// Gives a partition another leader and the next epoch.
    ///
    /// @param mine whether this broker leads it
    public void elect(String name, int index, boolean mine) {
        Topic old = known(name);
        List<PartitionState> states = new ArrayList<>(old.partitions());
        states.set(index, state(index, mine ? ID : OTHER, states.get(index).leaderEpoch() + 1));
        publish(new Topic(name, old.id(), old.internal(), states, old.config()));
    }

    public void delete(String name) {
        Topic gone = known(name);
        Map<String, Topic> topics = new TreeMap<>(view.topics());
        topics.remove(name);
        Map<Uuid, Topic> deleting = new HashMap<>(view.deleting());
        deleting.put(gone.id(), gone);
        change(view(topics, deleting), gone.id());
    }

    public HostedTopic topic(String name) {
        HostedTopic topic = partitions.topic(name);
        if (topic == null) {
            throw new AssertionError("no topic " + name);
        }
        return topic;
    }

    public Partition partition(String name, int index) {
        Partition partition = topic(name).partition(index);
        if (partition == null) {
            throw new AssertionError("no partition " + name + "-" + index);
        }
        return partition;
    }

    /// A partition's log is out of use, as that of one that moves.
    public void takeOutOfUse(String name, int index) {
        partition(name, index).release(log(name, index), _ -> {});
    }

    /// A partition's log, which has to be open.
    public Log log(String name, int index) {
        Log log = partition(name, index).log();
        if (log == null) {
            throw new AssertionError("not open: " + partition(name, index).refusal());
        }
        return log;
    }

    public Topic known(String name) {
        Topic topic = view.topic(name);
        if (topic == null) {
            throw new AssertionError("no topic " + name);
        }
        return topic;
    }

    /// From now on a record of this topic counts only when it is forced.
    public void forced(String name) {
        configure(name, "durability", "fsync");
    }

    /// What the keeper does about once a second, and the first steps of a removal that follow.
    public void checkpoint() throws IOException {
        for (DataDirectory directory : directories) {
            directory.checkpoint();
            partitions.removeDeleted(directory);
        }
        worker.run();
        for (int i = 0; i < REMOVALS; i++) {
            worker.advanceMs(Sweep.PAUSE_MS);
        }
    }

    /// Forces what is due.
    public void force() {
        syncer.run();
    }

    /// Takes directories out of the way that belong to no topic.
    public void setAsideUnknown() {
        partitions.setAsideUnknown(() -> view);
        worker.run();
    }

    /// Lets go what has expired by now.
    public void expireRecords() {
        partitions.expireRecords(clock.wallMs());
        worker.run();
    }

    /// A clean stop.
    @Override
    public void close() throws IOException {
        partitions.stop();
        worker.run();
        for (DataDirectory directory : directories) {
            directory.close();
        }
    }

    private void publish(Topic topic) {
        Map<String, Topic> topics = new TreeMap<>(view.topics());
        topics.put(topic.name(), topic);
        change(view(topics, view.deleting()), topic.id());
    }

    private void change(ClusterView after, Uuid id) {
        ClusterChange change = new ClusterChange(view, after, Set.of(id), false);
        view = after;
        partitions.changed(change);
    }

    private static ClusterView view(Map<String, Topic> topics, Map<Uuid, Topic> deleting) {
        Map<Uuid, String> names = new HashMap<>();
        topics.values().forEach(topic -> names.put(topic.id(), topic.name()));
        TreeMap<Integer, Broker> brokers = new TreeMap<>();
        for (int id : new int[] {ID, OTHER}) {
            ListenerAddress address = new ListenerAddress("PLAINTEXT", "host" + id, 9000 + id);
            brokers.put(id, new Broker(id, 1, List.of(DIRECTORY), List.of(address), null));
        }
        return new ClusterView("cluster", brokers, new TreeMap<>(topics), names, deleting);
    }

    private static PartitionState state(int index, int leader, int epoch) {
        List<Member> isr = List.of(new Member(ID, DIRECTORY, 1));
        return new PartitionState(index, leader, epoch, null, List.of(ID), isr, List.of(), 0, 0);
    }

    private TopicConfig topicConfig(String... settings) {
        Map<String, String> overrides = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            overrides.put(settings[i], settings[i + 1]);
        }
        return TopicConfig.of(overrides, config.current());
    }

    private static BrokerConfig load(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("durability", "os");
        all.put("node.id", Integer.toString(ID));
        try {
            return BrokerConfig.load(ConfigInputs.of(all));
        } catch (InvalidConfig e) {
            throw new AssertionError(e);
        }
    }
}

package io.octavo.broker.cluster;

import io.octavo.broker.cluster.local.MemoryStore;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigInputs;
import io.octavo.broker.config.InvalidConfig;
import io.octavo.broker.config.ListenerAddress;
import io.octavo.broker.config.LiveConfig;
import io.octavo.ports.ManualClock;
import io.octavo.ports.ManualLoop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A cluster of one broker on a store in memory, on the test's own thread. It can be started again
/// over what it left.
public final class TestCluster {
    private static final Uuid DIRECTORY = new Uuid(1, 1);
    private static final long PATIENCE_MS = 600_000;
    private static final long TICK_MS = 50;

    private final ManualClock clock = new ManualClock();
    private final MemoryStore memory = new MemoryStore();
    private final Randomness randomness;
    private final Map<String, String> settings;
    private final int lostIn;
    private final String host;
    private Run run;
    private int runs;

    /// A store that never loses an answer.
    public TestCluster() {
        this(1, 0, Map.of());
    }

    public TestCluster(Map<String, String> settings) {
        this(1, 0, settings);
    }

    /// @param host what the broker tells clients; empty for the address they used
    public TestCluster(Map<String, String> settings, String host) {
        this(1, 0, settings, host);
    }

    /// @param lostIn one in so many answers of the store is lost; 0 for none
    public TestCluster(long seed, int lostIn, Map<String, String> settings) {
        this(seed, lostIn, settings, "localhost");
    }

    private TestCluster(long seed, int lostIn, Map<String, String> settings, String host) {
        this.host = host;
        randomness = Randomness.seeded(seed);
        this.lostIn = lostIn;
        this.settings = settings;
        run = begin();
        start();
    }

    /// Starts the broker, as a new process over what the last one left.
    public void restart() {
        run = begin();
        start();
    }

    private Run begin() {
        ManualLoop loop = new ManualLoop(clock);
        CountedCoordination counts = new CountedCoordination(memory.open(loop));
        Coordination store = counts;
        if (lostIn > 0) {
            store = new UnsureCoordination(store, randomness, lostIn);
        }
        LiveConfig config = liveConfig(settings);
        Cluster cluster = new Cluster(store, loop, config, randomness);
        List<ClusterChange> changes = new ArrayList<>();
        cluster.listen(changes::add);
        return new Run(
                loop,
                store,
                counts,
                config,
                cluster,
                new Topics(cluster),
                new ProducerIds(cluster),
                new DynamicConfigs(cluster),
                changes);
    }

    private void start() {
        runs++;
        Registration registration =
                new Registration(
                        config().current().brokerId(),
                        new Uuid(7, runs),
                        List.of(DIRECTORY),
                        List.of(new ListenerAddress("PLAINTEXT", host, 9092)),
                        null,
                        "boot");
        done(await(cluster().start(registration)));
    }

    /// Lets time pass until the stage is complete.
    public <T> T await(CompletionStage<T> stage) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        stage.thenAccept(result::set);
        run.loop.run();
        for (long waited = 0; result.get() == null && waited < PATIENCE_MS; waited += TICK_MS) {
            run.loop.advanceMs(TICK_MS);
        }
        return Objects.requireNonNull(result.get(), "no answer within ten minutes");
    }

    /// Makes a topic of `partitions` partitions on this broker.
    public Topic topic(String name, int partitions) {
        return topic(name, partitions, Map.of());
    }

    /// The same, with settings of its own.
    public Topic topic(String name, int partitions, Map<String, String> configs) {
        return topic(name, false, partitions, configs);
    }

    /// One of the brokers' own.
    public Topic internalTopic(String name, int partitions) {
        return topic(name, true, partitions, Map.of());
    }

    private Topic topic(
            String name, boolean internal, int partitions, Map<String, String> configs) {
        int id = config().current().brokerId();
        NewTopic topic =
                new NewTopic(
                        name,
                        internal,
                        Placement.spread(0, partitions, 1, List.of(id), 0),
                        configs);
        return done(await(topics().create(topic)));
    }

    /// What was done; fails if it was refused.
    public static <T> T done(Verdict<T> verdict) {
        return switch (verdict) {
            case Verdict.Done<T>(T value) -> value;
            case Verdict.Refused<T> refused -> throw new AssertionError(refused.toString());
        };
    }

    /// The topic of that name, which is there.
    public Topic live(String name) {
        return Objects.requireNonNull(view().topic(name), name);
    }

    public Cluster cluster() {
        return run.cluster;
    }

    public ClusterView view() {
        return cluster().view();
    }

    public Coordination store() {
        return run.store;
    }

    /// What was asked of the store since the last start.
    public CountedCoordination counts() {
        return run.counts;
    }

    public LiveConfig config() {
        return run.config;
    }

    public Topics topics() {
        return run.topics;
    }

    public ProducerIds producerIds() {
        return run.producerIds;
    }

    public DynamicConfigs dynamicConfigs() {
        return run.dynamicConfigs;
    }

    public ManualLoop loop() {
        return run.loop;
    }

    public MemoryStore memory() {
        return memory;
    }

    List<ClusterChange> changes() {
        return run.changes;
    }

    /// One life of the process.
    private record Run(
            ManualLoop loop,
            Coordination store,
            CountedCoordination counts,
            LiveConfig config,
            Cluster cluster,
            Topics topics,
            ProducerIds producerIds,
            DynamicConfigs dynamicConfigs,
            List<ClusterChange> changes) {}

    private static LiveConfig liveConfig(Map<String, String> settings) {
        try {
            return new LiveConfig(BrokerConfig.load(ConfigInputs.of(settings)));
        } catch (InvalidConfig e) {
            throw new IllegalArgumentException(e);
        }
    }
}

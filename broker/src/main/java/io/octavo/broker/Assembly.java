package io.octavo.broker;

import io.octavo.broker.api.AlterConfigsHandler;
import io.octavo.broker.api.AlterPartitionReassignmentsHandler;
import io.octavo.broker.api.AlterReplicaLogDirsHandler;
import io.octavo.broker.api.ApiTable;
import io.octavo.broker.api.ConfigResources;
import io.octavo.broker.api.CreatePartitionsHandler;
import io.octavo.broker.api.CreateTopicsHandler;
import io.octavo.broker.api.DeleteRecordsHandler;
import io.octavo.broker.api.DeleteTopicsHandler;
import io.octavo.broker.api.DescribeClusterHandler;
import io.octavo.broker.api.DescribeConfigsHandler;
import io.octavo.broker.api.DescribeLogDirsHandler;
import io.octavo.broker.api.DescribeTopicPartitionsHandler;
import io.octavo.broker.api.DiskReaders;
import io.octavo.broker.api.FetchHandler;
import io.octavo.broker.api.Handler;
import io.octavo.broker.api.IncrementalAlterConfigsHandler;
import io.octavo.broker.api.InitProducerIdHandler;
import io.octavo.broker.api.ListConfigResourcesHandler;
import io.octavo.broker.api.ListOffsetsHandler;
import io.octavo.broker.api.ListPartitionReassignmentsHandler;
import io.octavo.broker.api.MetadataHandler;
import io.octavo.broker.api.OffsetForLeaderEpochHandler;
import io.octavo.broker.api.ProduceHandler;
import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.DynamicConfigs;
import io.octavo.broker.cluster.ProducerIds;
import io.octavo.broker.cluster.Registration;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.local.LocalCoordination;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ListenerAddress;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.metrics.Metrics;
import io.octavo.broker.metrics.MetricsServer;
import io.octavo.broker.net.NetConfig;
import io.octavo.broker.net.Network;
import io.octavo.broker.replica.Cleaner;
import io.octavo.broker.replica.GivenUp;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.broker.replica.Storage;
import io.octavo.broker.replica.StorageMetrics;
import io.octavo.log.DataDirectory;
import io.octavo.log.ProducersInMemory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.ports.SystemLoop;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Wires the rooms of one node together and starts them, lowest first. What was started is undone
/// by the [Ending], in the reverse order.
///
/// ```
/// octavo-net-N      event loops: a request from its first byte to the last of its reply
/// octavo-cluster    the coordination store, and the cluster's view
/// octavo-reader-N   reads old records into memory for the event loops
/// octavo-disk-N     opens, expires and removes the logs of one data directory
/// octavo-opener-N   opens those of which much has to be read first
/// octavo-sync-N-M   forces them
/// octavo-worker     what takes long in one request
/// octavo-decoder    records of large batches, where they have to be looked at
/// octavo-groups     consumer groups
/// octavo-loader     reads what they were
/// octavo-searcher   finds offsets by timestamps
/// octavo-keeper-N   checkpoints of one data directory
/// octavo-expiry     tells when to look for what has expired
/// octavo-cleaner    compaction
/// octavo-scrubber   reads for rot
/// octavo-offline    takes the partitions of a directory that failed out of service
/// ```
final class Assembly {
    /// How long parked requests and their replies may take at the end; with all else it stays below
    /// some 10 s, unless a disk is slow.
    private static final long REPLIES_WAIT_MS = 5_000;

    /// Joining the local store takes milliseconds, unless the disk is in trouble.
    private static final long JOIN_WAIT_MS = 30_000;

    /// Forces of different files overlap in the disk; more threads would wait for the file system's
    /// journal.
    private static final int SYNC_THREADS = 4;

    /// One may wait for a seek while the other reads on; more would only take the disk from who
    /// writes.
    private static final int READERS = 2;

    /// What a start does not wait for is done then.
    private static final long LATER_MS = 1_000;

    private final BrokerConfig config;
    private final Machine machine;
    private final Ending ending;
    private final LiveConfig live;
    private final Directories directories;

    /// Those that requests wait for and that do little at a time.
    private final List<Loop> prompt = new ArrayList<>();

    private int metricsPort = -1;

    Assembly(BrokerConfig config, Machine machine, Ending ending) {
        this.config = config;
        this.machine = machine;
        this.ending = ending;
        live = new LiveConfig(config);
        directories = new Directories(config, machine, ending);
    }

    /// Returns when the node serves.
    ///
    /// @throws IOException when the operator has to mend something; the message is for people
    Network run() throws IOException {
        directories.open();
        Cluster cluster = cluster(directories.vital());
        Topics topics = new Topics(cluster);
        PartitionTable partitions =
                new PartitionTable(storages(), live, machine.clock(), topics::purged);
        cluster.listen(partitions);
        cluster.adopted(directories.adopted());
        DiskReaders readers = readers();
        Loop worker = loop("octavo-worker");
        // A partition waits for its batches: not behind what an operator asks for.
        Loop decoder = loop("octavo-decoder");
        Loop groupsLoop = prompt(loop("octavo-groups"));
        // Nor does a group, whose members have to be known first.
        Loop loader = loop("octavo-loader");
        Coordinators coordinators =
                new Coordinators(cluster, topics, partitions, live, machine, groupsLoop, loader);
        coordinators.listen();
        List<Handler<?, ?>> handlers = new ArrayList<>(coordinators.handlers(worker));
        handlers.addAll(handlers(cluster, topics, partitions, readers, worker, decoder));
        ApiTable apis = new ApiTable(handlers);
        List<List<Loop>> syncThreads = syncThreads();
        Network network = Network.start(netConfig(), apis, readers, machine.clock(), this::fatal);
        ending.then("close the connections", () -> network.close(REPLIES_WAIT_MS));
        ending.then("answer what is parked", partitions::stop);
        ending.then("answer members of groups", coordinators::stop);
        for (DataDirectory directory : directories.all()) {
            ending.then("force what was produced in " + directory.root(), directory::forceDue);
        }
        ending.then("stop serving", network::drain);
        sync(syncThreads, partitions, network);
        join(cluster, network);
        partitions.setAsideUnknown(cluster::view);
        keep(partitions);
        Cleaner cleaner = new Cleaner(loop("octavo-cleaner"), machine.clock(), partitions, live);
        cleaner.start();
        new Scrubber(loop("octavo-scrubber"), machine.clock(), directories.all(), live).start();
        serveMetrics(List.of(new StorageMetrics(partitions, cleaner), network.metrics()));
        network.serve();
        var _ = worker.schedule(LATER_MS, () -> shortenTimeSlices(network));
        var _ = worker.schedule(LATER_MS, machine.files()::prepare);
        return network;
    }

    private void keep(PartitionTable partitions) {
        int number = 0;
        for (DataDirectory directory : directories.all()) {
            new Keeper(loop("octavo-keeper-" + number++), directory, partitions).start();
        }
        long retentionMs = config.retentionCheckMs();
        ProducersInMemory producers =
                ProducersInMemory.within(directories.all(), Runtime.getRuntime().maxMemory());
        new Expiry(loop("octavo-expiry"), machine.clock(), partitions, producers, retentionMs)
                .start();
    }

    private void shortenTimeSlices(Network network) {
        TimeSlice slice = TimeSlice.ofThisSystem();
        if (slice != null) {
            network.onEachLoop(slice::shorten);
            prompt.forEach(loop -> loop.execute(slice::shorten));
        }
    }

    private void serveMetrics(List<Metrics.Source> sources) throws IOException {
        ListenerAddress at = config.metricsListener();
        if (at != null) {
            Metrics metrics = new Metrics();
            sources.forEach(metrics::add);
            MetricsServer server = MetricsServer.start(at.host(), at.port(), metrics);
            ending.then("stop serving metrics", server::close);
            metricsPort = server.port();
        }
    }

    /// The data directories, after [#run()].
    List<DataDirectory> dataDirectories() {
        return directories.all();
    }

    /// Where metrics are served, after [#run()]; -1 where they are not.
    int metricsPort() {
        return metricsPort;
    }

    private List<Handler<?, ?>> handlers(
            Cluster cluster,
            Topics topics,
            PartitionTable partitions,
            DiskReaders readers,
            Loop worker,
            Loop decoder) {
        Clock clock = machine.clock();
        Randomness randomness = machine.randomness();
        ConfigResources resources =
                new ConfigResources(cluster, topics, new DynamicConfigs(cluster), live);
        return List.of(
                new MetadataHandler(cluster, topics, live, partitions::isOffline),
                new ProduceHandler(partitions, cluster::view, clock, decoder),
                new FetchHandler(partitions, cluster::view, live, readers, clock, randomness),
                new ListOffsetsHandler(partitions, loop("octavo-searcher")),
                new OffsetForLeaderEpochHandler(partitions),
                new ListPartitionReassignmentsHandler(),
                new AlterPartitionReassignmentsHandler(cluster::view),
                new DeleteRecordsHandler(partitions, worker),
                new InitProducerIdHandler(new ProducerIds(cluster)),
                new CreateTopicsHandler(cluster, topics, live),
                new DeleteTopicsHandler(cluster, topics, live),
                new CreatePartitionsHandler(cluster, topics, live),
                new DescribeClusterHandler(cluster, live),
                new DescribeTopicPartitionsHandler(cluster, live, partitions::isOffline),
                new DescribeLogDirsHandler(partitions, worker),
                new AlterReplicaLogDirsHandler(partitions),
                new DescribeConfigsHandler(cluster, live),
                new AlterConfigsHandler(resources),
                new IncrementalAlterConfigsHandler(resources),
                new ListConfigResourcesHandler(cluster, live));
    }

    private DiskReaders readers() {
        List<Loop> loops = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            loops.add(prompt(loop("octavo-reader-" + i)));
        }
        return new DiskReaders(loops);
    }

    private List<Storage> storages() {
        List<Storage> storages = new ArrayList<>();
        GivenUp givenUp = new GivenUp();
        for (DataDirectory directory : directories.all()) {
            // The opener first, so that it ends last: the worker gives it logs.
            Loop opener = loop("octavo-opener-" + storages.size());
            Loop worker = loop("octavo-disk-" + storages.size());
            storages.add(new Storage(directory, worker, opener, givenUp));
        }
        return storages;
    }

    /// Made before the network, so that they end after it.
    private List<List<Loop>> syncThreads() {
        List<List<Loop>> all = new ArrayList<>();
        for (int i = 0; i < directories.all().size(); i++) {
            List<Loop> threads = new ArrayList<>();
            for (int thread = 0; thread < SYNC_THREADS; thread++) {
                threads.add(prompt(loop("octavo-sync-" + i + "-" + thread, this::fatal)));
            }
            all.add(threads);
        }
        return all;
    }

    private void sync(List<List<Loop>> threads, PartitionTable partitions, Network network) {
        Loop offline = loop("octavo-offline");
        for (int i = 0; i < threads.size(); i++) {
            DataDirectory directory = directories.all().get(i);
            boolean vital = directory == directories.vital();
            directory.start(
                    threads.get(i),
                    new DataDirectory.Watch() {
                        @Override
                        public void failed(IOException failure) {
                            String why = Assembly.failed(directory, failure);
                            if (vital) {
                                machine.stop().accept(why);
                            } else {
                                offline.execute(() -> partitions.offline(directory, failure));
                            }
                        }

                        @Override
                        public void relieved() {
                            network.resumeProducers();
                        }

                        @Override
                        public void rotten(String log) {
                            partitions.open(log);
                        }
                    });
        }
        network.holdProducersWhile(directories::crowded);
    }

    private static String failed(DataDirectory directory, IOException failure) {
        return "the data directory "
                + directory.root()
                + " failed: "
                + failure.getMessage()
                + "; nothing written since is acknowledged. Check the disk before the next start";
    }

    private Cluster cluster(DataDirectory journalDirectory) throws IOException {
        Loop loop = loop("octavo-cluster", this::clusterFailed);
        LocalCoordination store =
                LocalCoordination.open(
                        journalDirectory,
                        machine.clock(),
                        loop,
                        e ->
                                machine.stop()
                                        .accept(
                                                "the coordination journal in "
                                                        + journalDirectory.root()
                                                        + " failed: "
                                                        + e.getMessage()));
        ending.then("close the coordination store", store::close);
        Cluster cluster = new Cluster(store, loop, live, machine.randomness());
        ending.then("leave the cluster", cluster::close);
        return cluster;
    }

    private void join(Cluster cluster, Network network) throws IOException {
        Registration registration =
                new Registration(
                        config.brokerId(),
                        new Uuid(machine.randomness().nextLong(), machine.randomness().nextLong()),
                        directories.ids(),
                        endpoints(network),
                        config.rack(),
                        machine.bootId());
        CompletableFuture<Verdict<ClusterView>> joined =
                cluster.start(registration).toCompletableFuture();
        try {
            Verdict<ClusterView> verdict = joined.get(JOIN_WAIT_MS, TimeUnit.MILLISECONDS);
            if (verdict instanceof Verdict.Refused<ClusterView> refused) {
                throw new IOException("cannot join the cluster: " + refused.message());
            }
        } catch (TimeoutException e) {
            throw new IOException(
                    "the coordination store did not answer in " + JOIN_WAIT_MS + " ms", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("joining the cluster failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while joining the cluster", e);
        }
    }

    /// What clients are told: what `advertised.listeners` says, or no host, which stands for the
    /// address by which a client came in.
    private List<ListenerAddress> endpoints(Network network) {
        if (!config.advertisedListeners().isEmpty()) {
            return config.advertisedListeners();
        }
        return network.bound().stream()
                .map(bound ->
                        new ListenerAddress(bound.endpoint().listenerName(), "", bound.port()))
                .toList();
    }

    private NetConfig netConfig() {
        return new NetConfig(
                config.listeners().stream()
                        .map(at -> new NetConfig.Endpoint(at.name(), at.host(), at.port()))
                        .toList(),
                eventLoops(),
                new NetConfig.Frames(config.requestBytesMax(), config.requestMemoryBytes()),
                new NetConfig.Connections(
                        config.connectionsMax(),
                        config.connectionsPerIpMax(),
                        config.connectionIdleMsMax()),
                new NetConfig.Sockets(
                        config.sendBufferBytes(),
                        config.receiveBufferBytes(),
                        config.listenBacklog()));
    }

    /// An event loop runs requests to completion: one does the work of several of Apache Kafka's
    /// threads. More of them than half of the processors would only take time from each other and
    /// from the disks' threads; a second one on two processors costs CPU and the 99th percentile.
    private int eventLoops() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        int wanted = config.networkThreads();
        if (wanted > half && config.given().containsKey("num.network.threads")) {
            LoggerFactory.getLogger(Node.class)
                    .info("num.network.threads={}: {} do it, half of the processors", wanted, half);
        }
        return Math.min(wanted, half);
    }

    private Loop prompt(Loop loop) {
        prompt.add(loop);
        return loop;
    }

    private Loop loop(String name) {
        return loop(name, cause -> taskFailed(name, cause));
    }

    /// @param failed told of tasks that fail, until the end has begun: then loops refuse what those
    ///   that still run ask of them
    private Loop loop(String name, Consumer<Throwable> failed) {
        SystemLoop loop =
                new SystemLoop(
                        name,
                        cause -> {
                            if (!ending.hasBegun()) {
                                failed.accept(cause);
                            }
                        });
        ending.then("end the thread " + name, loop::close);
        return loop;
    }

    /// A task that fails costs whoever waits for it; what the process cannot survive ends it.
    private void taskFailed(String loop, Throwable cause) {
        if (cause instanceof VirtualMachineError || cause instanceof LinkageError) {
            fatal(cause);
        }
        LoggerFactory.getLogger(Node.class).error("a task of {} failed", loop, cause);
    }

    /// The cluster's view may now differ from what the store says: nothing that follows can be
    /// trusted.
    private void clusterFailed(Throwable cause) {
        LoggerFactory.getLogger(Node.class).error("the cluster's view failed", cause);
        fatal(cause);
    }

    private void fatal(Throwable cause) {
        machine.stop().accept(cause.toString());
    }
}

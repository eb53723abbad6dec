package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.broker.Server;
import io.octavo.bench.load.CProgram;
import io.octavo.bench.load.Clients;
import io.octavo.bench.load.Limits;
import io.octavo.bench.load.Settings;
import io.octavo.bench.measure.Neighbours;
import io.octavo.bench.measure.Run;
import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Where experiments are made: one directory for whatever runs write, the load programs, and the
/// steps that every experiment takes in the same way.
public final class Lab {
    private static final long SERVE_SECONDS_MAX = 60;
    private static final double LISTEN_POLL_SECONDS = 0.05;

    private static final double LOOK_AGAIN_SECONDS = 0.05;

    private final Path directory;
    private final Clients clients;
    private final Clock clock;
    private final PageCache pageCache;
    private int homes;

    /// @param directory exists, is empty, and is removed by its owner
    public Lab(Path directory, Clients clients, Clock clock) {
        this.directory = directory;
        this.clients = clients;
        this.clock = clock;
        this.pageCache = new PageCache(directory.resolve("filler"));
    }

    /// What a measured part of a run cost.
    ///
    /// @param result what the load program found
    /// @param cpuSeconds of the broker, user and system, around the client's whole run
    public record Measured<T>(T result, double cpuSeconds) {}

    /// A load program's run.
    public interface Load<T> {
        T run() throws IOException;
    }

    public Clients clients() {
        return clients;
    }

    public Clock clock() {
        return clock;
    }

    /// A broker with an empty data directory, not yet started.
    public RunningBroker.Ready prepare(Server server) throws IOException {
        Path home = Files.createDirectory(directory.resolve("broker-" + homes++));
        return RunningBroker.prepare(server, home);
    }

    /// A broker that serves, with the empty one-partition topics `topics`.
    RunningBroker start(Broker broker, String... topics) throws IOException {
        RunningBroker running = prepare(broker).start();
        try {
            for (String topic : topics) {
                createTopic(running.bootstrap(), topic, 1, Map.of());
            }
            return running;
        } catch (IOException e) {
            IOException told = told(e, running);
            running.close();
            throw told;
        }
    }

    /// Waits until somebody listens where `broker` is to serve.
    public void awaitListening(RunningBroker broker) throws IOException {
        Deadline end = Deadline.after(clock, SERVE_SECONDS_MAX * 1_000);
        while (!broker.listens()) {
            if (end.passed(clock)) {
                throw new IOException(
                        "nobody listened on "
                                + broker.bootstrap()
                                + " within "
                                + SERVE_SECONDS_MAX
                                + " s:\n"
                                + broker.lastLines());
            }
            idle(LISTEN_POLL_SECONDS);
        }
    }

    /// Runs `load` and takes the broker's CPU around it; notes in `run` what else was busy.
    public <T> Measured<T> measure(RunningBroker broker, Run run, Load<T> load) throws IOException {
        Neighbours neighbours = Neighbours.watch(clock, broker.pid());
        double before = broker.use().cpuSeconds();
        T result;
        try {
            result = load.run();
        } catch (IOException e) {
            throw told(e, broker);
        }
        double cpuSeconds = broker.use().cpuSeconds() - before;
        run.sawForeign(neighbours.cores());
        return new Measured<>(result, cpuSeconds);
    }

    /// The same problem, with what the broker said last.
    private static IOException told(IOException e, RunningBroker broker) throws IOException {
        return new IOException(e.getMessage() + "\nThe broker:\n" + broker.lastLines(), e);
    }

    /// What the machine itself takes for a byte.
    ///
    /// @param source of the C program that measures it
    Limits limits(Path source) throws IOException {
        return new Limits(program(source), directory);
    }

    /// A program in C, compiled.
    CProgram program(Path source) throws IOException {
        return CProgram.build(source, directory);
    }

    /// The page cache, to be full before what is measured begins.
    public PageCache pageCache() {
        return pageCache;
    }

    /// Lets time pass.
    public void idle(double seconds) {
        Deadline end = Deadline.after(clock, (long) (seconds * 1_000));
        while (!end.passed(clock)) {
            LockSupport.parkNanos(end.remainingNanos(clock));
        }
    }

    /// Empties the files that the last run's broker left, so that their page cache serves the next
    /// run. They are not removed before the end: ext4 searches long for the inode of a new file
    /// where thousands were freed within the last minute, and a run with many partitions would pay
    /// for the run before it.
    public void clear() throws IOException {
        try (Stream<Path> left = Files.walk(directory)) {
            for (Path path : left.filter(this::isLeft).toList()) {
                try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    file.truncate(0);
                }
            }
        }
    }

    private boolean isLeft(Path path) {
        return !directory.equals(path.getParent())
                && Files.isRegularFile(path)
                // RabbitMQ's cookie may be written by root alone.
                && Files.isWritable(path);
    }

    /// Removes `root` and everything below it.
    public static void removeTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// Waits until a topic holds what was sent to it: with `acks=0` a client knows nothing of that.
    ///
    /// @throws IOException when it holds another number of records in the end
    void awaitRecords(String bootstrap, String topic, long records) throws IOException {
        Deadline end = Deadline.after(clock, SERVE_SECONDS_MAX * 1_000);
        try (Admin admin = Admin.create(Settings.of("bootstrap.servers=" + bootstrap))) {
            long held = held(admin, topic);
            while (held < records && !end.passed(clock)) {
                idle(LOOK_AGAIN_SECONDS);
                held = held(admin, topic);
            }
            if (held != records) {
                throw new IOException(
                        "%d records were sent to %s, which holds %d"
                                .formatted(records, topic, held));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the broker did not say what it holds: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a broker was asked what it holds", e);
        }
    }

    private static long held(Admin admin, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        var described = admin.describeTopics(List.of(topic)).allTopicNames();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (var partition :
                described.get(SERVE_SECONDS_MAX, TimeUnit.SECONDS).values().stream()
                        .flatMap(one -> one.partitions().stream())
                        .toList()) {
            wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
        }
        var ends = admin.listOffsets(wanted).all().get(SERVE_SECONDS_MAX, TimeUnit.SECONDS);
        return ends.values().stream().mapToLong(ListOffsetsResultInfo::offset).sum();
    }

    /// Makes a topic.
    ///
    /// @param configs its own settings
    public static void createTopic(
            String bootstrap, String name, int partitions, Map<String, String> configs)
            throws IOException {
        Map<String, Object> settings =
                Settings.of("default.api.timeout.ms=60000 bootstrap.servers=" + bootstrap);
        NewTopic wanted = new NewTopic(name, partitions, (short) 1).configs(configs);
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(wanted)).all().get(SERVE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the broker did not create the topic: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a topic was created", e);
        }
    }
}

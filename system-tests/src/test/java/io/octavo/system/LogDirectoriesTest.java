package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.system.StockClient.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeReplicaLogDirsResult.ReplicaLogDirInfo;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker with several data directories, seen and rearranged by Apache Kafka's own tools.
final class LogDirectoriesTest {
    private static final int PARTITIONS = 6;
    private static final long MOVE_WAIT_MS = 30_000;
    private static final int TRY_MS = 3_000;

    @TempDir private Path directory;
    private Path one;
    private Path two;
    private OctavoProcess broker;
    private Admin admin;

    @BeforeEach
    void startTheBroker() {
        one = directory.resolve("one");
        two = directory.resolve("two");
        broker = OctavoProcess.start(directory.resolve("unused"), "log.dirs=" + one + "," + two);
        admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
    }

    @AfterEach
    void stopTheBroker() {
        admin.close();
        broker.close();
    }

    @Test
    void partitionsAreSpreadAndDescribed() throws IOException {
        List<LogFile> files = fill();

        String described = KafkaTool.LOG_DIRS.against(broker, "--describe", "--topic-list", "logs");

        assertThat(described).contains(one.toString(), two.toString());
        long bytes = 0;
        for (LogDirDescription held : directories().values()) {
            assertThat(held.error()).isNull();
            assertThat(held.replicaInfos()).hasSize(PARTITIONS / 2);
            assertThat(held.usableBytes().orElseThrow()).isPositive();
            bytes += held.replicaInfos().values().stream().mapToLong(info -> info.size()).sum();
        }
        // The files of busy logs are ahead of what is in them.
        assertThat(bytes).isBetween((long) files.getFirst().lines().size(), segmentBytes());
    }

    @Test
    void partitionsMoveWhileTheyAreWrittenAndRead() throws IOException {
        List<LogFile> files = fill();
        JavaClient client = new JavaClient();
        List<Message> before = client.consume(broker.address(), "logs");
        for (int index = 0; index < PARTITIONS; index++) {
            move(index, two);
        }
        client.produce(broker.address(), "logs", files.getLast(), Codec.LZ4, false);
        awaitAllIn(two);

        List<Message> after = client.consume(broker.address(), "logs");
        assertThat(after).hasSize(before.size() + files.getLast().lines().size());
        assertThat(after).containsAll(before);
        broker.child().kill();
        broker = broker.restart();
        assertThat(client.consume(broker.address(), "logs"))
                .containsExactlyInAnyOrderElementsOf(after);
        assertThat(partitionDirectories(one)).isEmpty();
        assertThat(partitionDirectories(two)).hasSize(PARTITIONS);
    }

    @Test
    void kafkasToolMovesPartitionsAndSeesThemArrive() throws IOException {
        fill();
        List<String> wanted = new ArrayList<>();
        for (int index = 0; index < PARTITIONS; index++) {
            wanted.add(
                    "{\"topic\":\"logs\",\"partition\":%d,\"replicas\":[1],\"log_dirs\":[\"%s\"]}"
                            .formatted(index, two));
        }
        Path plan =
                Files.writeString(
                        directory.resolve("plan.json"),
                        "{\"version\":1,\"partitions\":[" + String.join(",", wanted) + "]}");
        String json = plan.toString();

        String begun =
                KafkaTool.REASSIGN.against(
                        broker,
                        "--reassignment-json-file",
                        json,
                        "--execute",
                        "--replica-alter-log-dirs-throttle",
                        "1000000000");
        awaitAllIn(two);
        String verified =
                KafkaTool.REASSIGN.against(broker, "--reassignment-json-file", json, "--verify");

        assertThat(begun).contains("Successfully started");
        assertThat(verified).contains("completed").doesNotContain("still in progress");
        assertThat(partitionDirectories(two)).hasSize(PARTITIONS);
    }

    @Test
    void aDirectoryThatCannotBeOpenedTakesOnlyItsOwnPartitionsOutOfService() throws IOException {
        fill();
        int kept = number(partitionDirectories(one).getFirst());
        int lost = number(partitionDirectories(two).getFirst());
        admin.close();
        broker.child().kill();
        Path away = Files.move(two, directory.resolve("away"));
        Files.writeString(two, "not a directory");
        broker = broker.restart();
        admin = Admin.create(Map.of("bootstrap.servers", broker.address()));

        assertThat(isServed(kept)).isTrue();
        assertThat(isServed(lost)).isFalse();
        assertThat(Objects.requireNonNull(directories().get(two.toString())).error())
                .isInstanceOf(KafkaStorageException.class);
        assertThat(KafkaTool.TOPICS.against(broker, "--describe", "--unavailable-partitions"))
                .contains("Partition: " + lost)
                .doesNotContain("Partition: " + kept);
        // Who does not care where records go sends them to partitions that have a leader.
        LogFile more = LogFile.all(directory).getLast();
        new JavaClient().produce(broker.address(), "logs", more, Codec.NONE, false);

        broker.child().kill();
        Files.delete(two);
        Files.move(away, two);
        broker = broker.restart();
        assertThat(new JavaClient().consume(broker.address(), "logs")).isNotEmpty();
    }

    private List<LogFile> fill() {
        JavaClient.create(broker.address(), List.of(new NewTopic("logs", PARTITIONS, (short) 1)));
        List<LogFile> files = LogFile.all(directory);
        new JavaClient().produce(broker.address(), "logs", files.getFirst(), Codec.NONE, true);
        return files;
    }

    private Map<String, LogDirDescription> directories() {
        try {
            return Objects.requireNonNull(
                    admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1));
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("log dirs were not described", e);
        }
    }

    private static int number(Path partition) {
        String name = partition.getFileName().toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    /// Whether the end of a partition's log is answered; the client asks again while it is not.
    private boolean isServed(int index) {
        TopicPartition partition = new TopicPartition("logs", index);
        ListOffsetsOptions shortly = new ListOffsetsOptions();
        shortly.timeoutMs(TRY_MS);
        try {
            admin.listOffsets(Map.of(partition, OffsetSpec.latest()), shortly).all().get();
            return true;
        } catch (ExecutionException refused) {
            // The client has tried again until its time was over.
            assertThat(refused).hasCauseInstanceOf(RetriableException.class);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void move(int index, Path to) {
        TopicPartitionReplica replica = new TopicPartitionReplica("logs", index, 1);
        try {
            admin.alterReplicaLogDirs(Map.of(replica, to.toString())).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(replica + " was not moved", e);
        }
    }

    private void awaitAllIn(Path wanted) {
        List<TopicPartitionReplica> replicas = new ArrayList<>();
        for (int index = 0; index < PARTITIONS; index++) {
            replicas.add(new TopicPartitionReplica("logs", index, 1));
        }
        long deadline = Clock.system().millis() + MOVE_WAIT_MS;
        Map<TopicPartitionReplica, ReplicaLogDirInfo> seen = Map.of();
        while (seen.isEmpty()
                || seen.values().stream()
                        .anyMatch(at -> !wanted.toString().equals(at.getCurrentReplicaLogDir()))) {
            assertThat(Clock.system().millis()).as("%s", seen).isLessThan(deadline);
            try {
                seen = admin.describeReplicaLogDirs(replicas).all().get();
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError("replicas were not described", e);
            }
        }
    }

    private long segmentBytes() throws IOException {
        long bytes = 0;
        for (Path root : List.of(one, two)) {
            for (Path partition : partitionDirectories(root)) {
                try (var files = Files.list(partition)) {
                    for (Path file : (Iterable<Path>) files::iterator) {
                        bytes += file.toString().endsWith(".log") ? Files.size(file) : 0;
                    }
                }
            }
        }
        return bytes;
    }

    private static List<Path> partitionDirectories(Path root) throws IOException {
        try (var names = Files.list(root)) {
            return names.filter(path -> path.getFileName().toString().matches("logs-[0-9]+"))
                    .toList();
        }
    }
}

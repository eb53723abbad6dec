package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.LogFiles;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories that a deletion, or something unknown, has left.
class LeftoverTest {
    private static final long DAY_MS = 24 * 3_600_000;

    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        broker.create("t", 2);
        append("t", 0);
        append("t", 1);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void aDirectoryOfNoTopicIsSetAsideAndKeptForADay() throws IOException {
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.createClosed("other", 1);

        broker.setAsideUnknown();

        assertThat(names()).hasSize(2).allMatch(name -> name.matches("t-[01]\\..*-stray"));
        broker.worker().advanceMs(DAY_MS - 1);
        broker.checkpoint();
        assertThat(names()).hasSize(2);
        broker.worker().advanceMs(1);
        broker.checkpoint();
        assertThat(names()).isEmpty();
    }

    /// A data directory that is somebody's home, say.
    @Test
    void whatIsNoLogIsLeftAloneWhateverItsName() throws IOException {
        broker.close();
        List<Path> others = new ArrayList<>();
        for (String name : List.of("jdk-25", "photos-to-delete", "the-future", "a-stray")) {
            Path file = Files.createDirectory(root.resolve(name)).resolve("file");
            others.add(Files.writeString(file, "mine"));
        }
        others.add(Files.writeString(root.resolve("notes-1"), "mine"));
        others.add(Files.createDirectory(root.resolve("empty-1")));
        broker = new TestBroker(root, disk, Map.of());

        broker.setAsideUnknown();
        for (int day = 0; day < 2; day++) {
            broker.worker().advanceMs(DAY_MS);
            broker.checkpoint();
        }

        assertThat(others).allSatisfy(path -> assertThat(path).exists());
        assertThat(root.resolve("t-0")).doesNotExist();
    }

    @Test
    void whatIsSetAsideIsKeptForADayOfEachRun() throws IOException {
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.setAsideUnknown();
        broker.worker().advanceMs(DAY_MS - 1);
        broker.close();
        broker = new TestBroker(root, disk, Map.of());

        broker.worker().advanceMs(DAY_MS - 1);
        broker.checkpoint();

        assertThat(names()).hasSize(2);
    }

    @Test
    void directoriesOfTopicsAreNotSetAside() throws IOException {
        restart();

        broker.setAsideUnknown();

        assertThat(names()).containsExactlyInAnyOrder("t-0", "t-1");
    }

    @Test
    void aPartitionThatItsTopicDoesNotHaveIsSetAside() throws IOException {
        Topic topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.restore(
                new Topic(
                        "t", topic.id(), false, topic.partitions().subList(0, 1), topic.config()));

        broker.setAsideUnknown();

        assertThat(names()).anyMatch(name -> name.equals("t-0"));
        assertThat(names()).anyMatch(name -> name.matches("t-1\\..*-stray"));
    }

    @Test
    void aTopicWhoseLogCannotBeOpenedCanBeDeleted() throws IOException {
        Topic topic = broker.known("t");
        restart();
        disk.failReads("t-0");
        broker.partition("t", 0).log();
        broker.worker().run();
        assertThat(refusal("t", 0)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);

        broker.delete("t");
        broker.worker().run();

        assertThat(broker.purged()).containsExactly(topic.id());
        broker.checkpoint();
        assertThat(names()).isEmpty();
    }

    @Test
    void aLogThatCannotBeRemovedForAMomentIsRemovedLater() throws IOException {
        Topic topic = broker.known("t");
        disk.failRenames("t-0");
        broker.delete("t");
        broker.worker().run();
        assertThat(broker.purged()).isEmpty();

        disk.mend();
        broker.worker().advanceMs(LazyLog.RETRY_MS_MIN);

        assertThat(broker.purged()).containsExactly(topic.id());
        broker.checkpoint();
        assertThat(names()).isEmpty();
    }

    @Test
    void aPartitionWhoseDirectoryIsMissingIsNotMadeAnew() throws IOException {
        restart();
        Files.delete(root.resolve("t-0").resolve("00000000000000000000.log"));
        for (String name : LogFiles.system().list(root.resolve("t-0"))) {
            Files.delete(root.resolve("t-0").resolve(name));
        }
        Files.delete(root.resolve("t-0"));
        restart();

        broker.partition("t", 0).log();
        broker.worker().run();

        assertThat(broker.log("t", 0).endOffset()).isOne();
        assertThat(broker.log("t", 0).damagedRanges()).hasSize(1);
    }

    @Test
    void aDeletedTopicIsForgottenOnlyWhenItsDirectoriesAreGoneForGood() throws IOException {
        disk.failDirectoryForces(true);
        broker.delete("t");
        broker.worker().run();
        assertThat(broker.purged()).isEmpty();
    }

    @Test
    void whatIsLeftOfADeletedTopicGoesAtTheNextStart() throws IOException {
        Topic topic = broker.known("t");
        broker.close();
        Files.move(root.resolve("t-0"), root.resolve("t-0.1-0-delete"));
        broker = new TestBroker(root, disk, Map.of());
        broker.restore(topic);
        broker.delete("t");
        broker.setAsideUnknown();
        broker.worker().run();

        broker.checkpoint();

        assertThat(names()).isEmpty();
        assertThat(broker.purged()).containsExactly(topic.id());
    }

    private void restart() throws IOException {
        List<Topic> topics = new ArrayList<>(broker.view().topics().values());
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        topics.forEach(broker::restore);
    }

    private void append(String topic, int index) {
        Partition partition = broker.partition(topic, index);
        partition.append(Append.of(partition, new RecordBatch(Batches.of("a")), false, _ -> {}));
    }

    private ErrorCode refusal(String topic, int index) {
        Rejection rejection = broker.partition(topic, index).refusal();
        return rejection == null ? ErrorCode.NONE : rejection.error();
    }

    /// The directories of partitions, and what they have become.
    private List<String> names() throws IOException {
        return LogFiles.system().list(root).stream().filter(name -> name.startsWith("t-")).toList();
    }
}

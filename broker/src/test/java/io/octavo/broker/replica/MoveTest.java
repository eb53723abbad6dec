package io.octavo.broker.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogFiles;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Partitions that move between the data directories of one broker.
class MoveTest {
    @TempDir Path one;
    @TempDir Path two;

    private final FailingFiles files = new FailingFiles();
    private TestBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = open(files);
    }

    @AfterEach
    void close() throws IOException {
        files.mend();
        broker.close();
    }

    @Test
    void aPartitionMovesWithItsRecordsAndGoesOnThere() throws IOException {
        Partition partition = create();
        append(partition, "a");

        assertThat(move(elsewhere(partition))).isEqualTo(ErrorCode.NONE);
        DataDirectory target = directoryAt(elsewhere(partition));
        broker.worker().run();
        append(partition, "b");

        assertThat(partition.directory()).isSameAs(target);
        assertThat(values(partition)).containsExactly("a", "b");
        assertThat(broker.partitions().future(partition)).isNull();
        assertThat(target.partitions().names()).containsOnlyKeys("t-0");
    }

    @Test
    void whatIsAppendedWhileTheLogIsOutOfUseIsAppendedThere() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path target = elsewhere(partition);
        move(target);
        List<Append> decided = new ArrayList<>();
        while (partition.openLog() != null) {
            assertThat(broker.worker().runNext()).isTrue();
        }
        Append during = Append.of(partition, new RecordBatch(Batches.of("b")), true, decided::add);
        partition.append(during);
        assertThat(decided).isEmpty();
        broker.worker().run();

        assertThat(decided).containsExactly(during);
        assertThat(during.rejection()).isNull();
        assertThat(during.baseOffset()).isEqualTo(1);
        assertThat(partition.directory().root()).isEqualTo(target);
    }

    @Test
    void whoWaitsForAForceWhileThePartitionMovesIsAnsweredThere() throws IOException {
        Partition partition = create();
        broker.forced("t");
        Append waiting = append(partition, "a", true);
        assertThat(waiting.decided()).isFalse();

        move(elsewhere(partition));
        broker.worker().run();

        assertThat(waiting.decided()).isTrue();
        assertThat(waiting.rejection()).isNull();
    }

    @Test
    void whoWaitsForAForceIsAnsweredWhenTheMovesEndFails() throws IOException {
        Partition partition = create();
        broker.forced("t");
        Append waiting = append(partition, "a", true);
        move(elsewhere(partition));
        files.failForces("t-0");

        broker.worker().run();

        assertThat(waiting.decided()).isTrue();
        assertThat(Objects.requireNonNull(waiting.rejection()).error())
                .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aPartitionThatHasMovedFindsTheRoomThatIsThere() throws IOException {
        Partition partition = create();
        files.free(1 << 20);
        partition.directory().checkpoint();
        files.free(1 << 29);
        assertThat(append(partition, "a", false).rejection()).isNotNull();

        move(elsewhere(partition));
        broker.worker().run();

        assertThat(append(partition, "b", false).rejection()).isNull();
    }

    @Test
    void aPartitionOfAFailedDirectoryDoesNotMove() throws IOException {
        Partition partition = create();
        append(partition, "a");
        broker.forced("t");
        append(partition, "b", true);
        files.failForces("t-0");
        broker.force();
        broker.worker().run();

        assertThat(move(elsewhere(partition))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aMoveBackStopsTheMove() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        move(elsewhere(partition));

        assertThat(move(home)).isEqualTo(ErrorCode.NONE);
        broker.worker().run();

        assertThat(partition.directory().root()).isEqualTo(home);
        assertThat(values(partition)).containsExactly("a");
    }

    @Test
    void aTopicThatIsDeletedWhileItMovesLeavesNothing() throws IOException {
        Partition partition = create();
        append(partition, "a");
        move(elsewhere(partition));
        broker.delete("t");
        broker.worker().run();
        removeAll();

        assertThat(broker.purged()).hasSize(1);
        assertThat(LogFiles.system().list(one)).noneMatch(name -> name.startsWith("t-0"));
        assertThat(LogFiles.system().list(two)).noneMatch(name -> name.startsWith("t-0"));
    }

    /// Of which the disk may hang.
    @Test
    void aTopicThatIsDeletedForcesNoDirectoryThatHasNothingOfIt() throws IOException {
        Partition partition = create();
        append(partition, "a");
        files.forcedDirectories().clear();

        broker.delete("t");
        broker.worker().run();

        assertThat(broker.purged()).hasSize(1);
        assertThat(files.forcedDirectories())
                .contains(partition.directory().root())
                .doesNotContain(elsewhere(partition));
    }

    @Test
    void aPartitionThatCannotBeCopiedStaysWhereItIs() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        files.failWrites(target.getFileName().toString());
        broker.worker().run();
        append(partition, "b");

        assertThat(partition.directory().root()).isEqualTo(home);
        assertThat(values(partition)).containsExactly("a", "b");
    }

    /// More than is copied at once, so that the log is served until the end.
    @Test
    void aMoveThatAStopInterruptedBeginsAgain() throws IOException {
        Partition partition = create();
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 60; i++) {
            append(partition, large);
        }
        Path target = elsewhere(partition);
        move(target);
        assertThat(broker.worker().runNext()).as("makes a place").isTrue();
        assertThat(broker.worker().runNext()).as("copies a piece").isTrue();
        assertThat(partition.openLog()).isNotNull();
        broker.close();
        assertThat(LogFiles.system().list(target)).anyMatch(name -> name.endsWith("-future"));

        broker = open(files);
        Partition again = create();
        resumeMoves();
        assertThat(broker.partitions().future(again)).as("what was copied is there").isNull();
        removeAll();
        resumeMoves();
        broker.worker().run();

        assertThat(again.directory().root()).isEqualTo(target);
        assertThat(values(again)).hasSize(60);
    }

    @Test
    void aMoveThatWaitedForOthersAtAStopBeginsAgain() throws IOException {
        broker.create("t", 3);
        Path target = elsewhere(broker.partition("t", 0));
        for (int i = 0; i < 3; i++) {
            append(broker.partition("t", i), "a");
            assertThat(broker.partitions().move("t", i, target)).isEqualTo(ErrorCode.NONE);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(broker.worker().runNext()).as("makes a place").isTrue();
        }
        broker.close();

        broker = open(files);
        broker.create("t", 3);
        removeAll();
        resumeMoves();
        broker.worker().run();

        for (int i = 0; i < 3; i++) {
            assertThat(broker.partition("t", i).directory().root()).as("%d", i).isEqualTo(target);
        }
    }

    @Test
    void ofManyThatMoveOneIsOutOfUse() throws IOException {
        broker.create("t", 6);
        for (int i = 0; i < 6; i++) {
            append(broker.partition("t", i), "a");
            broker.partitions().move("t", i, one);
        }
        int moved = 0;
        while (broker.worker().runNext()) {
            int out = 0;
            for (int i = 0; i < 6; i++) {
                out += broker.partition("t", i).openLog() == null ? 1 : 0;
            }
            assertThat(out).isLessThanOrEqualTo(1);
            moved += out;
        }

        assertThat(moved).as("seen out of use").isPositive();
        for (int i = 0; i < 6; i++) {
            assertThat(broker.partition("t", i).directory().root()).isEqualTo(one);
        }
    }

    /// It does not wait for those before it.
    @Test
    void aMoveThatIsCancelledWhileItWaitsEnds() throws IOException {
        broker.create("t", 4);
        List<Partition> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if (!broker.partition("t", i).directory().root().equals(one)) {
                all.add(broker.partition("t", i));
            }
        }
        assertThat(all).hasSizeGreaterThan(1);
        Partition last = all.getLast();
        for (Partition partition : all) {
            broker.partitions().move("t", partition.index(), one);
        }

        broker.partitions().move("t", last.index(), two);
        while (broker.partitions().future(last) != null) {
            assertThat(broker.worker().runNext()).isTrue();
        }
        assertThat(all.getFirst().directory().root()).as("is before it").isEqualTo(two);
        broker.worker().run();

        assertThat(last.directory().root()).isEqualTo(two);
        assertThat(all.getFirst().directory().root()).isEqualTo(one);
    }

    @Test
    void aMoveThatWasGivenUpDoesNotBeginAgain() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        move(elsewhere(partition));
        assertThat(broker.worker().runNext()).as("makes a place").isTrue();
        assertThat(broker.worker().runNext()).isTrue();
        move(home);
        broker.worker().run();
        broker.close();

        broker = open(files);
        Partition again = create();
        removeAll();
        resumeMoves();
        broker.worker().run();

        assertThat(again.directory().root()).isEqualTo(home);
    }

    @Test
    void aPartitionForWhichThereIsNoRoomStaysWhereItIs() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        files.free(1 << 20);

        move(elsewhere(partition));
        broker.worker().run();
        files.free(1 << 29);

        assertThat(partition.directory().root()).isEqualTo(home);
        append(partition, "b");
        assertThat(values(partition)).containsExactly("a", "b");
    }

    @Test
    void aMoveThatIsCancelledAndAskedForAgainIsMade() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);

        assertThat(move(target)).isEqualTo(ErrorCode.NONE);
        assertThat(move(home)).isEqualTo(ErrorCode.NONE);
        assertThat(move(target)).isEqualTo(ErrorCode.NONE);
        broker.worker().run();

        assertThat(partition.directory().root()).isEqualTo(target);
        assertThat(values(partition)).containsExactly("a");
    }

    /// A move failed at both ends: both directories know the log, and one has gone on.
    @Test
    void ofTwoLogsThatAreKnownAsWellTheLongerOneIsServed() throws IOException {
        for (boolean longerFirst : new boolean[] {true, false}) {
            broker.close();
            Path kept = Files.createDirectories((longerFirst ? one : two).resolve("kept"));
            Path copy = Files.createDirectories((longerFirst ? two : one).resolve("copy"));
            broker = new TestBroker(List.of(copy), files, Map.of());
            append(create(), "a");
            Topic topic = broker.known("t");
            broker.close();
            broker = new TestBroker(List.of(kept), files, Map.of());
            Partition longer = restored(topic);
            append(longer, "a");
            append(longer, "b");
            broker.close();

            List<Path> both = longerFirst ? List.of(kept, copy) : List.of(copy, kept);
            broker = new TestBroker(both, files, Map.of());

            assertThat(values(restored(topic))).containsExactly("a", "b");
        }
    }

    @Test
    void aTopicThatIsMadeAgainIsNotMadeWhereTheDiskHasFailed() throws IOException {
        Partition partition = create();
        broker.forced("t");
        files.failForces("t-0");
        append(partition, "a", true);
        broker.force();
        assertThat(partition.directory().failure()).isNotNull();

        broker.delete("t");
        broker.createClosed("t", 1);
        Partition again = broker.partition("t", 0);
        assertThat(again.directory()).isNotSameAs(partition.directory());

        again.log();
        broker.worker().run();
        append(again, "b");
        assertThat(values(again)).containsExactly("b");
    }

    @Test
    void whatCannotBeMovedIsRefused() throws IOException {
        Partition partition = create();

        assertThat(move(Path.of("/nowhere"))).isEqualTo(ErrorCode.LOG_DIR_NOT_FOUND);
        assertThat(broker.partitions().move("t", 5, one))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(broker.partitions().move("u", 0, one))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(move(partition.directory().root())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aLogThatIsInTwoDirectoriesIsServedFromOneAndTheOtherIsSetAside() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path other = elsewhere(partition);
        broker.close();
        LogFiles.system().createDirectory(other.resolve("t-0"));

        broker = open(LogFiles.system());
        assertThat(create().directory().root()).isEqualTo(home);

        assertThat(LogFiles.system().list(other)).anyMatch(name -> name.endsWith("-stray"));
    }

    /// As when a topic is deleted and made again while one of the disks is away.
    @Test
    void ofLogsOfSeveralTopicsTheOneOfTheTopicThatExistsCounts() throws IOException {
        for (boolean liveFirst : new boolean[] {true, false}) {
            broker.close();
            Path live = Files.createDirectories((liveFirst ? one : two).resolve("live"));
            Path old = Files.createDirectories((liveFirst ? two : one).resolve("old"));
            broker = new TestBroker(List.of(old), files, Map.of());
            append(create(), "old");
            Topic before = broker.known("t");
            broker.close();
            Topic now =
                    new Topic("t", new Uuid(1, 99), false, before.partitions(), before.config());
            broker = new TestBroker(List.of(live), files, Map.of());
            append(restored(now), "live");
            broker.close();

            List<Path> both = liveFirst ? List.of(live, old) : List.of(old, live);
            broker = new TestBroker(both, files, Map.of());

            assertThat(values(restored(now))).containsExactly("live");
            assertThat(files.list(old)).anyMatch(name -> name.endsWith("-stray"));
        }
    }

    private Partition restored(Topic topic) {
        broker.restore(topic);
        Partition partition = broker.partition(topic.name(), 0);
        partition.log();
        broker.worker().run();
        return partition;
    }

    private void resumeMoves() {
        broker.partitions().directories().forEach(broker.partitions()::resumeMoves);
    }

    private void removeAll() throws IOException {
        for (DataDirectory directory : broker.partitions().directories()) {
            directory.checkpoint();
            while (directory.remove()) {
                // Until nothing is left to be removed.
            }
        }
    }

    private TestBroker open(LogFiles on) throws IOException {
        return new TestBroker(List.of(one, two), on, Map.of());
    }

    private Partition create() {
        broker.create("t", 1);
        return broker.partition("t", 0);
    }

    private ErrorCode move(Path to) {
        return broker.partitions().move("t", 0, to);
    }

    private Path elsewhere(Partition partition) {
        return partition.directory().root().equals(one) ? two : one;
    }

    private DataDirectory directoryAt(Path root) {
        return broker.partitions().directories().stream()
                .filter(directory -> directory.root().equals(root))
                .findFirst()
                .orElseThrow();
    }

    private static void append(Partition partition, String value) {
        assertThat(append(partition, value, false).rejection()).isNull();
    }

    private static Append append(Partition partition, String value, boolean all) {
        RecordBatch batch = new RecordBatch(Batches.of(value));
        Append append = Append.of(partition, batch, all, _ -> {});
        partition.append(append);
        return append;
    }

    private List<String> values(Partition partition) throws IOException {
        List<String> values = new ArrayList<>();
        var log = broker.log("t", 0);
        long offset = log.startOffset();
        while (offset < log.endOffset()) {
            ReadResult read = partition.read(log, offset, log.endOffset(), 1, true, true);
            LogSlice slice = (LogSlice) read;
            RecordBatch batch = Objects.requireNonNull(RecordBatch.next(slice.toBytes()));
            slice.release();
            batch.records().forEach(record -> values.add(text(record.value())));
            offset = batch.nextOffset();
        }
        return values;
    }

    private static String text(@Nullable ByteBuffer value) {
        return value == null ? "" : UTF_8.decode(value).toString();
    }
}

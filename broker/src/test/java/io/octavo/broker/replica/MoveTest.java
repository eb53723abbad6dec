package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogFiles;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A partition that moves between the data directories of one broker.
class MoveTest extends TwoDirectories {
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

    /// When all is copied, the disk fails on which it was; at the next start it works again.
    @Test
    void aPartitionWhoseOldDiskFailsAtTheEndIsServedFromTheNewOne() throws IOException {
        Partition partition = create();
        append(partition, "a");
        Path home = partition.directory().root();
        Path target = elsewhere(partition);
        move(target);
        files.behindRename("-future", () -> files.failWrites(home.getFileName().toString()));

        broker.worker().run();

        assertThat(directoryAt(home).failure()).isNotNull();
        assertThat(partition.directory().root()).isEqualTo(target);
        append(partition, "b");
        assertThat(values(partition)).containsExactly("a", "b");

        Topic topic = broker.known("t");
        files.mend();
        broker.close();
        broker = open(files);
        assertThat(values(restored(topic))).containsExactly("a", "b");
        assertThat(files.list(home)).anyMatch(name -> name.endsWith("-stray"));
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
}

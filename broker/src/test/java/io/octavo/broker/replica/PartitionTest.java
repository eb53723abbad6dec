package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTest {
    @TempDir Path root;

    private final FailingFiles disk = new FailingFiles();
    private TestBroker broker;
    private Partition partition;
    private final List<Append> decided = new ArrayList<>();
    private int changes;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        broker.create("t", 1);
        partition = broker.partition("t", 0);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void appendsGetConsecutiveOffsetsAndAreVisibleAtOnce() {
        Append first = append(Batches.of("a", "b"));
        Append second = append(Batches.of("c"));

        assertThat(decided).containsExactly(first, second);
        assertThat(first.rejection()).isNull();
        assertThat(first.baseOffset()).isZero();
        assertThat(second.baseOffset()).isEqualTo(2);
        assertThat(second.logStartOffset()).isZero();
        assertThat(second.appendTimeMs()).isEqualTo(-1);
        assertThat(partition.highWatermark()).isEqualTo(3);
    }

    @Test
    void anAppendBeforeTheLogIsOpenWaitsForIt() {
        broker.createClosed("cold", 1);
        partition = broker.partition("cold", 0);

        Append early = append(Batches.of("a"));
        assertThat(decided).isEmpty();
        broker.worker().run();

        assertThat(decided).containsExactly(early);
        assertThat(early.baseOffset()).isZero();
    }

    @Test
    void theHighWatermarkIsThereWhenAReopenedLogIs() throws IOException {
        append(Batches.of("a", "b", "c"));
        var topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root);
        broker.restore(topic);
        partition = broker.partition("t", 0);

        assertThat(partition.log()).isNull();
        assertThat(partition.opening()).isTrue();
        watch();
        broker.worker().run();

        assertThat(partition.log()).isNotNull();
        assertThat(partition.highWatermark()).isEqualTo(3);
        assertThat(changes).isOne();
    }

    @Test
    void acksAllWaitsForTheHighWatermark() {
        broker.forced("t");
        Append all = append(Batches.of("a"), true);
        Append leaderOnly = append(Batches.of("b"), false);
        assertThat(decided).containsExactly(leaderOnly);
        assertThat(all.decided()).isFalse();
        assertThat(all.released()).isTrue();

        broker.force();

        assertThat(decided).containsExactly(leaderOnly, all);
        assertThat(all.rejection()).isNull();
        assertThat(all.baseOffset()).isZero();
    }

    @Test
    void whateverTheAcksARecordIsVisibleWhenItIsForced() {
        broker.forced("t");

        append(Batches.of("a"), false);
        assertThat(partition.highWatermark()).isZero();
        broker.force();

        assertThat(partition.highWatermark()).isOne();
    }

    @Test
    void whatAWatcherWaitsForIsForcedAtOnce() {
        broker.forced("t");
        append(Batches.of("a"), false);
        broker.force();

        append(Batches.of("b"), false);
        broker.force();
        assertThat(partition.highWatermark()).isOne();
        watch();
        broker.force();
        assertThat(partition.highWatermark()).isEqualTo(2);

        watch();
        append(Batches.of("c"), false);
        broker.force();
        assertThat(partition.highWatermark()).isEqualTo(3);
    }

    @Test
    void whatAWatcherWaitsForThatComesDuringAnAppendIsForcedAtOnce() {
        broker.forced("t");
        append(Batches.of("a"), false);
        broker.force();
        disk.beforeWrite(this::watch);

        append(Batches.of("b"), false);
        broker.force();

        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void whatIsSentAgainByOneWhoWaitsIsForcedAtOnce() {
        broker.forced("t");
        append(Batches.of("a"), false);
        broker.force();
        append(Batches.from(5, 0, 0, "b"), false);

        Append again = append(Batches.from(5, 0, 0, "b"), true);
        broker.force();

        assertThat(decided).contains(again);
        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void whoWaitsForAForceIsAnsweredWhenNoneIsNeededAnyMore() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);

        broker.configure("t", "durability", "os");

        assertThat(decided).containsExactly(waiting);
        assertThat(waiting.rejection()).isNull();
        assertThat(partition.highWatermark()).isOne();
    }

    @Test
    void whatIsVisibleStaysSoWhenForcesAreNeededFromNowOn() {
        append(Batches.of("a"));
        broker.forced("t");
        assertThat(partition.highWatermark()).isOne();

        append(Batches.of("b"), true);
        broker.force();

        assertThat(partition.highWatermark()).isEqualTo(2);
        assertThat(decided).hasSize(2);
    }

    @Test
    void aFailedForceTakesEveryPartitionOfTheDirectoryOutOfService() {
        broker.create("other", 1, "durability", "fsync");
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        Append elsewhere =
                Append.of(
                        broker.partition("other", 0),
                        new RecordBatch(Batches.of("a")),
                        true,
                        decided::add);
        broker.partition("other", 0).append(elsewhere);
        disk.failForces("t-0");

        broker.force();
        broker.worker().run();

        assertThat(error(waiting)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(error(elsewhere)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(partition.highWatermark()).isZero();
        assertThat(broker.partition("other", 0).refusal()).isNotNull();
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aDuplicateOfABatchThatIsNotCommittedWaitsAsTheOriginalDoes() {
        broker.forced("t");
        Append original = append(Batches.from(5, 0, 0, "a", "b"), true);
        Append duplicate = append(Batches.from(5, 0, 0, "a", "b"), true);
        assertThat(decided).isEmpty();

        broker.force();

        assertThat(decided).containsExactly(original, duplicate);
        assertThat(duplicate.rejection()).isNull();
        assertThat(duplicate.baseOffset()).isEqualTo(original.baseOffset());
        assertThat(broker.log("t", 0).endOffset()).isEqualTo(2);
    }

    @Test
    void aDuplicateIsAnsweredWithTheOriginalsOffsetAndNotWritten() {
        append(Batches.of("before"));
        append(Batches.from(5, 0, 0, "a"));
        append(Batches.from(5, 0, 1, "b"));

        Append duplicate = append(Batches.from(5, 0, 0, "a"));

        assertThat(duplicate.rejection()).isNull();
        assertThat(duplicate.baseOffset()).isOne();
        assertThat(broker.log("t", 0).endOffset()).isEqualTo(3);
    }

    @Test
    void aGapInAProducersSequenceIsRefused() {
        append(Batches.from(5, 0, 0, "a"));

        Append gap = append(Batches.from(5, 0, 2, "c"));

        assertThat(error(gap)).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(broker.log("t", 0).endOffset()).isOne();
    }

    @Test
    void aProducerNobodyKnowsMayBeginWithAnySequence() {
        Append first = append(Batches.from(5, 0, 100, "a"));

        assertThat(first.rejection()).isNull();
    }

    @Test
    void anOlderEpochOfAProducerIsFenced() {
        append(Batches.from(5, 3, 0, "a"));

        assertThat(error(append(Batches.from(5, 2, 1, "b"))))
                .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    }

    @Test
    void whoWaitsForTheHighWatermarkIsAnsweredWhenLeadershipIsLost() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        watch();

        broker.elect("t", 0, false);

        assertThat(decided).containsExactly(waiting);
        assertThat(error(waiting)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(changes).isOne();
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aNewLeaderEpochIsStampedIntoWhatFollows() throws IOException {
        append(Batches.of("a"));
        broker.elect("t", 0, true);
        append(Batches.of("b"));

        assertThat(broker.log("t", 0).epochs().latest()).isOne();
        assertThat(partition.epochEnd(broker.log("t", 0), 0).endOffset()).isOne();
        assertThat(partition.epochEnd(broker.log("t", 0), 1).endOffset()).isEqualTo(2);
        assertThat(partition.admits(0)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(partition.admits(1)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.admits(2)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void aLeadersEpochWithoutRecordsEndsWhereTheLogDoes() {
        append(Batches.of("a"));
        broker.elect("t", 0, true);

        assertThat(partition.epochEnd(broker.log("t", 0), 1))
                .extracting(end -> end.epoch(), end -> end.endOffset())
                .containsExactly(1, 1L);
    }

    @Test
    void aWatcherIsToldOnce() {
        watch();

        append(Batches.of("a"));
        append(Batches.of("b"));

        assertThat(changes).isOne();
    }

    @Test
    void aDeletedPartitionAnswersWhoWaitsAndRemovesItsLog() throws IOException {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        watch();

        broker.delete("t");

        assertThat(error(waiting)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(changes).isOne();
        assertThat(broker.partitions().topic("t")).isNull();
        assertThat(broker.purged()).isEmpty();
        broker.worker().run();
        assertThat(broker.purged()).hasSize(1);
        assertThat(root.resolve("t-0")).doesNotExist();
    }

    @Test
    void aTopicCreatedAgainStartsEmpty() {
        append(Batches.of("a"));
        broker.delete("t");
        broker.create("t", 1);
        partition = broker.partition("t", 0);

        assertThat(append(Batches.of("b")).baseOffset()).isZero();
    }

    @Test
    void aTopicDeletedInAnEarlierRunIsRemovedAtTheStart() throws IOException {
        append(Batches.of("a"));
        var topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root);
        broker.restore(topic);

        broker.delete("t");
        broker.worker().run();

        assertThat(root.resolve("t-0")).doesNotExist();
        assertThat(broker.purged()).containsExactly(topic.id());
    }

    @Test
    void anAppendThatIsStillBeingPreparedKeepsItsPlace() {
        Append slow = Append.preparing(partition, false, decided::add);
        partition.append(slow);
        Append next = append(Batches.of("second"));
        assertThat(decided).isEmpty();
        assertThat(slow.released()).isFalse();

        slow.prepared(new Admission.Admitted(new RecordBatch(Batches.of("first"))));

        assertThat(decided).containsExactly(slow, next);
        assertThat(slow.baseOffset()).isZero();
        assertThat(next.baseOffset()).isOne();
    }

    @Test
    void anAppendThatWasGivenUpIsNeverWritten() {
        Append slow = Append.preparing(partition, false, decided::add);
        partition.append(slow);
        Append given = append(Batches.of("given up"));

        given.abandon();
        assertThat(given.released()).isTrue();
        slow.prepared(new Admission.Admitted(new RecordBatch(Batches.of("first"))));

        assertThat(decided).containsExactly(slow);
        assertThat(broker.log("t", 0).endOffset()).isOne();
    }

    @Test
    void aStoppedBrokerAnswersWhoWaitsAndTakesNoMore() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);

        broker.partitions().stop();

        assertThat(error(waiting)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aFailedWriteTakesThePartitionOutOfServiceAndAnswersWhoWaits() {
        broker.forced("t");
        Append waiting = append(Batches.of("a"), true);
        watch();
        disk.failWrites("t-0");

        Append failed = append(Batches.of("b"));

        assertThat(error(failed)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(error(waiting)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(changes).isOne();
        assertThat(partition.log()).isNull();
        assertThat(error(append(Batches.of("c")))).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aFullDiskRefusesABatchAndThePartitionGoesOn() throws IOException {
        append(Batches.of("a"));
        disk.fill();
        assertThat(error(append(Batches.of("b")))).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);

        disk.mend();
        broker.checkpoint();

        assertThat(append(Batches.of("c")).baseOffset()).isOne();
    }

    @Test
    void belowTheMarkOfFreeSpaceNothingIsProducedUntilThereIsMore() throws IOException {
        append(Batches.from(5, 0, 0, "a"));
        disk.free((1 << 30) / 20 - 1);
        broker.checkpoint();

        Append refused = append(Batches.of("b"));
        assertThat(error(refused)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(String.valueOf(refused.rejection()))
                .contains(root.toString(), "53687090 bytes free", "the mark is 53687091");
        assertThat(append(Batches.from(5, 0, 0, "a")).rejection()).isNull();

        disk.free(1 << 29);
        broker.checkpoint();
        assertThat(append(Batches.of("c")).baseOffset()).isOne();
    }

    @Test
    void internalTopicsGoOnBelowTheMarkOfFreeSpace() throws IOException {
        broker.create("__internal", 1);
        partition = broker.partition("__internal", 0);
        disk.free(1 << 20);
        broker.checkpoint();

        assertThat(append(Batches.of("a")).rejection()).isNull();
    }

    @Test
    void theMarkOfFreeSpaceIsASetting() throws IOException {
        broker.close();
        broker = new TestBroker(root, disk, Map.of("octavo.disk.free.bytes.min", "1000"));
        broker.create("small", 1);
        partition = broker.partition("small", 0);

        disk.free(1000);
        broker.checkpoint();
        assertThat(append(Batches.of("a")).rejection()).isNull();
        assertThat(error(append(Batches.of("what was appended since counts"))))
                .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    }

    @Test
    void aLogThatCannotBeOpenedIsAStorageError() throws IOException {
        append(Batches.of("a"));
        var topic = broker.known("t");
        broker.close();
        broker = new TestBroker(root, disk, Map.of());
        broker.restore(topic);
        partition = broker.partition("t", 0);
        disk.failReads("t-0");

        Append early = append(Batches.of("b"));
        broker.worker().run();

        assertThat(error(early)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    private Append append(ByteBuffer batch) {
        return append(batch, false);
    }

    private Append append(ByteBuffer batch, boolean all) {
        Append append = Append.of(partition, new RecordBatch(batch), all, decided::add);
        partition.append(append);
        return append;
    }

    private void watch() {
        partition.watch(() -> changes++);
    }

    private static ErrorCode error(Append append) {
        Rejection rejection = append.rejection();
        return rejection == null ? ErrorCode.NONE : rejection.error();
    }
}

package io.octavo.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.log.EpochHistory;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTest extends PartitionScene {
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
    void anEpochOfWhichTheLogHasNoRecordEndsWhereTheLeadersBegins() {
        assertThat(partition.epochEnd(broker.log("t", 0), 1).epoch())
                .isEqualTo(EpochHistory.NO_EPOCH);
        broker.elect("t", 0, true);
        assertThat(partition.epochEnd(broker.log("t", 0), 0))
                .extracting(end -> end.epoch(), end -> end.endOffset())
                .containsExactly(0, 0L);

        append(Batches.of("a"));
        broker.elect("t", 0, true);
        broker.elect("t", 0, true);

        assertThat(partition.epochEnd(broker.log("t", 0), 2))
                .extracting(end -> end.epoch(), end -> end.endOffset())
                .containsExactly(1, 1L);
        assertThat(partition.epochEnd(broker.log("t", 0), 4).epoch())
                .isEqualTo(EpochHistory.NO_EPOCH);
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
    void whatIsGivenUpWhileLogsOpenIsBounded() {
        RecordBatch batch = new RecordBatch(Batches.of("a"));
        broker.createClosed("cold", 2);
        Partition open = partition;
        partition = broker.partition("cold", 0);
        broker.crowd(1);
        assertThat(partition.refuseIfCrowded(batch)).isNull();

        append(Batches.of("given up")).abandon();

        assertThat(partition.refuseIfCrowded(batch))
                .extracting(Rejection::error)
                .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(broker.partition("cold", 1).crowded()).isNotNull();
        assertThat(open.refuseIfCrowded(batch)).isNull();
    }

    @Test
    void aLogThatTurnsRequestsAwayIsOpenedForThem() {
        RecordBatch batch = new RecordBatch(Batches.of("a"));
        broker.createClosed("cold", 1);
        partition = broker.partition("cold", 0);
        broker.crowd(0);
        assertThat(partition.refuseIfCrowded(batch)).isNotNull();

        broker.worker().run();

        assertThat(partition.openLog()).isNotNull();
        assertThat(partition.refuseIfCrowded(batch)).isNull();
    }

    @Test
    void whatWasGivenUpCountsUntilItsTurn() {
        broker.createClosed("cold", 2);
        partition = broker.partition("cold", 0);
        broker.crowd(1);
        Append given = append(Batches.of("given up"));
        given.abandon();
        given.abandon();
        assertThat(broker.partition("cold", 1).crowded()).isNotNull();

        broker.worker().run();

        broker.createClosed("colder", 1);
        assertThat(broker.partition("colder", 0).crowded()).isNull();
        append(Batches.of("written")).abandon();
        assertThat(broker.partition("colder", 0).crowded()).isNull();
    }

    /// Too many to be told from one another.
    @Test
    void batchesOfManyProducersMayBeGivenUp() {
        broker.createClosed("cold", 1);
        partition = broker.partition("cold", 0);
        for (int producer = 1; producer <= 1_001; producer++) {
            append(Batches.from(producer, 0, 0, "given up")).abandon();
        }
        broker.worker().run();

        for (int producer : new int[] {1, 2, 1_000, 1_001, 1_002}) {
            assertThat(error(append(Batches.from(producer, 0, 1, "second"))))
                    .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        }
        assertThat(append(Batches.from(1, 0, 0, "first")).baseOffset()).isZero();
        assertThat(append(Batches.from(1, 0, 1, "second")).baseOffset()).isOne();
    }

    @Test
    void whatIsGivenUpOfAProducerThatTheLogKnowsIsNoGapOfIts() {
        append(Batches.from(5, 0, 0, "a"));
        Append slow = Append.preparing(partition, false, decided::add);
        partition.append(slow);
        append(Batches.from(5, 0, 1, "b")).abandon();
        slow.prepared(new Admission.Admitted(new RecordBatch(Batches.of("first"))));

        for (int producer = 100; producer < 100 + Gaps.PRODUCERS_MAX; producer++) {
            partition.appender().missed(producer);
        }

        assertThat(append(Batches.from(6, 0, 7, "begins anywhere")).rejection()).isNull();
    }

    @Test
    void aGivenUpAppendKeepsNothing() {
        broker.createClosed("cold", 1);
        partition = broker.partition("cold", 0);
        List<WeakReference<?>> kept = givenUp();

        for (int i = 0; i < 20 && kept.stream().anyMatch(one -> one.get() != null); i++) {
            System.gc();
        }

        assertThat(kept).allMatch(one -> one.get() == null);
        assertThat(partition.opening()).isTrue();
    }

    private List<WeakReference<?>> givenUp() {
        RecordBatch batch = new RecordBatch(Batches.of("a"));
        var refused = new Rejection(ErrorCode.INVALID_RECORD, new String("refused"));
        Append.Listener listener = decided::add;
        Append first = Append.of(partition, batch, false, listener);
        Append second = Append.refused(partition, refused, false, listener);
        for (Append append : List.of(first, second)) {
            partition.append(append);
            append.abandon();
        }
        return List.of(
                new WeakReference<>(batch),
                new WeakReference<>(refused),
                new WeakReference<>(listener));
    }
}

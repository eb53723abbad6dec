package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchHandlerTest extends FetchScene {
    @Test
    void recordsThatAreThereAreAnsweredAtOnce() {
        append("t", 0, Batches.of("a", "b"));

        PartitionData answer = only(now(fetch(request(at(0, 0)))));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(answer.highWatermark()).isEqualTo(2);
        assertThat(answer.lastStableOffset()).isEqualTo(2);
        assertThat(answer.logStartOffset()).isZero();
        assertThat(answer.preferredReadReplica()).isEqualTo(-1);
        assertThat(answer.abortedTransactions()).isNull();
        assertThat(offsets(answer)).containsExactly(0L);
    }

    @Test
    void aFetchInTheMiddleOfABatchGetsTheWholeBatch() {
        append("t", 0, Batches.of("a", "b", "c"));
        append("t", 0, Batches.of("d"));

        assertThat(offsets(only(now(fetch(request(at(0, 1))))))).containsExactly(0L, 3L);
    }

    @Test
    void readCommittedIsToldThatNoTransactionWasAborted() {
        append("t", 0, Batches.of("a"));

        PartitionData answer = only(now(fetch(request(at(0, 0)).withIsolationLevel((byte) 1))));

        assertThat(answer.abortedTransactions()).isEmpty();
        assertThat(offsets(answer)).containsExactly(0L);
    }

    @Test
    void aNameThatNoTopicCanHaveIsAnsweredAtOnceAndNotKept() {
        FetchRequest asked = request("x".repeat(250), at(0, 0)).withSessionEpoch(0);

        FetchResponse answer = now(fetch(asked));

        assertThat(only(answer).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(answer.sessionId()).isZero();
    }

    @Test
    void aFetchMayNameMoreThanTenThousandTopics() {
        FetchTopic unknown = new FetchTopic("unknown", Uuid.ZERO, List.of());
        List<FetchTopic> topics = new ArrayList<>(Collections.nCopies(20_000, unknown));
        topics.add(new FetchTopic("t", Uuid.ZERO, List.of(at(0, 0))));

        FetchRequest asked = request().withTopics(topics).withMaxWaitMs(0);

        assertThat(only(now(fetch(asked))).errorCode()).isEqualTo(ErrorCode.NONE.code());
    }

    @Test
    void fromVersion16OnTheNewLeaderIsNamed() {
        broker.elect("t", 0, false);

        FetchResponse response = now(fetch(byId("t", at(0, 0)), BY_ID));

        assertThat(only(response).currentLeader().leaderId()).isEqualTo(2);
        assertThat(only(response).currentLeader().leaderEpoch()).isOne();
        assertThat(response.nodeEndpoints())
                .containsExactly(new FetchResponse.NodeEndpoint(2, "host2", 9002, null));
    }

    @Test
    void offsetsOutsideTheLogAreOutOfRange() {
        append("t", 0, Batches.of("a"));

        PartitionData behind = only(now(fetch(request(at(0, 2)))));
        PartitionData before = only(now(fetch(request(at(0, -5)))));

        assertThat(behind.errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
        assertThat(behind.highWatermark()).isEqualTo(-1);
        assertThat(behind.records()).isEqualTo(ByteRecords.EMPTY);
        assertThat(before.errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.code());
    }

    @Test
    void whatIsNotCommittedIsNeitherServedNorAnError() {
        broker.forced("t");
        append("t", 0, Batches.of("a"));
        broker.force();
        append("t", 0, Batches.of("b"));

        assertThat(offsets(only(now(fetch(request(at(0, 0))))))).containsExactly(0L);
        assertThat(only(now(fetch(request(at(0, 2)).withMaxWaitMs(0)))))
                .extracting(PartitionData::errorCode, PartitionData::highWatermark)
                .containsExactly(ErrorCode.NONE.code(), 1L);
    }

    @Test
    void whoeverClaimsToBeAFollowerIsServedAsAConsumer() {
        broker.forced("t");
        append("t", 0, Batches.of("a"));
        broker.force();
        append("t", 0, Batches.of("b"));

        PartitionData answer = only(now(fetch(request(at(0, 0)).withReplicaId(2))));

        assertThat(offsets(answer)).containsExactly(0L);
        assertThat(broker.partition("t", 0).highWatermark()).isOne();
    }

    @Test
    void leaderEpochsAreFenced() {
        broker.elect("t", 0, true);

        assertThat(error(fetch(request(at(0, 0).withCurrentLeaderEpoch(0)))))
                .isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(error(fetch(request(at(0, 0).withCurrentLeaderEpoch(2)))))
                .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void aReaderOfAnotherHistoryIsToldWhereTheyPart() {
        append("t", 0, Batches.of("a"));
        broker.elect("t", 0, true);
        broker.elect("t", 0, true);
        append("t", 0, Batches.of("b"));

        PartitionData parted = only(now(fetch(request(at(0, 5).withLastFetchedEpoch(0)))));
        PartitionData same = only(now(fetch(request(at(0, 1).withLastFetchedEpoch(0)))));

        assertThat(parted.divergingEpoch()).isEqualTo(new FetchResponse.EpochEndOffset(0, 1));
        assertThat(parted.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(offsets(same)).containsExactly(1L);
    }

    @Test
    void unknownTopicsAreNamedButTheOthersMayBeWaitedFor() {
        FetchRequest request =
                FetchRequest.defaults()
                        .withMaxWaitMs(WAIT_MS)
                        .withMinBytes(1)
                        .withTopics(
                                List.of(
                                        new FetchTopic("no", Uuid.ZERO, List.of(at(0, 0))),
                                        new FetchTopic(
                                                "t", Uuid.ZERO, List.of(at(0, 0), at(9, 0)))));
        Later<FetchResponse> later = later(fetch(request));

        loop.advanceMs(WAIT_MS);

        assertThat(partitions(kept(later)))
                .extracting(PartitionData::errorCode)
                .containsExactly(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
                        ErrorCode.NONE.code(),
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(error(fetch(request("no", at(0, 0)))))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void theFirstBatchIsAlwaysWhole() {
        append("t", 0, Batches.ofSize(1_000));
        append("t", 0, Batches.ofSize(1_000));

        PartitionData answer =
                only(now(fetch(request(at(0, 0).withPartitionMaxBytes(1)).withMaxBytes(1))));

        assertThat(offsets(answer)).containsExactly(0L);
        assertThat(size(answer)).isEqualTo(1_000 + overhead());
    }

    @Test
    void theFirstPartitionWithRecordsGivesABatchAndTheNextOnlyWhatFits() {
        append("t", 1, Batches.ofSize(1_000));
        append("t", 2, Batches.ofSize(1_000));

        List<PartitionData> answers =
                partitions(now(fetch(request(at(0, 0), at(1, 0), at(2, 0)).withMaxBytes(100))));

        assertThat(answers).extracting(this::size).containsExactly(0, 1_000 + overhead(), 0);
    }

    @Test
    void aBatchMayBeCutAtThePartitionsLimitBehindTheFirst() {
        append("t", 0, Batches.ofSize(1_000));
        append("t", 0, Batches.ofSize(1_000));

        PartitionData answer = only(now(fetch(request(at(0, 0).withPartitionMaxBytes(1_500)))));

        assertThat(size(answer)).isEqualTo(1_500);
        assertThat(offsets(answer)).containsExactly(0L);
    }

    @Test
    void theRequestsLimitIsSharedInTheOrderOfThePartitions() {
        for (int i = 0; i < 3; i++) {
            append("t", i, Batches.ofSize(1_000));
        }
        int two = 2 * (1_000 + overhead());

        assertThat(
                        partitions(
                                now(
                                        fetch(
                                                request(at(0, 0), at(1, 0), at(2, 0))
                                                        .withMaxBytes(two + 50)))))
                .extracting(this::size)
                .containsExactly(1_000 + overhead(), 1_000 + overhead(), 0);
    }

    @Test
    void aFileThatCannotBeReadIsAStorageErrorOfThatPartition() {
        append("t", 0, Batches.of("a"));
        append("t", 1, Batches.of("b"));
        disk.failReads("t-0");

        List<PartitionData> answers = partitions(now(fetch(request(at(0, 0), at(1, 0)))));

        assertThat(answers)
                .extracting(PartitionData::errorCode)
                .containsExactly(ErrorCode.KAFKA_STORAGE_ERROR.code(), ErrorCode.NONE.code());
    }

    @Test
    void oldClientsAreNotToldOfStorageErrors() {
        append("t", 0, Batches.of("a"));
        disk.failReads("t-0");

        assertThat(error(fetch(request(at(0, 0)), 5))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}

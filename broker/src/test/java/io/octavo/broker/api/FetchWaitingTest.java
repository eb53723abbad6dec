package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.wire.ByteRecords;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A fetch that has not enough to say: how long it waits, and what wakes it.
class FetchWaitingTest extends FetchScene {
    @Test
    void aFetchWithNothingToReadIsParkedUntilItsTimeIsUp() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0))));

        loop.advanceMs(WAIT_MS - 1);
        assertThat(settled(later)).isFalse();
        loop.advanceMs(1);

        PartitionData answer = only(kept(later));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(answer.highWatermark()).isZero();
        assertThat(answer.records()).isEqualTo(ByteRecords.EMPTY);
    }

    @Test
    void aFetchThatMayNotWaitIsAnsweredAtOnce() {
        assertThat(only(now(fetch(request(at(0, 0)).withMaxWaitMs(0)))).highWatermark()).isZero();
        assertThat(only(now(fetch(request(at(0, 0)).withMinBytes(0)))).highWatermark()).isZero();
    }

    /// It may name a partition a hundred thousand times, and wait for weeks.
    @Test
    void whatWaitsKeepsNothingOfItsRequest() {
        FetchPartition[] often =
                Collections.nCopies(100_000, at(0, 0)).toArray(FetchPartition[]::new);
        List<Later<FetchResponse>> waiting = new ArrayList<>();

        WeakReference<FetchRequest> request = parked(waiting, often);
        for (int i = 0; i < 20 && request.get() != null; i++) {
            System.gc();
        }

        assertThat(request.get()).isNull();
        assertThat(settled(waiting.getFirst())).isFalse();
    }

    private WeakReference<FetchRequest> parked(
            List<Later<FetchResponse>> waiting, FetchPartition... partitions) {
        FetchRequest request = request(partitions);
        waiting.add(later(fetch(request)));
        return new WeakReference<>(request);
    }

    @Test
    void aLogThatMovesWhenTheTimeIsUpIsWaitedForNoLongerThanASecond() {
        append("t", 0, Batches.of("a"));
        Later<FetchResponse> later = later(fetch(request(at(0, 1))));
        broker.takeOutOfUse("t", 0);

        loop.advanceMs(WAIT_MS);
        assertThat(settled(later)).isFalse();
        loop.advanceMs(1_000 - WAIT_MS);

        assertThat(settled(later)).isTrue();
    }

    @Test
    void anAppendWakesWhoWaits() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0), at(1, 0))));

        append("t", 1, Batches.of("a"));
        assertThat(settled(later)).isFalse();
        loop.run();

        assertThat(partitions(kept(later)))
                .extracting(PartitionData::partitionIndex, data -> offsets(data).size())
                .containsExactly(tuple(0, 0), tuple(1, 1));
    }

    @Test
    void anAppendElsewhereWakesNobody() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0))));

        append("t", 1, Batches.of("a"));
        loop.run();

        assertThat(settled(later)).isFalse();
    }

    @Test
    void aFetchWaitsForAsManyBytesAsItAsks() {
        append("t", 0, Batches.ofSize(100));
        Later<FetchResponse> later = later(fetch(request(at(0, 0), at(1, 0)).withMinBytes(400)));

        append("t", 1, Batches.ofSize(100));
        loop.run();
        assertThat(settled(later)).isFalse();
        append("t", 0, Batches.ofSize(100));
        loop.run();

        assertThat(partitions(kept(later)))
                .extracting(data -> offsets(data).size())
                .containsExactly(2, 1);
    }

    /// An answer holds records of one segment of a partition.
    @Test
    void theEndOfASegmentIsNotWaitedAt() {
        broker.create("s", 1, "internal.segment.bytes", "2048");
        for (int i = 0; i < 3; i++) {
            append("s", 0, Batches.ofSize(1_500));
        }

        Later<FetchResponse> later = later(fetch(request("s", at(0, 0)).withMinBytes(PLENTY)));
        broker.worker().run();
        loop.run();

        assertThat(offsets(only(kept(later)))).containsExactly(0L);
        assertThat(settled(later(fetch(request("s", at(0, 2)).withMinBytes(PLENTY))))).isFalse();
    }

    @Test
    void whatIsThereWhenTimeIsUpIsAnsweredThoughItIsTooLittle() {
        append("t", 0, Batches.ofSize(100));
        Later<FetchResponse> later = later(fetch(request(at(0, 0)).withMinBytes(PLENTY)));

        loop.advanceMs(WAIT_MS);

        assertThat(offsets(only(kept(later)))).containsExactly(0L);
    }

    @Test
    void lossOfLeadershipWakesWhoWaits() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0)), BY_NAME));

        broker.elect("t", 0, false);
        loop.run();

        assertThat(only(kept(later)).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void deletionOfTheTopicWakesWhoWaits() {
        Later<FetchResponse> byName = later(fetch(request(at(0, 0))));
        Later<FetchResponse> byId = later(fetch(byId("t", at(0, 0)), BY_ID));

        broker.delete("t");
        loop.run();

        assertThat(only(kept(byName)).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(only(kept(byId)).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void aStoppingBrokerAnswersWhoWaits() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0))));

        broker.partitions().stop();
        loop.run();

        assertThat(only(kept(later)).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void aConnectionThatGoesAwayLeavesNothingBehind() {
        Later<FetchResponse> later = later(fetch(request(at(0, 0))));

        later.abandon();
        append("t", 0, Batches.of("a"));
        loop.advanceMs(WAIT_MS);

        assertThat(settled(later)).isFalse();
    }

    @Test
    void aLogThatIsBeingOpenedIsWaitedForAShortTime() {
        broker.createClosed("cold", 1);
        Later<FetchResponse> opened = later(fetch(request("cold", at(0, 0)).withMaxWaitMs(0)));
        Later<FetchResponse> late = later(fetch(request("cold", at(0, 0)).withMaxWaitMs(0)));
        broker.worker().run();
        loop.run();
        assertThat(only(kept(opened)).highWatermark()).isZero();
        assertThat(only(kept(late)).highWatermark()).isZero();
    }

    @Test
    void aLogThatTakesLongToOpenIsNotWaitedForForever() {
        broker.createClosed("cold", 1);
        Later<FetchResponse> later = later(fetch(request("cold", at(0, 0)).withMaxWaitMs(10)));

        loop.advanceMs(10);
        assertThat(settled(later)).isFalse();
        loop.advanceMs(990);

        assertThat(only(kept(later)))
                .extracting(PartitionData::errorCode, PartitionData::highWatermark)
                .containsExactly(ErrorCode.NONE.code(), -1L);
    }

    @Test
    void lossOfLeadershipWakesWhoWaitsForALogToOpen() {
        broker.createClosed("cold", 1);
        Later<FetchResponse> later = later(fetch(request("cold", at(0, 0))));

        broker.elect("cold", 0, false);
        loop.run();

        assertThat(only(kept(later)).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void manyPartitionsShareOneWait() {
        int many = 600;
        broker.create("wide", many);
        FetchPartition[] all = new FetchPartition[many];
        for (int i = 0; i < many; i++) {
            all[i] = at(i, 0);
        }
        FetchResponse full = now(fetch(request("wide", all).withSessionEpoch(0).withMaxWaitMs(0)));
        assertThat(partitions(full)).hasSize(many);

        Later<FetchResponse> later = later(fetch(session(full, 1)));
        append("wide", 417, Batches.of("a"));
        loop.run();

        assertThat(only(kept(later)).partitionIndex()).isEqualTo(417);
    }
}

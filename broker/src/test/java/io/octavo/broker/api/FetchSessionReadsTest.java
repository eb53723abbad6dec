package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.ForgottenTopic;
import io.octavo.protocol.message.FetchResponse;
import io.octavo.protocol.message.FetchResponse.PartitionData;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a fetch session is answered, request after request (KIP-227).
class FetchSessionReadsTest extends FetchScene {
    @Test
    void aSessionIsToldOnlyOfNews() {
        append("t", 0, Batches.of("a"));
        FetchResponse full = now(fetch(request(at(0, 0), at(1, 0)).withSessionEpoch(0)));
        assertThat(full.sessionId()).isNotZero();
        assertThat(partitions(full)).hasSize(2);

        Later<FetchResponse> quiet = later(fetch(session(full, 1, at(0, 1))));
        loop.advanceMs(WAIT_MS);
        assertThat(kept(quiet).responses()).isEmpty();
        assertThat(kept(quiet).sessionId()).isEqualTo(full.sessionId());

        append("t", 1, Batches.of("b"));
        FetchResponse news = now(fetch(session(full, 2)));
        assertThat(only(news).partitionIndex()).isOne();
        assertThat(offsets(only(news))).containsExactly(0L);
    }

    @Test
    void onlyThePartitionsThatChangedAreLookedAtAgain() {
        FetchSession session = new FetchSession(false);
        session.ask(request(at(0, 0), at(1, 0), at(2, 0)).topics());
        look(session);
        PartitionData nothing = PartitionData.defaults().withHighWatermark(0).withLogStartOffset(0);
        session.entries().forEach(entry -> entry.told(nothing));
        look(session);
        assertThat(session.busy()).isEmpty();
        assertThat(session.hasQuiet()).isTrue();

        append("t", 1, Batches.of("a"));
        session.refresh(broker.clock().millis());

        assertThat(session.busy()).extracting(entry -> entry.key().index()).containsExactly(1);
    }

    @Test
    void aLogThatBeginsLaterIsNewsAfterAWhile() {
        append("t", 0, Batches.of("a", "b"));
        FetchResponse begun = begin(at(0, 2));
        Later<FetchResponse> nothing = later(fetch(session(begun, 1)));
        loop.advanceMs(WAIT_MS);
        assertThat(partitions(kept(nothing))).isEmpty();

        Objects.requireNonNull(broker.partition("t", 0).log()).advanceStart(1);
        loop.advanceMs(5_000);
        FetchResponse told = now(fetch(session(begun, 2).withMaxWaitMs(0)));

        assertThat(only(told).logStartOffset()).isEqualTo(1);
    }

    @Test
    void anAppendWakesAWaitingSessionAgainAndAgain() {
        FetchResponse full = begin(at(0, 0), at(1, 0), at(2, 0));
        for (int round = 0; round < 5; round++) {
            Later<FetchResponse> later = later(fetch(session(full, round + 1, at(1, round))));
            append("t", 1, Batches.of("x"));
            loop.run();
            assertThat(offsets(only(kept(later)))).containsExactly((long) round);
        }
    }

    @Test
    void aPartitionWhoseRecordsWereNotFetchedOnIsServedAgain() {
        append("t", 0, Batches.of("a"));
        FetchResponse full = begin(at(0, 0));

        assertThat(offsets(only(now(fetch(session(full, 1)))))).containsExactly(0L);
        assertThat(offsets(only(now(fetch(session(full, 2)))))).containsExactly(0L);
    }

    @Test
    void theSessionServesFirstWhoGotNothingLastTime() {
        for (int i = 0; i < 3; i++) {
            append("t", i, Batches.ofSize(1_000));
        }
        FetchResponse full =
                now(
                        fetch(
                                request(at(0, 0), at(1, 0), at(2, 0))
                                        .withSessionEpoch(0)
                                        .withMaxBytes(1)));

        List<Integer> served = new ArrayList<>();
        for (int epoch = 1; epoch <= 5; epoch++) {
            FetchResponse response = now(fetch(session(full, epoch).withMaxBytes(1)));
            served.add(only(response).partitionIndex());
        }

        assertThat(served).containsExactly(1, 2, 0, 1, 2);
    }

    @Test
    void anErrorIsRepeatedUntilItIsGoneAndThenThePartitionIsNewsAgain() {
        FetchResponse full = begin(at(0, 0));
        broker.elect("t", 0, false);

        assertThat(error(fetch(session(full, 1)))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(error(fetch(session(full, 2)))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        broker.elect("t", 0, true);
        PartitionData again = only(now(fetch(session(full, 3).withMaxWaitMs(0))));

        assertThat(again.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(again.highWatermark()).isZero();
    }

    @Test
    void aForgottenPartitionIsNotServedAndDoesNotWake() {
        FetchResponse full = begin(at(0, 0), at(1, 0));
        Later<FetchResponse> later =
                later(
                        fetch(
                                session(full, 1)
                                        .withForgottenTopicsData(
                                                List.of(
                                                        new ForgottenTopic(
                                                                "t", Uuid.ZERO, List.of(0))))));

        append("t", 0, Batches.of("a"));
        loop.run();
        assertThat(settled(later)).isFalse();
        append("t", 1, Batches.of("b"));
        loop.run();

        assertThat(only(kept(later)).partitionIndex()).isOne();
    }

    @Test
    void aTopicCreatedAgainUnderItsNameIsFoundByASessionThatUsesNames() {
        append("t", 0, Batches.of("a"));
        FetchResponse full = now(fetch(request(at(0, 0)).withSessionEpoch(0)));
        broker.delete("t");
        broker.create("t", 1);
        append("t", 0, Batches.of("b"));

        assertThat(offsets(only(now(fetch(session(full, 1, at(0, 0))))))).containsExactly(0L);
    }

    @Test
    void aSessionWithTopicIdsKnowsATopicThatWasDeleted() {
        FetchResponse full =
                now(fetch(byId("t", at(0, 0)).withSessionEpoch(0).withMaxWaitMs(0), BY_ID));
        broker.delete("t");
        broker.create("t", 1);

        FetchRequest next = session(full, 1).withMaxWaitMs(0);

        assertThat(only(now(fetch(next, BY_ID))).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void aBrokenSessionIsAnErrorOfTheWholeResponse() {
        FetchResponse response = now(fetch(session(FetchResponse.defaults().withSessionId(99), 1)));

        assertThat(response.errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code());
        assertThat(response.sessionId()).isZero();
        assertThat(response.responses()).isEmpty();
    }

    @Test
    void aSessionOfAConnectionThatWentAwayCanBeContinued() {
        FetchResponse full = begin(at(0, 0));
        later(fetch(session(full, 1))).abandon();

        assertThat(later(fetch(session(full, 2)))).isNotNull();
    }

    private void look(FetchSession session) {
        for (int i = 0; i < 2; i++) {
            session.refresh(broker.clock().millis());
            session.busy().forEach(entry -> entry.state(broker.partitions()));
            session.leaveQuiet();
            session.watch();
        }
    }
}

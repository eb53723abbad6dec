package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchRequest.ForgottenTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {
    private static final int VERSION = 12;
    private static final int MANY = 1_000;

    private final ManualClock clock = new ManualClock();
    private final FetchSessions sessions = new FetchSessions(clock, Randomness.seeded(3));

    @Test
    void aFullFetchBeginsASessionThatTheNextEpochContinues() {
        int id = begin(2, MANY);

        FetchSessions.Slot continued = taken(request(id, 1, List.of(), List.of()));

        assertThat(continued.known()).isTrue();
        assertThat(continued.session().size()).isEqualTo(2);
    }

    @Test
    void eachRequestOfASessionNeedsTheNextEpoch() {
        int id = begin(1, MANY);
        sessions.release(taken(request(id, 1, List.of(), List.of())));

        assertThat(refusal(request(id, 1, List.of(), List.of())))
                .isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        assertThat(refusal(request(id, 3, List.of(), List.of())))
                .isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        assertThat(taken(request(id, 2, List.of(), List.of())).known()).isTrue();
    }

    @Test
    void aSessionNobodyHasIsNotFound() {
        assertThat(refusal(request(42, 1, List.of(), List.of())))
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        assertThat(refusal(request(0, 1, List.of(), List.of())))
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    }

    @Test
    void aSessionDoesNotChangeBetweenTopicNamesAndTopicIds() {
        int id = begin(1, MANY);

        assertThat(refusal(request(id, 1, List.of(), List.of()), 13))
                .isEqualTo(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
    }

    @Test
    void aSessionInUseIsNotGivenToASecondRequest() {
        int id = begin(1, MANY);
        FetchSessions.Slot inUse = taken(request(id, 1, List.of(), List.of()));

        assertThat(refusal(request(id, 2, List.of(), List.of())))
                .isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH);

        sessions.release(inUse);
        assertThat(taken(request(id, 2, List.of(), List.of())).known()).isTrue();
    }

    @Test
    void theFinalEpochEndsTheSessionAndBeginsNone() {
        int id = begin(1, MANY);

        FetchSessions.Slot last =
                taken(request(id, FetchSessions.FINAL_EPOCH, topic(1), List.of()));

        assertThat(sessions.establish(last, MANY)).isEqualTo(FetchSessions.NO_SESSION);
        assertThat(sessions.size()).isZero();
        assertThat(sessions.partitionsHeld()).isZero();
    }

    @Test
    void aFullFetchThatNamesASessionReplacesIt() {
        int old = begin(3, MANY);

        FetchSessions.Slot fresh =
                taken(request(old, FetchSessions.INITIAL_EPOCH, topic(1), List.of()));
        int id = sessions.establish(fresh, MANY);

        assertThat(id).isNotIn(old, FetchSessions.NO_SESSION);
        assertThat(sessions.size()).isOne();
        assertThat(sessions.partitionsHeld()).isOne();
    }

    @Test
    void aRequestAddsAndForgetsPartitions() {
        int id = begin(2, MANY);

        FetchSessions.Slot slot =
                taken(
                        request(
                                id,
                                1,
                                topic(5),
                                List.of(new ForgottenTopic("t", Uuid.ZERO, List.of(0)))));

        assertThat(slot.session().entries())
                .extracting(entry -> entry.key().index())
                .containsExactly(1, 2, 3, 4);
        assertThat(sessions.partitionsHeld()).isEqualTo(4);
    }

    @Test
    void aSessionWithoutPartitionsIsOver() {
        int id = begin(1, MANY);

        FetchSessions.Slot slot =
                taken(
                        request(
                                id,
                                1,
                                List.of(),
                                List.of(new ForgottenTopic("t", Uuid.ZERO, List.of(0)))));

        assertThat(slot.known()).isFalse();
        assertThat(sessions.establish(slot, MANY)).isEqualTo(FetchSessions.NO_SESSION);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void aFullTableKeepsItsYoungSessions() {
        begin(1, 1);

        assertThat(begin(50, 1)).isEqualTo(FetchSessions.NO_SESSION);
    }

    @Test
    void aSessionUnusedForTwoMinutesMakesRoom() {
        int old = begin(9, 1);
        clock.advanceMs(FetchSessions.EVICTABLE_AFTER_MS + 1);

        int fresh = begin(1, 1);

        assertThat(fresh).isNotEqualTo(FetchSessions.NO_SESSION);
        assertThat(refusal(request(old, 1, List.of(), List.of())))
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    }

    @Test
    void aLargerSessionTakesThePlaceOfTheSmallestOldOne() {
        int small = begin(1, 2);
        int large = begin(5, 2);
        clock.advanceMs(FetchSessions.EVICTABLE_AFTER_MS + 1);
        use(small);
        use(large);

        assertThat(begin(1, 2)).isEqualTo(FetchSessions.NO_SESSION);
        assertThat(begin(2, 2)).isNotEqualTo(FetchSessions.NO_SESSION);

        assertThat(refusal(request(small, 2, List.of(), List.of())))
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        assertThat(taken(request(large, 2, List.of(), List.of())).known()).isTrue();
    }

    @Test
    void sessionsAreBoundedByThePartitionsTheyHold() {
        int half = FetchSessions.PARTITIONS_MAX / 2;
        begin(half, MANY);
        begin(half, MANY);

        assertThat(begin(1, MANY)).isEqualTo(FetchSessions.NO_SESSION);
        assertThat(sessions.partitionsHeld()).isEqualTo(2 * half);
    }

    @Test
    void aPartitionOfATopicWithALongNameCountsAsSeveral() {
        List<FetchTopic> topics = topic("t".repeat(249), 100);
        FetchSessions.Slot slot = taken(request(0, FetchSessions.INITIAL_EPOCH, topics, List.of()));
        int id = sessions.establish(slot, MANY);
        sessions.release(slot);
        assertThat(sessions.partitionsHeld()).isEqualTo(400);

        sessions.release(
                taken(
                        request(
                                id,
                                1,
                                List.of(),
                                List.of(
                                        new ForgottenTopic(
                                                "t".repeat(249), Uuid.ZERO, List.of(0, 1, 2))))));

        assertThat(sessions.partitionsHeld()).isEqualTo(388);
    }

    @Test
    void aSessionThatGrowsBeyondTheBoundIsEnded() {
        begin(FetchSessions.PARTITIONS_MAX - 2, MANY);
        int id = begin(1, MANY);

        assertThat(refusal(request(id, 1, topic(3), List.of())))
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        assertThat(sessions.size()).isOne();
    }

    @Test
    void requestsThatWaitWithoutASessionAreBoundedByTheirPartitions() {
        int half = FetchSessions.PARTITIONS_MAX / 2;
        FetchSessions.Slot first = passing(half);
        assertThat(sessions.mayWait(first)).isTrue();
        assertThat(sessions.mayWait(first)).isTrue();
        assertThat(sessions.mayWait(passing(half))).isTrue();
        FetchSessions.Slot more = passing(1);
        assertThat(sessions.mayWait(more)).isFalse();

        sessions.release(first);

        assertThat(sessions.mayWait(more)).isTrue();
    }

    private FetchSessions.Slot passing(int partitions) {
        return taken(request(0, FetchSessions.FINAL_EPOCH, topic(partitions), List.of()));
    }

    private int begin(int partitions, int sessionsMax) {
        FetchSessions.Slot slot =
                taken(request(0, FetchSessions.INITIAL_EPOCH, topic(partitions), List.of()));
        int id = sessions.establish(slot, sessionsMax);
        sessions.release(slot);
        return id;
    }

    private void use(int id) {
        sessions.release(taken(request(id, 1, List.of(), List.of())));
    }

    private FetchSessions.Slot taken(FetchRequest request) {
        return switch (sessions.take(request, VERSION)) {
            case FetchSessions.Taken(FetchSessions.Slot slot) -> slot;
            case FetchSessions.Refused refused -> throw new AssertionError(refused);
        };
    }

    private ErrorCode refusal(FetchRequest request) {
        return refusal(request, VERSION);
    }

    private ErrorCode refusal(FetchRequest request, int version) {
        return switch (sessions.take(request, version)) {
            case FetchSessions.Taken taken -> throw new AssertionError(taken);
            case FetchSessions.Refused(ErrorCode error) -> error;
        };
    }

    private static FetchRequest request(
            int id, int epoch, List<FetchTopic> topics, List<ForgottenTopic> forgotten) {
        return FetchRequest.defaults()
                .withSessionId(id)
                .withSessionEpoch(epoch)
                .withTopics(topics)
                .withForgottenTopicsData(forgotten);
    }

    private static List<FetchTopic> topic(int partitions) {
        return topic("t", partitions);
    }

    private static List<FetchTopic> topic(String name, int partitions) {
        List<FetchPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(FetchPartition.defaults().withPartition(i));
        }
        return List.of(new FetchTopic(name, Uuid.ZERO, all));
    }
}

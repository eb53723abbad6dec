package io.octavo.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse.TopicPartitions;
import io.octavo.protocol.wire.Uuid;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerMembershipTest {
    private static final Uuid TOPIC = new Uuid(1, 1);
    private static final int INTERVAL_MS = 5_000;

    private final ConsumerMembership member = new ConsumerMembership("g", "m", 60_000);
    private long nowMs = 1_000;

    @BeforeEach
    void subscribe() {
        member.subscribe(Set.of("t"));
        member.topics(List.of(topic("t", TOPIC)));
    }

    @Test
    void itJoinsWithAllItHasToSay() {
        ConsumerGroupHeartbeatRequest said = said();

        assertThat(said.memberId()).isEqualTo("m");
        assertThat(said.memberEpoch()).isZero();
        assertThat(said.rebalanceTimeoutMs()).isEqualTo(60_000);
        assertThat(said.subscribedTopicNames()).containsExactly("t");
        assertThat(said.topicPartitions()).isEmpty();
        assertThat(member.next(nowMs)).isNull();
        assertThat(member.hasJoined()).isFalse();
    }

    @Test
    void whatItGetsItReadsAndSaysAtOnceThatItHas() {
        said();
        answer(1, 0, 1);

        assertThat(partitions()).containsExactlyInAnyOrder(partition(0), partition(1));
        ConsumerGroupHeartbeatRequest said = said();

        assertThat(said.memberEpoch()).isEqualTo(1);
        assertThat(owned(said)).containsExactlyInAnyOrder(0, 1);
        assertThat(said.subscribedTopicNames()).isNull();
        assertThat(said.rebalanceTimeoutMs()).isEqualTo(-1);
    }

    @Test
    void aHeartbeatWithoutNewsComesWhenItIsTimeAndSaysNothingElse() {
        join(0);
        assertThat(member.dueMs()).isEqualTo(nowMs + INTERVAL_MS);
        assertThat(member.next(nowMs + INTERVAL_MS - 1)).isNull();
        nowMs += INTERVAL_MS;

        ConsumerGroupHeartbeatRequest said = said();

        assertThat(said.topicPartitions()).isNull();
        assertThat(said.subscribedTopicNames()).isNull();
    }

    @Test
    void itGivesUpBeforeItTakesAndSaysSoOnlyThen() {
        join(0, 1);
        beat();
        answer(2, 1, 2);

        assertThat(partitions()).containsExactly(partition(1));
        assertThat(member.assignment().givingUp()).isTrue();
        nowMs += INTERVAL_MS;
        assertThat(said().topicPartitions()).as("while it gives up").isNull();
        answer(2);

        member.gaveUp(member.assignment());

        assertThat(partitions()).containsExactlyInAnyOrder(partition(1), partition(2));
        assertThat(owned(said())).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void whatTheApplicationFollowedTooLateMeansNothing() {
        join(0, 1, 2);
        beat();
        answer(2, 1, 2);
        var followed = member.assignment();
        nowMs += INTERVAL_MS;
        said();
        answer(3, 2);

        member.gaveUp(followed);

        assertThat(member.assignment().givingUp()).isTrue();
        assertThat(partitions()).containsExactly(partition(2));
        member.gaveUp(member.assignment());
        assertThat(member.assignment().givingUp()).isFalse();
        assertThat(owned(said())).containsExactly(2);
    }

    @Test
    void whenItIsFencedItHasLostAllAndJoinsFromTheStart() {
        join(0);
        int losses = member.assignment().losses();
        beat();
        member.answered(error(ErrorCode.FENCED_MEMBER_EPOCH), nowMs);

        assertThat(partitions()).isEmpty();
        assertThat(member.assignment().losses()).isEqualTo(losses + 1);
        assertThat(member.assignment().givingUp()).isFalse();
        ConsumerGroupHeartbeatRequest said = said();
        assertThat(said.memberId()).isEqualTo("m");
        assertThat(said.memberEpoch()).isZero();
        assertThat(said.subscribedTopicNames()).containsExactly("t");
        assertThat(said.topicPartitions()).isEmpty();
    }

    @Test
    void aMemberThatIsNotKnownWhenItJoinsWaitsBeforeItTriesAgain() {
        said();
        member.answered(error(ErrorCode.UNKNOWN_MEMBER_ID), nowMs);

        assertThat(member.next(nowMs)).isNull();
        assertThat(member.dueMs()).isBetween(nowMs + 1, nowMs + 1_000);
    }

    @Test
    void afterASilenceItSaysEverythingAgainInItsEpochAndWaitsLongerEachTime() {
        join(0);
        beat();
        long first = waits();
        ConsumerGroupHeartbeatRequest said = said();
        assertThat(said.memberEpoch()).isEqualTo(1);
        assertThat(said.subscribedTopicNames()).containsExactly("t");
        assertThat(owned(said)).containsExactly(0);

        assertThat(waits()).isGreaterThan(first);
        assertThat(partitions()).containsExactly(partition(0));
    }

    @Test
    void aCoordinatorThatIsAnotherByNowIsToldSo() {
        said();

        assertThat(member.answered(error(ErrorCode.NOT_COORDINATOR), nowMs)).isFalse();
        nowMs = member.dueMs();
        said();
        assertThat(member.answered(error(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS), nowMs)).isTrue();
        assertThat(member.isOver()).isFalse();
    }

    @Test
    void partitionsOfATopicThatIsNotKnownYetWaitUntilItIs() {
        Uuid later = new Uuid(2, 2);
        said();
        member.answered(
                taken(1).withAssignment(
                                new Assignment(
                                        List.of(
                                                new TopicPartitions(TOPIC, List.of(0)),
                                                new TopicPartitions(later, List.of(3))))),
                nowMs);

        assertThat(member.isLookingForTopics()).isTrue();
        assertThat(partitions()).containsExactly(partition(0));
        member.topics(List.of(topic("t", TOPIC), topic("later", later)));

        assertThat(member.isLookingForTopics()).isFalse();
        assertThat(partitions())
                .containsExactlyInAnyOrder(partition(0), new TopicPartition("later", 3));
    }

    @Test
    void anotherTopicOfTheSameNameIsGivenUpFor() {
        join(0);
        Uuid again = new Uuid(3, 3);
        member.topics(List.of(topic("t", again)));
        beat();
        member.answered(
                taken(2).withAssignment(
                                new Assignment(List.of(new TopicPartitions(again, List.of(0))))),
                nowMs);

        assertThat(member.assignment().givingUp()).isTrue();
        assertThat(partitions()).isEmpty();
        member.gaveUp(member.assignment());
        assertThat(partitions()).containsExactly(partition(0));
    }

    @Test
    void otherTopicsAreToldAtOnce() {
        join(0);

        member.subscribe(Set.of("t", "u"));

        assertThat(said().subscribedTopicNames()).containsExactly("t", "u");
    }

    @Test
    void itLeavesAfterTheAnswerThatItWaitsFor() {
        join(0);
        beat();
        member.leave();
        assertThat(partitions()).isEmpty();
        assertThat(member.next(nowMs)).isNull();
        answer(1);
        assertThat(member.isOver()).isFalse();

        assertThat(said().memberEpoch()).isEqualTo(-1);

        member.answered(error(ErrorCode.UNKNOWN_MEMBER_ID), nowMs);
        assertThat(member.isOver()).isTrue();
        assertThat(member.failure()).isNull();
    }

    @Test
    void whatCannotBeMendedIsTheEnd() {
        said();
        member.answered(error(ErrorCode.GROUP_MAX_SIZE_REACHED).withErrorMessage("full"), nowMs);

        assertThat(member.isOver()).isTrue();
        assertThat(member.failure()).isInstanceOf(Refused.class).hasMessageContaining("full");
        assertThat(member.next(Long.MAX_VALUE)).isNull();
    }

    /// Has it join and get partitions, and say so.
    private void join(Integer... partitions) {
        said();
        answer(1, partitions);
        said();
        answer(1);
    }

    /// The next heartbeat is on its way.
    private void beat() {
        nowMs += INTERVAL_MS;
        said();
    }

    /// Nobody answers.
    private long waits() {
        member.unanswered(nowMs);
        long waited = member.dueMs() - nowMs;
        nowMs = member.dueMs();
        if (waited > 0) {
            return waited;
        }
        throw new AssertionError("it does not wait");
    }

    private ConsumerGroupHeartbeatRequest said() {
        Ask<?, ?> ask = Objects.requireNonNull(member.next(nowMs), "nothing is due");
        return (ConsumerGroupHeartbeatRequest) ask.request();
    }

    private void answer(int epoch, Integer... partitions) {
        @Nullable Assignment assignment =
                partitions.length == 0
                        ? null
                        : new Assignment(
                                List.of(new TopicPartitions(TOPIC, Arrays.asList(partitions))));
        member.answered(taken(epoch).withAssignment(assignment), nowMs);
    }

    private static ConsumerGroupHeartbeatResponse taken(int epoch) {
        return ConsumerGroupHeartbeatResponse.defaults()
                .withMemberEpoch(epoch)
                .withHeartbeatIntervalMs(INTERVAL_MS);
    }

    private static ConsumerGroupHeartbeatResponse error(ErrorCode error) {
        return ConsumerGroupHeartbeatResponse.defaults().withErrorCode(error.code());
    }

    private Set<TopicPartition> partitions() {
        return member.assignment().partitions();
    }

    private static List<Integer> owned(ConsumerGroupHeartbeatRequest said) {
        return Objects.requireNonNull(said.topicPartitions()).stream()
                .flatMap(its -> its.partitions().stream())
                .toList();
    }

    private static TopicPartition partition(int index) {
        return new TopicPartition("t", index);
    }

    static TopicDescription topic(String name, Uuid id, PartitionDescription... partitions) {
        return new TopicDescription(name, id, false, List.of(partitions));
    }
}

package io.octavo.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.Admin.PartitionDescription;
import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClassicMembershipTest {
    private static final int HEARTBEAT_MS = 3_000;

    private final ClassicMembership member =
            new ClassicMembership(GroupConsumerConfig.of("g", Position.BEGINNING));
    private long nowMs = 1_000;

    @BeforeEach
    void subscribe() {
        member.subscribe(Set.of("t"));
        member.topics(List.of(topic("t", 4)));
    }

    @Test
    void itJoinsWithItsSubscriptionForEachAssignor() {
        JoinGroupRequest said = said(JoinGroupRequest.class);

        assertThat(said.memberId()).isEmpty();
        assertThat(said.protocolType()).isEqualTo("consumer");
        assertThat(said.protocols())
                .extracting(JoinGroupRequest.JoinGroupRequestProtocol::name)
                .containsExactly("range", "roundrobin");
        assertThat(ConsumerProtocol.topics(said.protocols().getFirst().metadata()))
                .containsExactly("t");
    }

    @Test
    void itJoinsAgainWithTheIdThatItWasGiven() {
        said(JoinGroupRequest.class);
        member.answered(
                JoinGroupResponse.defaults()
                        .withErrorCode(ErrorCode.MEMBER_ID_REQUIRED.code())
                        .withMemberId("m"),
                nowMs);

        assertThat(said(JoinGroupRequest.class).memberId()).isEqualTo("m");
    }

    @Test
    void aCoordinatorThatHasNoRoomForItIsAskedAgainLaterUnderTheSameId() {
        said(JoinGroupRequest.class);
        member.answered(
                JoinGroupResponse.defaults()
                        .withErrorCode(ErrorCode.MEMBER_ID_REQUIRED.code())
                        .withMemberId("m"),
                nowMs);
        said(JoinGroupRequest.class);
        boolean stays =
                member.answered(
                        JoinGroupResponse.defaults()
                                .withErrorCode(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code())
                                .withMemberId("m"),
                        nowMs);

        assertThat(stays).isTrue();
        assertThat(member.dueMs()).isGreaterThan(nowMs);
        nowMs = member.dueMs();
        assertThat(said(JoinGroupRequest.class).memberId()).isEqualTo("m");
    }

    @Test
    void aFollowerReadsWhatItIsGiven() {
        follow(0, 2);

        assertThat(partitions()).containsExactlyInAnyOrder(partition(0), partition(2));
        assertThat(member.dueMs()).isEqualTo(nowMs + HEARTBEAT_MS);
    }

    @Test
    void theLeaderAssignsForAllWhenItKnowsTheTopicsOfAll() {
        said(JoinGroupRequest.class);
        member.answered(leading(Map.of("m", List.of("t"), "other", List.of("t", "u"))), nowMs);
        assertThat(member.isLookingForTopics()).isTrue();
        assertThat(member.othersTopics()).containsExactly("t", "u");
        assertThat(member.next(nowMs)).isNull();

        member.topics(List.of(topic("t", 4), topic("u", 1)));

        Map<String, Set<TopicPartition>> assigned = new TreeMap<>();
        said(SyncGroupRequest.class)
                .assignments()
                .forEach(its ->
                        assigned.put(
                                its.memberId(), ConsumerProtocol.partitions(its.assignment())));
        assertThat(assigned.get("m")).containsExactlyInAnyOrder(partition(0), partition(1));
        assertThat(assigned.get("other"))
                .containsExactlyInAnyOrder(partition(2), partition(3), new TopicPartition("u", 0));
    }

    @Test
    void inARebalanceItGivesUpEverythingBeforeItJoinsAgain() {
        follow(0);
        int losses = member.assignment().losses();
        beat(ErrorCode.REBALANCE_IN_PROGRESS);

        assertThat(member.assignment().givingUp()).isTrue();
        assertThat(partitions()).isEmpty();
        assertThat(member.next(nowMs)).isNull();
        beat(ErrorCode.REBALANCE_IN_PROGRESS);
        member.gaveUp(member.assignment());

        assertThat(said(JoinGroupRequest.class).memberId()).isEqualTo("m");
        assertThat(member.assignment().losses()).isEqualTo(losses);
    }

    @Test
    void whoHasNothingJoinsAtOnce() {
        follow();
        beat(ErrorCode.REBALANCE_IN_PROGRESS);

        said(JoinGroupRequest.class);
    }

    @Test
    void whoIsNotKnownHasLostAllAndComesWithoutAnId() {
        follow(0);
        int losses = member.assignment().losses();
        beat(ErrorCode.UNKNOWN_MEMBER_ID);

        assertThat(member.assignment().losses()).isEqualTo(losses + 1);
        assertThat(said(JoinGroupRequest.class).memberId()).isEmpty();
    }

    @Test
    void whoMissedAGenerationHasLostAllAndKeepsItsId() {
        follow(0);
        beat(ErrorCode.ILLEGAL_GENERATION);

        assertThat(partitions()).isEmpty();
        assertThat(said(JoinGroupRequest.class).memberId()).isEqualTo("m");
    }

    @Test
    void aRebalanceWhileItWaitsForItsShareIsJoinedAnew() {
        said(JoinGroupRequest.class);
        member.answered(joined("leader"), nowMs);
        said(SyncGroupRequest.class);
        member.answered(
                SyncGroupResponse.defaults().withErrorCode(ErrorCode.REBALANCE_IN_PROGRESS.code()),
                nowMs);
        nowMs = member.dueMs();

        said(JoinGroupRequest.class);
    }

    @Test
    void theLeaderHasTheGroupAssignedAnewWhenATopicHasGrown() {
        lead();
        member.topics(List.of(topic("t", 4)));
        assertThat(member.assignment().givingUp()).isFalse();

        member.topics(List.of(topic("t", 5)));

        assertThat(member.assignment().givingUp()).isTrue();
    }

    @Test
    void whatItSubscribesToMeanwhileItJoinsForAfterwards() {
        said(JoinGroupRequest.class);
        member.subscribe(Set.of("t", "u"));
        member.answered(joined("leader"), nowMs);
        said(SyncGroupRequest.class);
        member.answered(synced(0), nowMs);

        assertThat(member.assignment().givingUp()).isTrue();
        member.gaveUp(member.assignment());
        assertThat(
                        ConsumerProtocol.topics(
                                said(JoinGroupRequest.class).protocols().getFirst().metadata()))
                .containsExactly("t", "u");
    }

    @Test
    void anAnswerThatComesTooLateMeansNothing() {
        follow(0);
        nowMs += HEARTBEAT_MS;
        said(HeartbeatRequest.class);
        member.subscribe(Set.of("u"));
        member.gaveUp(member.assignment());

        member.answered(HeartbeatResponse.defaults(), nowMs);

        said(JoinGroupRequest.class);
    }

    @Test
    void itLeavesByItsId() {
        follow(0);
        member.leave();

        assertThat(said(LeaveGroupRequest.class).memberId()).isEqualTo("m");
        member.answered(LeaveGroupResponse.defaults(), nowMs);
        assertThat(member.isOver()).isTrue();
    }

    @Test
    void whoLeavesWhileItJoinsLeavesWithTheIdItGets() {
        said(JoinGroupRequest.class);
        member.leave();
        member.answered(joined("leader"), nowMs);

        assertThat(said(LeaveGroupRequest.class).memberId()).isEqualTo("m");
    }

    @Test
    void aGroupOfAnotherKindIsTheEnd() {
        said(JoinGroupRequest.class);
        member.answered(
                JoinGroupResponse.defaults()
                        .withErrorCode(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code()),
                nowMs);

        assertThat(member.isOver()).isTrue();
        assertThat(member.failure()).hasMessageContaining("range and roundrobin");
    }

    @Test
    void whatIsNoSubscriptionIsTheEnd() {
        said(JoinGroupRequest.class);
        member.answered(
                joined("m")
                        .withMembers(
                                List.of(
                                        new JoinGroupResponseMember(
                                                "m", null, ByteBuffer.allocate(1)))),
                nowMs);

        assertThat(member.failure()).hasMessageContaining("not understood");
    }

    private void follow(Integer... partitions) {
        said(JoinGroupRequest.class);
        member.answered(joined("leader"), nowMs);
        said(SyncGroupRequest.class);
        member.answered(synced(partitions), nowMs);
    }

    private void lead() {
        said(JoinGroupRequest.class);
        member.answered(leading(Map.of("m", List.of("t"))), nowMs);
        member.topics(List.of(topic("t", 4)));
        said(SyncGroupRequest.class);
        member.answered(synced(0, 1, 2, 3), nowMs);
    }

    private void beat(ErrorCode error) {
        nowMs += HEARTBEAT_MS;
        assertThat(said(HeartbeatRequest.class).generationId()).isEqualTo(3);
        member.answered(HeartbeatResponse.defaults().withErrorCode(error.code()), nowMs);
    }

    private static JoinGroupResponse joined(String leader) {
        return JoinGroupResponse.defaults()
                .withGenerationId(3)
                .withProtocolName("range")
                .withLeader(leader)
                .withMemberId("m");
    }

    private static JoinGroupResponse leading(Map<String, List<String>> members) {
        List<JoinGroupResponseMember> all = new ArrayList<>();
        members.forEach((id, topics) ->
                all.add(
                        new JoinGroupResponseMember(
                                id, null, ConsumerProtocol.subscription(topics))));
        return joined("m").withMembers(all);
    }

    private static SyncGroupResponse synced(Integer... partitions) {
        return SyncGroupResponse.defaults()
                .withAssignment(ConsumerProtocol.assignment(Map.of("t", List.of(partitions))));
    }

    private <T extends Request> T said(Class<T> type) {
        Ask<?, ?> ask = Objects.requireNonNull(member.next(nowMs), "nothing is due");
        return type.cast(ask.request());
    }

    private Set<TopicPartition> partitions() {
        return member.assignment().partitions();
    }

    private static TopicPartition partition(int index) {
        return new TopicPartition("t", index);
    }

    static TopicDescription topic(String name, int partitions) {
        List<PartitionDescription> its = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            its.add(new PartitionDescription(i, 1, 0, List.of(1), List.of(1)));
        }
        return new TopicDescription(name, new Uuid(9, 9), false, its);
    }
}

package io.octavo.broker.group;

import static io.octavo.broker.group.OffsetScene.BY_NAME;
import static io.octavo.broker.group.OffsetScene.NEWEST;
import static io.octavo.broker.group.OffsetScene.error;
import static io.octavo.broker.group.OffsetScene.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OffsetCommitTest extends WithOffsetScene {
    @Test
    void whatIsCommittedIsFetchedWithItsEpochAndMetadata() {
        assertThat(scene.commit("g", "t", 1, 42)).isEqualTo(ErrorCode.NONE);

        assertThat(scene.fetch("g", "t", 1))
                .isEqualTo(new OffsetFetchResponsePartitions(1, 42, 5, "note", (short) 0));
    }

    @Test
    void whatIsCommittedOutlivesTheBroker() throws IOException {
        scene.commit("g", "t", 1, 42);
        scene.commit("g", "t", 1, 43);
        scene.commit("h", "u", 0, 7);
        scene.restart();

        assertThat(scene.fetch("g", "t", 1))
                .isEqualTo(new OffsetFetchResponsePartitions(1, 43, 5, "note", (short) 0));
        assertThat(scene.offset("h", "u", 0)).isEqualTo(7);
        assertThat(scene.group("g")).isNotNull();
    }

    @Test
    void theStateIsTheSameAfterALoad() throws IOException {
        scene.commit("g", "t", 1, 42);
        scene.commit(request("g", "t", 2, 7).withRetentionTimeMs(1_000), 4);
        List<CommittedOffset> before = offsets();
        scene.restart();

        assertThat(offsets()).isEqualTo(before);
    }

    @Test
    void nothingIsVisibleBeforeItIsCommitted() {
        scene.broker().forced(Groups.TOPIC);
        AtomicReference<@Nullable OffsetCommitResponse> answer = new AtomicReference<>();
        scene.groups()
                .commitOffsets(request("g", "t", 1, 42), OffsetScene.client(BY_NAME), answer::set);
        scene.run();
        assertThat(answer.get()).isNull();
        assertThat(scene.shard().offsets().groups()).isEmpty();

        scene.broker().force();
        scene.run();

        assertThat(answer.get()).isNotNull();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(42);
    }

    @Test
    void aTopicOrPartitionThatDoesNotExistIsUnknown() {
        ErrorCode unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

        assertThat(scene.commit("g", "none", 0, 1)).isEqualTo(unknown);
        assertThat(scene.commit("g", "t", 3, 1)).isEqualTo(unknown);
        assertThat(scene.commit("g", "t", -1, 1)).isEqualTo(unknown);
        assertThat(scene.group("g")).isNull();
        assertThat(scene.written()).isZero();
    }

    @Test
    void topicsHaveIdsInTheNewestVersion() {
        Uuid id = scene.broker().known("t").id();

        OffsetCommitResponse response = scene.commit(byId(id), NEWEST);
        OffsetCommitResponse unknown = scene.commit(byId(new Uuid(9, 9)), NEWEST);

        assertThat(error(response)).isEqualTo(ErrorCode.NONE);
        assertThat(response.topics().getFirst().topicId()).isEqualTo(id);
        assertThat(error(unknown)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(42);
    }

    @Test
    void aPartitionThatIsRefusedDoesNotKeepOthersFromBeingCommitted() {
        String tooLong = "x".repeat(4_097);
        OffsetCommitResponse response =
                scene.commit(
                        of(
                                new OffsetCommitRequestPartition(0, 1, -1, null),
                                new OffsetCommitRequestPartition(1, 2, -1, tooLong),
                                new OffsetCommitRequestPartition(2, 3, -1, "x".repeat(4_096)),
                                new OffsetCommitRequestPartition(3, 4, -1, "")),
                        BY_NAME);

        assertThat(response.topics().getFirst().partitions())
                .containsExactly(
                        new OffsetCommitResponsePartition(0, ErrorCode.NONE.code()),
                        new OffsetCommitResponsePartition(
                                1, ErrorCode.OFFSET_METADATA_TOO_LARGE.code()),
                        new OffsetCommitResponsePartition(2, ErrorCode.NONE.code()),
                        new OffsetCommitResponsePartition(
                                3, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()));
        assertThat(scene.fetch("g", "t", 0).metadata()).isEmpty();
        assertThat(scene.offset("g", "t", 1)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 2)).isEqualTo(3);
    }

    @Test
    void onlyWhoIsNoMemberMakesAGroupByCommitting() {
        OffsetCommitRequest member =
                request("g", "t", 0, 1).withGenerationIdOrMemberEpoch(3).withMemberId("m");

        assertThat(error(scene.commit(member, 8))).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(error(scene.commit(member, 9))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(scene.group("g")).isNull();
        assertThat(scene.commit("g", "t", 0, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.group("g")).isNotNull();
    }

    @Test
    void theGroupSaysWhoMayCommit() {
        FakeGroup group = scene.members("g", "t");
        group.commits = ErrorCode.ILLEGAL_GENERATION;
        OffsetCommitRequest member =
                request("g", "t", 0, 1).withGenerationIdOrMemberEpoch(3).withMemberId("m");

        assertThat(error(scene.commit(member, BY_NAME))).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(group.committed).isEmpty();

        group.commits = ErrorCode.NONE;
        assertThat(error(scene.commit(member, BY_NAME))).isEqualTo(ErrorCode.NONE);
        assertThat(group.committed).containsExactly("m");
    }

    @Test
    void anErrorOfTheGroupIsToldOfEveryPartitionThatExists() {
        scene.members("g", "t").commits = ErrorCode.UNKNOWN_MEMBER_ID;

        OffsetCommitResponse response =
                scene.commit(
                        of(
                                new OffsetCommitRequestPartition(0, 1, -1, ""),
                                new OffsetCommitRequestPartition(9, 4, -1, "")),
                        BY_NAME);

        assertThat(response.topics().getFirst().partitions())
                .containsExactly(
                        new OffsetCommitResponsePartition(0, ErrorCode.UNKNOWN_MEMBER_ID.code()),
                        new OffsetCommitResponsePartition(
                                9, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()));
    }

    @Test
    void aPartitionThatIsNotTheMembersAnyMoreRefusesTheCommit() {
        scene.members("g", "t").outdated = 1;

        OffsetCommitResponse response =
                scene.commit(
                        of(
                                new OffsetCommitRequestPartition(0, 1, -1, ""),
                                new OffsetCommitRequestPartition(1, 4, -1, "")),
                        BY_NAME);

        assertThat(response.topics().getFirst().partitions())
                .extracting(partition -> ErrorCode.of(partition.errorCode()))
                .containsExactly(ErrorCode.STALE_MEMBER_EPOCH, ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
    }

    @Test
    void aCommitThatIsTooLargeForABatchIsRefused() {
        List<OffsetCommitRequestPartition> partitions = new ArrayList<>();
        for (int i = 0; i < 9_000; i++) {
            partitions.add(new OffsetCommitRequestPartition(i % 3, i, -1, "x".repeat(4_000)));
        }

        OffsetCommitResponse response =
                scene.commit(of(partitions.toArray(OffsetCommitRequestPartition[]::new)), BY_NAME);

        assertThat(error(response)).isEqualTo(ErrorCode.INVALID_COMMIT_OFFSET_SIZE);
        assertThat(scene.written()).isZero();
    }

    @Test
    void aBrokerThatDoesNotLeadTheGroupsPartitionSaysSo() {
        scene.broker().elect(Groups.TOPIC, 0, false);

        assertThat(scene.commit("g", "t", 0, 1)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    private List<CommittedOffset> offsets() {
        List<CommittedOffset> all = new ArrayList<>();
        scene.shard()
                .offsets()
                .of("g")
                .values()
                .forEach(topic -> topic.each((_, offset) -> all.add(offset)));
        return all;
    }

    private static OffsetCommitRequest byId(Uuid id) {
        return OffsetCommitRequest.defaults()
                .withGroupId("g")
                .withTopics(
                        List.of(
                                new OffsetCommitRequestTopic(
                                        "",
                                        id,
                                        List.of(new OffsetCommitRequestPartition(0, 42, 5, "")))));
    }

    private static OffsetCommitRequest of(OffsetCommitRequestPartition... partitions) {
        return OffsetCommitRequest.defaults()
                .withGroupId("g")
                .withTopics(
                        List.of(new OffsetCommitRequestTopic("t", Uuid.ZERO, List.of(partitions))));
    }
}

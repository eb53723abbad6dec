package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.octavo.protocol.message.OffsetDeleteResponse;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetDeleteTest extends WithOffsetScene {
    @Test
    void anOffsetThatIsDeletedStaysSo() throws IOException {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "t", 1, 2);

        assertThat(delete("g", "t", 0)).isEqualTo(ErrorCode.NONE);
        assertThat(delete("g", "t", 2)).isEqualTo(ErrorCode.NONE);

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 1)).isEqualTo(2);
        scene.restart();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "t", 1)).isEqualTo(2);
    }

    @Test
    void aGroupOrPartitionThatDoesNotExistIsAnError() {
        scene.commit("g", "t", 0, 1);

        assertThat(delete("nobody", "t", 0)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(delete("", "t", 0)).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(delete("g", "none", 0)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(delete("g", "t", 3)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aTopicOfWhichNoPartitionIsNamedIsNotAnswered() {
        scene.commit("g", "t", 0, 1);
        OffsetDeleteRequest request =
                new OffsetDeleteRequest("g", List.of(new OffsetDeleteRequestTopic("t", List.of())));

        OffsetDeleteResponse response =
                scene.ask(answer -> scene.groups().deleteOffsets(request, answer));

        assertThat(response.topics()).isEmpty();
    }

    @Test
    void whatTheGroupConsumesStays() {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 0, 1);
        scene.members("g", "t");

        assertThat(delete("g", "t", 0)).isEqualTo(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
        assertThat(delete("g", "u", 0)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
        assertThat(scene.offset("g", "u", 0)).isEqualTo(-1);
    }

    @Test
    void ofMembersThatAreNoConsumersItIsNotKnownWhatTheyNeed() {
        scene.commit("g", "t", 0, 1);
        scene.members("g").protocolType = "connect";

        assertThat(delete("g", "t", 0)).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    @Test
    void aGroupGoesWithAllItHasCommitted() throws IOException {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 2, 1);
        scene.commit("h", "t", 0, 1);

        assertThat(deleteGroup("g")).isEqualTo(ErrorCode.NONE);

        assertThat(scene.group("g")).isNull();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(deleteGroup("g")).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        scene.restart();
        assertThat(scene.group("g")).isNull();
        assertThat(scene.offset("h", "t", 0)).isEqualTo(1);
    }

    @Test
    void aGroupWithMembersIsNotDeleted() {
        scene.commit("g", "t", 0, 1);
        scene.members("g", "t");

        assertThat(deleteGroup("g")).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    @Test
    void aLargeGroupGoesInSeveralBatches() throws IOException {
        int partitions = 50_000;
        scene.broker().createClosed("large", partitions);
        commitAll("g", "large", partitions);
        long before = scene.written();

        assertThat(deleteGroup("g")).isEqualTo(ErrorCode.NONE);

        assertThat(scene.written()).isEqualTo(before + partitions + 1);
        assertThat(scene.shard().offsets().groups()).isEmpty();
        scene.restart();
        assertThat(scene.shard().groups()).isEmpty();
    }

    @Test
    void whatWasCommittedInADeletedTopicIsForgotten() throws IOException {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 0, 2);
        scene.commit("h", "t", 0, 3);
        scene.groups().topicsDeleted(List.of(scene.broker().known("t")));
        scene.run();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("h", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "u", 0)).isEqualTo(2);
        scene.restart();
        assertThat(scene.offset("g", "t", 0)).isEqualTo(-1);
        assertThat(scene.offset("g", "u", 0)).isEqualTo(2);
    }

    @Test
    void whatWasCommittedInATopicOfTheSameNameIsKept() {
        scene.commit("g", "t", 0, 1);

        scene.groups()
                .topicsDeleted(
                        List.of(
                                new Topic(
                                        "t",
                                        new Uuid(9, 9),
                                        false,
                                        List.of(),
                                        scene.broker().known("t").config())));
        scene.run();

        assertThat(scene.offset("g", "t", 0)).isEqualTo(1);
    }

    private void commitAll(String group, String topic, int count) {
        List<OffsetCommitRequestPartition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new OffsetCommitRequestPartition(i, i, -1, ""));
        }
        OffsetCommitRequest request =
                OffsetCommitRequest.defaults()
                        .withGroupId(group)
                        .withTopics(
                                List.of(
                                        new OffsetCommitRequestTopic(
                                                topic, Uuid.ZERO, partitions)));
        assertThat(OffsetScene.error(scene.commit(request, OffsetScene.BY_NAME)))
                .isEqualTo(ErrorCode.NONE);
    }

    /// The partition's error, or that of all.
    private ErrorCode delete(String group, String topic, int partition) {
        OffsetDeleteRequest request =
                new OffsetDeleteRequest(
                        group,
                        List.of(
                                new OffsetDeleteRequestTopic(
                                        topic,
                                        List.of(new OffsetDeleteRequestPartition(partition)))));
        OffsetDeleteResponse response =
                scene.ask(answer -> scene.groups().deleteOffsets(request, answer));
        if (response.errorCode() != ErrorCode.NONE.code()) {
            assertThat(response.topics()).isEmpty();
            return ErrorCode.of(response.errorCode());
        }
        return ErrorCode.of(response.topics().getFirst().partitions().getFirst().errorCode());
    }

    private ErrorCode deleteGroup(String group) {
        return scene.ask(answer -> scene.groups().delete(group, answer));
    }
}

package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.group.Client;
import io.octavo.broker.group.WithOffsetScene;
import io.octavo.ports.ManualLoop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OctavoDescribeGroupsHandlerTest extends WithOffsetScene {
    private ManualLoop loop;
    private ManualLoop workers;

    @BeforeEach
    void loops() {
        loop = new ManualLoop(scene.broker().clock());
        workers = new ManualLoop(scene.broker().clock());
    }

    @Test
    void theLogsAreOpenedThatTheLagIsIn() throws IOException {
        commit();
        scene.restart();
        Topic topic = scene.broker().known("t");
        assertThat(scene.broker().partition("t", 0).openLog()).isNull();

        OctavoDescribeGroupsResponse response = describe(null);

        assertThat(response.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(response.groups()).hasSize(1);
        assertThat(response.groups().getFirst().topics().getFirst().topicId())
                .isEqualTo(topic.id());
        assertThat(response.groups().getFirst().topics().getFirst().partitions().getFirst().lag())
                .isZero();
    }

    @Test
    void aGroupThatDoesNotExistIsAnError() {
        assertThat(describe(List.of("nobody")).groups())
                .extracting(group -> ErrorCode.of(group.errorCode()))
                .containsExactly(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void theTableOfApisHasPlaceForIt() {
        ApiTable table = new ApiTable(List.of(handler()));

        assertThat(table.serves(20_100, 0)).isTrue();
        assertThat(table.serves(20_100, 1)).isFalse();
        assertThat(table.handler(20_099)).isNull();
    }

    private OctavoDescribeGroupsHandler handler() {
        return new OctavoDescribeGroupsHandler(
                scene.groups(), scene.broker().partitions(), workers, scene.broker().clock());
    }

    private static OctavoDescribeGroupsRequest request(@Nullable List<String> groups) {
        return OctavoDescribeGroupsRequest.defaults().withGroupIds(groups);
    }

    private OctavoDescribeGroupsResponse describe(@Nullable List<String> groups) {
        Later<OctavoDescribeGroupsResponse> reply =
                later(handler().handle(request(groups), new FakeRequestContext(0, loop)));
        for (int i = 0; i < 3; i++) {
            scene.run();
            loop.run();
            workers.run();
        }
        return kept(reply);
    }

    private void commit() {
        scene.groups()
                .commitOffsets(
                        OffsetCommitRequest.defaults()
                                .withGroupId("g")
                                .withTopics(
                                        List.of(
                                                new OffsetCommitRequestTopic(
                                                        "t",
                                                        Uuid.ZERO,
                                                        List.of(
                                                                new OffsetCommitRequestPartition(
                                                                        0, 0, -1, ""))))),
                        new Client("c", "/h", 9),
                        _ -> {});
        scene.run();
    }
}

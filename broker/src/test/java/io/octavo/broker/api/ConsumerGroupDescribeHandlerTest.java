package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.Client;
import io.octavo.broker.group.WithOffsetScene;
import io.octavo.protocol.message.ConsumerGroupDescribeRequest;
import io.octavo.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsumerGroupDescribeHandlerTest extends WithOffsetScene {
    @Test
    void whatMayBeDoneWithAGroupIsToldOnceOfGroupsThatAreThere() {
        scene.groups()
                .heartbeat(
                        ConsumerGroupHeartbeatRequest.defaults()
                                .withGroupId("g")
                                .withMemberId("m")
                                .withRebalanceTimeoutMs(60_000)
                                .withSubscribedTopicNames(List.of("t"))
                                .withTopicPartitions(List.of()),
                        new Client("c", "/h", 1),
                        _ -> {});
        scene.run();
        var reply =
                later(
                        new ConsumerGroupDescribeHandler(scene.groups())
                                .handle(
                                        new ConsumerGroupDescribeRequest(
                                                List.of("g", "nobody", "g"), true),
                                        new FakeRequestContext(1)));
        scene.run();

        assertThat(kept(reply).groups())
                .extracting(DescribedGroup::authorizedOperations)
                .containsExactly(AuthorizedOperations.GROUP, AuthorizedOperations.NOT_ASKED);
    }
}

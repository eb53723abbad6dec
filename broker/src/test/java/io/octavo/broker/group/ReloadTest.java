package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What was accepted and written is read again.
class ReloadTest extends WithOffsetScene {
    private static final Client CLIENT = new Client("c", "/127.0.0.1", 1);

    /// Of names that take much more in memory than in the record: the request that had them may
    /// have been longer.
    @Test
    void aMemberThatTakesMuchMoreThanItsBytesIsLoaded() throws IOException {
        List<String> names =
                IntStream.rangeClosed(0x80, 0x7ff).mapToObj(Character::toString).toList();
        ConsumerGroupHeartbeatRequest joins =
                ConsumerGroupHeartbeatRequest.defaults()
                        .withGroupId("g")
                        .withMemberId("m")
                        .withRebalanceTimeoutMs(60_000)
                        .withSubscribedTopicNames(names)
                        .withTopicPartitions(List.of());
        ConsumerGroupHeartbeatResponse joined = heartbeat(joins);
        assertThat(ErrorCode.of(joined.errorCode())).isEqualTo(ErrorCode.NONE);

        scene.restart();

        ConsumerGroupHeartbeatResponse known =
                heartbeat(
                        ConsumerGroupHeartbeatRequest.defaults()
                                .withGroupId("g")
                                .withMemberId("m")
                                .withMemberEpoch(joined.memberEpoch()));
        assertThat(ErrorCode.of(known.errorCode())).isEqualTo(ErrorCode.NONE);
        assertThat(scene.shard().group("g")).isInstanceOf(ConsumerGroup.class);
    }

    private ConsumerGroupHeartbeatResponse heartbeat(ConsumerGroupHeartbeatRequest request) {
        return scene.<ConsumerGroupHeartbeatResponse>ask(
                answer -> scene.groups().heartbeat(request, CLIENT, answer));
    }
}

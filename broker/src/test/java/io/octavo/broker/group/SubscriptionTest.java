package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.message.ConsumerProtocolAssignment;
import io.octavo.protocol.message.ConsumerProtocolAssignment.TopicPartition;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final Map<String, List<Integer>> NONE = Map.of();

    @Test
    void anAssignmentIsReadInEveryVersion() {
        for (int version = 0; version < 4; version++) {
            assertThat(Subscription.assigned(assignment(version)))
                    .isEqualTo(Map.of("t", List.of(0, 2), "u", List.of(1)));
        }
    }

    @Test
    void whatIsNoAssignmentAssignsNothing() {
        ByteBuffer cut = assignment(0);
        cut.limit(cut.limit() - 6);

        assertThat(Subscription.assigned(ByteBuffer.allocate(0))).isEqualTo(NONE);
        assertThat(Subscription.assigned(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(NONE);
        assertThat(Subscription.assigned(ByteBuffer.wrap(new byte[] {-1, 0, 0, 0, 0, 0})))
                .isEqualTo(NONE);
        assertThat(Subscription.assigned(cut)).isEqualTo(NONE);
    }

    private static ByteBuffer assignment(int version) {
        Writer out = Writer.heap(64);
        out.int16((short) version);
        ConsumerProtocolAssignment.defaults()
                .withAssignedPartitions(
                        List.of(
                                new TopicPartition("t", List.of(0, 2)),
                                new TopicPartition("u", List.of(1))))
                .write(out, version);
        return out.bytes();
    }
}

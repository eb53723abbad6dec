package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import io.octavo.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import io.octavo.protocol.message.ListPartitionReassignmentsRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PartitionReassignmentsHandlerTest {
    private final TestCluster cluster = new TestCluster();
    private final FakeRequestContext context = new FakeRequestContext(0);

    @Test
    void nothingIsOnItsWay() {
        cluster.topic("orders", 1);

        var answer =
                now(
                        new ListPartitionReassignmentsHandler()
                                .handle(ListPartitionReassignmentsRequest.defaults(), context));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.topics()).isEmpty();
    }

    @Test
    void aPartitionStaysWhereItIs() {
        cluster.topic("orders", 2);
        List<Integer> here = cluster.live("orders").partitions().getFirst().replicas();

        assertThat(alter("orders", 1, here)).isEqualTo(ErrorCode.NONE);
        assertThat(alter("orders", 1, List.of(77))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(alter("orders", 1, List.of())).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(alter("orders", 1, null)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        assertThat(alter("orders", 2, here)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(alter("orders", -1, here)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(alter("none", 0, here)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private ErrorCode alter(String topic, int partition, @Nullable List<Integer> replicas) {
        AlterPartitionReassignmentsRequest request =
                AlterPartitionReassignmentsRequest.defaults()
                        .withTopics(
                                List.of(
                                        new ReassignableTopic(
                                                topic,
                                                List.of(
                                                        new ReassignablePartition(
                                                                partition, replicas)))));
        var answer =
                now(new AlterPartitionReassignmentsHandler(cluster::view).handle(request, context));
        assertThat(answer.errorCode()).isZero();
        return ErrorCode.of(answer.responses().getFirst().partitions().getFirst().errorCode());
    }
}

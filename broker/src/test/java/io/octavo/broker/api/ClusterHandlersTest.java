package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeClusterRequest;
import io.octavo.protocol.message.DescribeClusterResponse;
import io.octavo.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.FindCoordinatorResponse;
import io.octavo.protocol.message.ListConfigResourcesRequest;
import io.octavo.protocol.message.ListConfigResourcesResponse;
import io.octavo.protocol.message.ListConfigResourcesResponse.ConfigResource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ClusterHandlersTest {
    private final TestCluster cluster = new TestCluster();

    @Test
    void theClusterIsDescribed() {
        DescribeClusterResponse response =
                describe(new DescribeClusterRequest(true, (byte) 1, true));

        assertThat(response.errorCode()).isZero();
        assertThat(response.clusterId()).isEqualTo(cluster.view().clusterId());
        assertThat(response.controllerId()).isEqualTo(1);
        assertThat(response.brokers())
                .containsExactly(new DescribeClusterBroker(1, "localhost", 9092, null, false));
        assertThat(response.clusterAuthorizedOperations()).isPositive();
    }

    @Test
    void controllersAreNotFoundOnABroker() {
        assertThat(describe(new DescribeClusterRequest(false, (byte) 2, false)).errorCode())
                .isEqualTo(ErrorCode.MISMATCHED_ENDPOINT_TYPE.code());
        assertThat(describe(new DescribeClusterRequest(false, (byte) 9, false)).errorCode())
                .isEqualTo(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE.code());
    }

    @Test
    void everythingThatHasSettingsIsListed() {
        cluster.topic("orders", 1);

        assertThat(list(1, List.of()).configResources())
                .containsExactly(
                        new ConfigResource("orders", (byte) 2),
                        new ConfigResource("1", (byte) 4),
                        new ConfigResource("1", (byte) 8));
        assertThat(list(1, List.of((byte) 2)).configResources())
                .containsExactly(new ConfigResource("orders", (byte) 2));
        assertThat(list(1, List.of((byte) 99)).errorCode())
                .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        assertThat(list(0, List.of()).configResources()).isEmpty();
    }

    @Test
    void whoAsksForAGroupFirstHasItsTopicMade() {
        FindCoordinatorResponse one =
                find(2, FindCoordinatorRequest.defaults().withKey("my-group"));
        FindCoordinatorResponse many =
                find(6, FindCoordinatorRequest.defaults().withCoordinatorKeys(List.of("a", "b")));

        assertThat(one.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(one.nodeId()).isEqualTo(1);
        assertThat(many.coordinators())
                .extracting(FindCoordinatorResponse.Coordinator::key)
                .containsExactly("a", "b");
        assertThat(many.coordinators().getFirst().errorCode()).isEqualTo(ErrorCode.NONE.code());
        Topic topic = Objects.requireNonNull(cluster.cluster().view().topic("__consumer_offsets"));
        assertThat(topic.partitions()).hasSize(50);
        assertThat(topic.internal()).isTrue();
        assertThat(topic.config().compacted()).isTrue();
    }

    @Test
    void thereAreNoTransactionsAndTheAnswerSaysSo() {
        FindCoordinatorResponse many =
                find(
                        6,
                        FindCoordinatorRequest.defaults()
                                .withKeyType((byte) 1)
                                .withCoordinatorKeys(List.of("a", "b")));

        assertThat(many.coordinators().getFirst().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.code());
        assertThat(many.coordinators().getFirst().errorMessage()).contains("no transactions");
    }

    @Test
    void aKindOfCoordinatorThatTheVersionDoesNotKnowIsRefused() {
        assertThat(find(3, FindCoordinatorRequest.defaults().withKeyType((byte) 2)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(find(3, FindCoordinatorRequest.defaults().withKeyType((byte) 9)).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    private DescribeClusterResponse describe(DescribeClusterRequest request) {
        DescribeClusterHandler handler =
                new DescribeClusterHandler(cluster.cluster(), cluster.config());
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(2)));
    }

    private ListConfigResourcesResponse list(int version, List<Byte> types) {
        ListConfigResourcesHandler handler =
                new ListConfigResourcesHandler(cluster.cluster(), cluster.config());
        return Answers.answer(
                cluster,
                handler.handle(
                        new ListConfigResourcesRequest(types), new FakeRequestContext(version)));
    }

    private FindCoordinatorResponse find(int version, FindCoordinatorRequest request) {
        return Answers.answer(
                cluster,
                new FindCoordinatorHandler(
                                new OffsetsTopic(
                                        cluster.cluster()::view,
                                        cluster.topics(),
                                        cluster.config()),
                                cluster.cluster()::view)
                        .handle(request, new FakeRequestContext(version)));
    }
}

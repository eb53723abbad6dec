package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeClusterRequest;
import io.octavo.protocol.message.DescribeClusterResponse;
import io.octavo.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import java.util.ArrayList;
import java.util.List;

/// DescribeCluster (KIP-700): the brokers, and what may be done with the cluster. Every broker can
/// serve what Apache Kafka's controller serves, so the one that is asked names itself as the
/// controller.
public final class DescribeClusterHandler
        implements Handler<DescribeClusterRequest, DescribeClusterResponse> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final Cluster cluster;
    private final LiveConfig config;

    public DescribeClusterHandler(Cluster cluster, LiveConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Api<DescribeClusterRequest, DescribeClusterResponse> api() {
        return DescribeClusterRequest.API;
    }

    @Override
    public Reply<DescribeClusterResponse> handle(
            DescribeClusterRequest request, RequestContext context) {
        if (request.endpointType() == CONTROLLERS) {
            return refused(
                    ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                    "This is a broker, and there are no controllers: ask for brokers.");
        }
        if (request.endpointType() != BROKERS) {
            return refused(
                    ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                    "There is no endpoint type " + request.endpointType() + ".");
        }
        ClusterView view = cluster.view();
        List<DescribeClusterBroker> brokers = new ArrayList<>();
        for (Endpoints.Endpoint endpoint : Endpoints.of(view, context)) {
            brokers.add(
                    new DescribeClusterBroker(
                            endpoint.brokerId(),
                            endpoint.host(),
                            endpoint.port(),
                            endpoint.rack(),
                            false));
        }
        return new Reply.Now<>(
                DescribeClusterResponse.defaults()
                        .withClusterId(view.clusterId())
                        .withControllerId(config.current().brokerId())
                        .withBrokers(brokers)
                        .withClusterAuthorizedOperations(
                                request.includeClusterAuthorizedOperations()
                                        ? AuthorizedOperations.CLUSTER
                                        : AuthorizedOperations.NOT_ASKED));
    }

    private static Reply<DescribeClusterResponse> refused(ErrorCode error, String message) {
        return new Reply.Now<>(
                DescribeClusterResponse.defaults()
                        .withErrorCode(error.code())
                        .withErrorMessage(message));
    }
}

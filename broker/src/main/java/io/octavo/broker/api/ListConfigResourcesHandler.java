package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ListConfigResourcesRequest;
import io.octavo.protocol.message.ListConfigResourcesResponse;
import io.octavo.protocol.message.ListConfigResourcesResponse.ConfigResource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// ListConfigResources (KIP-1142): the names of everything that has settings; of groups those that
/// have some of their own. Version 0 asks for client metrics alone, of which there are none.
public final class ListConfigResourcesHandler
        implements Handler<ListConfigResourcesRequest, ListConfigResourcesResponse> {
    private static final Set<Byte> OLD_TYPES = Set.of(ConfigResources.CLIENT_METRICS);

    private static final List<Byte> TYPES =
            List.of(
                    ConfigResources.TOPIC,
                    ConfigResources.BROKER,
                    ConfigResources.BROKER_LOGGER,
                    ConfigResources.CLIENT_METRICS,
                    ConfigResources.GROUP);

    private final Cluster cluster;
    private final LiveConfig config;

    public ListConfigResourcesHandler(Cluster cluster, LiveConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    @Override
    public Api<ListConfigResourcesRequest, ListConfigResourcesResponse> api() {
        return ListConfigResourcesRequest.API;
    }

    @Override
    public Reply<ListConfigResourcesResponse> handle(
            ListConfigResourcesRequest request, RequestContext context) {
        boolean old = context.apiVersion() == 0;
        Set<Byte> types = new LinkedHashSet<>(request.resourceTypes());
        if (types.isEmpty()) {
            types.addAll(old ? OLD_TYPES : TYPES);
        }
        if (!TYPES.containsAll(types)) {
            return new Reply.Now<>(
                    ListConfigResourcesResponse.defaults()
                            .withErrorCode(ErrorCode.UNSUPPORTED_VERSION.code()));
        }
        ClusterView view = cluster.view();
        List<ConfigResource> resources = new ArrayList<>();
        for (byte type : types) {
            switch (type) {
                case ConfigResources.TOPIC ->
                        view.topics()
                                .keySet()
                                .forEach(name -> resources.add(new ConfigResource(name, type)));
                case ConfigResources.BROKER, ConfigResources.BROKER_LOGGER ->
                        view.brokers()
                                .keySet()
                                .forEach(id -> resources.add(new ConfigResource("" + id, type)));
                case ConfigResources.GROUP ->
                        config.groups()
                                .keySet()
                                .forEach(id -> resources.add(new ConfigResource(id, type)));
                default -> {}
            }
        }
        return new Reply.Now<>(
                ListConfigResourcesResponse.defaults().withConfigResources(resources));
    }
}

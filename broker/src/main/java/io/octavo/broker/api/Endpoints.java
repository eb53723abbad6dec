package io.octavo.broker.api;

import io.octavo.broker.cluster.Broker;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.config.ListenerAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a client finds the brokers: by the listener it came in by, and at the address it used
/// itself where a broker has none to tell.
final class Endpoints {
    /// A broker as a client of one listener sees it.
    record Endpoint(int brokerId, String host, int port, @Nullable String rack) {}

    private Endpoints() {}

    /// The brokers that can be reached by the listener of the request, by id.
    static List<Endpoint> of(ClusterView view, RequestContext context) {
        List<Endpoint> endpoints = new ArrayList<>(view.brokers().size());
        for (Broker broker : view.brokers().values()) {
            for (ListenerAddress address : broker.endpoints()) {
                if (address.name().equals(context.listenerName())) {
                    boolean told = !address.host().isEmpty();
                    endpoints.add(
                            new Endpoint(
                                    broker.id(),
                                    told ? address.host() : context.localHost(),
                                    told ? address.port() : context.localPort(),
                                    broker.rack()));
                }
            }
        }
        return endpoints;
    }
}

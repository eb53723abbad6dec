package io.octavo.broker.cluster;

import io.octavo.broker.config.ListenerAddress;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A broker that is registered now.
///
/// @param id unique in the cluster
/// @param incarnation the creation id of this registration
/// @param directoryIds its data directories
/// @param endpoints where clients reach it, one for each listener; the host is empty where it is
///   whatever address the client used
/// @param rack where it stands, if it was told
public record Broker(
        int id,
        long incarnation,
        List<Uuid> directoryIds,
        List<ListenerAddress> endpoints,
        @Nullable String rack) {
    public Broker {
        directoryIds = List.copyOf(directoryIds);
        endpoints = List.copyOf(endpoints);
    }
}

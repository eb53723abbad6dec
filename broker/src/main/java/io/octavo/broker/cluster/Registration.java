package io.octavo.broker.cluster;

import io.octavo.broker.config.ListenerAddress;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How this process introduces itself to the cluster.
///
/// @param brokerId its number
/// @param runId new with every start of the process
/// @param directoryIds the identity of each data directory, written there when it was first used
/// @param endpoints as in [Broker#endpoints()]
/// @param rack where it stands, if it was told
/// @param bootId the operating system's boot: equal means that the page cache has survived
public record Registration(
        int brokerId,
        Uuid runId,
        List<Uuid> directoryIds,
        List<ListenerAddress> endpoints,
        @Nullable String rack,
        String bootId) {
    public Registration {
        directoryIds = List.copyOf(directoryIds);
        endpoints = List.copyOf(endpoints);
    }
}

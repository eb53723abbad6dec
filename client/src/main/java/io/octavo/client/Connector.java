package io.octavo.client;

import java.util.concurrent.CompletableFuture;

/// Makes connections; the port to the network.
public interface Connector {
    /// Connects and negotiates versions. To be called, and completed, on the connector's loop.
    ///
    /// @return fails with an [Unreachable] that says why
    CompletableFuture<Connection> connect(Endpoint endpoint);
}

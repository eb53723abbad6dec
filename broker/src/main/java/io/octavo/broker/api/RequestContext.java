package io.octavo.broker.api;

import io.octavo.ports.Loop;
import org.jspecify.annotations.Nullable;

/// What a handler may know about a request besides its body. Belongs to the connection's event
/// loop.
public interface RequestContext {
    /// The version of the API that the request is written in, and its response will be.
    int apiVersion();

    int correlationId();

    /// What the client calls itself; null when it does not.
    @Nullable String clientId();

    /// The library the client runs on, as it said in ApiVersions; [ClientSoftware#UNKNOWN] before.
    ClientSoftware clientSoftware();

    /// Notes what the client runs on, for the rest of the connection.
    void clientRunsOn(ClientSoftware software);

    /// Identifies the connection within this process; never used twice.
    long connectionId();

    /// The listener the client came in by, as named in `listeners`.
    String listenerName();

    /// The address by which the client reached this node: numeric, an IPv4 address mapped into IPv6
    /// as IPv4, no brackets and no scope.
    String localHost();

    /// The port by which the client reached this node.
    int localPort();

    /// The client's address, numeric, as [#localHost()].
    String remoteHost();

    /// The client's port.
    int remotePort();

    /// The event loop of the connection. Every call for one connection is made on it.
    Loop loop();

    /// Says that the request's `records` fields are no longer used, so that the frame may be
    /// released before the reply is settled. Harmless when called again.
    void recordsDone();
}

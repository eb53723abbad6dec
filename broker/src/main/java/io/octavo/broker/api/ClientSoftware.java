package io.octavo.broker.api;

/// The library a client runs on (KIP-511), as the client says: text of a stranger, checked by
/// nobody but [ApiVersionsHandler] for its alphabet.
public record ClientSoftware(String name, String version) {
    /// A client that has not said.
    public static final ClientSoftware UNKNOWN = new ClientSoftware("unknown", "unknown");
}

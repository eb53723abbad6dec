package io.octavo.client;

/// What a connection needs to know.
///
/// @param clientId what the broker calls this client
/// @param connectTimeoutMs how long connecting and negotiating may take
/// @param frameBytesMax the largest answer that is accepted
public record ConnectionConfig(String clientId, int connectTimeoutMs, int frameBytesMax) {}

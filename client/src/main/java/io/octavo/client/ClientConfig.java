package io.octavo.client;

import java.util.List;

/// What every client needs to know.
///
/// @param bootstrap brokers to ask for the others, tried in turn
/// @param clientId what the broker calls this client in its logs and metrics
/// @param connectTimeoutMs how long one attempt to connect, negotiation included, may take
/// @param requestTimeoutMs how long a broker may take for one answer
/// @param apiTimeoutMs how long an operation may take in all, retries included
/// @param retryBackoffMs how long to wait before what failed is tried again; doubled for each try
///   up to a second
/// @param frameBytesMax the largest answer that is accepted
public record ClientConfig(
        List<Endpoint> bootstrap,
        String clientId,
        int connectTimeoutMs,
        int requestTimeoutMs,
        int apiTimeoutMs,
        int retryBackoffMs,
        int frameBytesMax) {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;
    private static final int API_TIMEOUT_MS = 60_000;
    private static final int RETRY_BACKOFF_MS = 50;

    /// Twice the largest fetch, since a first batch is sent whatever its size.
    private static final int FRAME_BYTES_MAX = 100 << 20;

    public ClientConfig {
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.isEmpty()) {
            throw new IllegalArgumentException("no bootstrap broker named");
        }
    }

    /// Everything by default.
    ///
    /// @param bootstrap addresses as [Endpoint#parseAll] reads them
    public static ClientConfig of(String bootstrap) {
        return new ClientConfig(
                Endpoint.parseAll(bootstrap),
                "octavo",
                CONNECT_TIMEOUT_MS,
                REQUEST_TIMEOUT_MS,
                API_TIMEOUT_MS,
                RETRY_BACKOFF_MS,
                FRAME_BYTES_MAX);
    }

    public ClientConfig withClientId(String id) {
        return new ClientConfig(
                bootstrap,
                id,
                connectTimeoutMs,
                requestTimeoutMs,
                apiTimeoutMs,
                retryBackoffMs,
                frameBytesMax);
    }

    public ClientConfig withRequestTimeoutMs(int ms) {
        return new ClientConfig(
                bootstrap,
                clientId,
                connectTimeoutMs,
                ms,
                apiTimeoutMs,
                retryBackoffMs,
                frameBytesMax);
    }

    public ClientConfig withApiTimeoutMs(int ms) {
        return new ClientConfig(
                bootstrap,
                clientId,
                connectTimeoutMs,
                requestTimeoutMs,
                ms,
                retryBackoffMs,
                frameBytesMax);
    }
}

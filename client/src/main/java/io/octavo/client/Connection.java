package io.octavo.client;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.concurrent.CompletableFuture;

/// A connection to one broker, its versions negotiated: requests go out in the order of the calls,
/// and may be many before the first is answered. A port, so that a simulation can be the network.
///
/// Everything here is called, and every future completed, on the connection's loop; a future fails
/// with a [ClientException]. A request that is not answered in time ends the connection, since
/// every later answer waits behind it. A connection that has ended stays so: whoever needs another
/// asks the [Connector].
public interface Connection {
    /// The requests that may be unanswered at once; no more are taken. Four times what a broker
    /// reads ahead.
    int UNANSWERED_MAX = 256;

    /// Where the broker was reached.
    Endpoint endpoint();

    boolean isOpen();

    /// The highest version that the broker serves and this client writes, `versionMax` at most.
    ///
    /// @throws Refused with UNSUPPORTED_VERSION when there is none
    int version(Api<?, ?> api, int versionMax);

    /// The highest version that both know, of those that are stable.
    default int version(Api<?, ?> api) {
        return version(api, api.versions().max() - (api.latestUnstable() ? 1 : 0));
    }

    /// Sends a request and gives its answer. `records` in the request are shared until then; those
    /// in the answer share a buffer that nobody else uses.
    <Q extends Request, R extends Response> CompletableFuture<R> send(
            Api<Q, R> api, int version, Q request, int timeoutMs);

    /// Sends a request that the broker does not answer (Produce with acks=0); completes when the
    /// bytes have left.
    <Q extends Request> CompletableFuture<Void> sendUnanswered(
            Api<Q, ?> api, int version, Q request);

    /// Ends the connection; what waits for an answer fails. Harmless when it has ended.
    void close();
}

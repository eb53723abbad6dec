package io.octavo.broker.api;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;

/// Serves one API. A handler has two stages: [#handle] returns once the request's place in the
/// order is fixed; the reply may complete later. Replies leave a connection in the order of its
/// requests.
///
/// @param <Q> the request
/// @param <R> its response
public interface Handler<Q extends Request, R extends Response> {
    /// The API that is served.
    Api<Q, R> api();

    /// The versions for which [#handle] is called; a request of another version closes its
    /// connection. As in Apache Kafka, a highest version that is not finished is left out.
    default VersionRange served() {
        VersionRange all = api().versions();
        return api().latestUnstable() ? new VersionRange(all.min(), all.max() - 1) : all;
    }

    /// The versions that clients are told of; wider than [#served()] only where a client looks for
    /// a version that it never uses (KAFKA-18659).
    default VersionRange advertised() {
        return served();
    }

    /// Decides and answers, on the event loop of the connection, without ever blocking.
    ///
    /// The peer's fault is answered in the response. An exception is a fault of ours: it is logged
    /// and costs the connection. `records` fields of the request are slices of the received frame:
    /// they are valid until the reply is settled or [RequestContext#recordsDone()] is called;
    /// everything else may be kept.
    Reply<R> handle(Q request, RequestContext context);
}

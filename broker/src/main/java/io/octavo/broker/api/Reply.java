package io.octavo.broker.api;

import io.octavo.protocol.wire.Response;

/// What a handler makes of a request. A response given to the network, settled now or later,
/// belongs to the network: file slices in its `records` fields are released when they are sent,
/// when sending fails, and when the connection is gone.
///
/// @param <R> the response
public sealed interface Reply<R extends Response> permits Reply.Settled, Later {

    /// A reply that is known.
    ///
    /// @param <R> the response
    sealed interface Settled<R extends Response> extends Reply<R> permits Now, None, Close {}

    /// The response is sent when everything asked before it on the connection is answered.
    record Now<R extends Response>(R response) implements Settled<R> {}

    /// Nothing is sent: a Produce with `acks=0`.
    record None<R extends Response>() implements Settled<R> {}

    /// The connection is closed once everything asked before is answered: the only way to tell a
    /// producer with `acks=0` of an error.
    ///
    /// @param reason for the log, with the values that matter
    record Close<R extends Response>(String reason) implements Settled<R> {}
}

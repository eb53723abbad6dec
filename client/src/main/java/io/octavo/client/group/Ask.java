package io.octavo.client.group;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;

/// Something that a member has to say to its coordinator.
///
/// @param versions that can say it
/// @param timeoutMs how long the answer may take; 0 for the usual time
record Ask<Q extends Request, R extends Response>(
        Api<Q, R> api, VersionRange versions, Q request, int timeoutMs) {
    /// In any version, in the usual time.
    static <Q extends Request, R extends Response> Ask<Q, R> of(Api<Q, R> api, Q request) {
        return new Ask<>(api, api.versions(), request, 0);
    }
}

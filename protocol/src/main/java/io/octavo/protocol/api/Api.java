package io.octavo.protocol.api;

import io.octavo.protocol.wire.MessageReader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;

/// One API of the protocol, as its schema describes it. What a broker really serves may be less;
/// the handler says so. The constants are in the generated request classes.
///
/// @param key the number in the request header
/// @param name without "Request", as Kafka's documentation calls it
/// @param versions all that the schema defines
/// @param flexibleFrom the first version with compact lengths and tagged fields (KIP-482); [#NEVER]
///   if there is none
/// @param latestUnstable whether Apache Kafka still considers the highest version unfinished
/// @param request reads the request's body
/// @param response reads the response's body
public record Api<Q extends Request, R extends Response>(
        int key,
        String name,
        VersionRange versions,
        int flexibleFrom,
        boolean latestUnstable,
        MessageReader<Q> request,
        MessageReader<R> response) {
    /// `flexibleFrom` of an API without flexible versions.
    public static final int NEVER = Integer.MAX_VALUE;

    /// ApiVersions, whose answer a client must be able to read before it knows any version
    /// (KIP-511).
    private static final int API_VERSIONS = 18;

    /// @return whether `version` has compact lengths and tagged fields
    public boolean flexible(int version) {
        return version >= flexibleFrom;
    }

    /// @return the version of the header in front of a request of `version`
    public int requestHeaderVersion(int version) {
        return flexible(version) ? 2 : 1;
    }

    /// @return the version of the header in front of a response of `version`
    public int responseHeaderVersion(int version) {
        return flexible(version) && key != API_VERSIONS ? 1 : 0;
    }

    @Override
    public String toString() {
        return name + " (" + key + ", " + versions + ")";
    }
}

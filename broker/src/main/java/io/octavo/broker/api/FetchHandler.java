package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.FetchResponse;
import java.util.List;
import java.util.function.Supplier;

/// Fetch: finds the session ([FetchSessions]) and serves it ([Fetch]).
///
/// Every client is served as a consumer, below the high watermark and without effect on the log,
/// whatever replica id it claims: nobody becomes a follower by saying so (CVE-2018-1288).
public final class FetchHandler implements Handler<FetchRequest, FetchResponse> {
    private final FetchParts parts;

    public FetchHandler(
            PartitionTable partitions,
            Supplier<ClusterView> view,
            LiveConfig config,
            DiskReaders readers,
            Clock clock,
            Randomness randomness) {
        parts =
                new FetchParts(
                        partitions,
                        new FetchSessions(clock, randomness),
                        new Leaders(view),
                        config,
                        readers,
                        clock);
    }

    @Override
    public Api<FetchRequest, FetchResponse> api() {
        return FetchRequest.API;
    }

    @Override
    public Reply<FetchResponse> handle(FetchRequest request, RequestContext context) {
        FetchRequest served = RequestCaps.namesTooLong(request) ? passing(request) : request;
        return switch (parts.sessions().take(served, context.apiVersion())) {
            case FetchSessions.Taken(FetchSessions.Slot slot) ->
                    new Fetch(parts, served, context, slot).begin();
            case FetchSessions.Refused(var error) ->
                    new Reply.Now<>(
                            new FetchResponse(
                                    0,
                                    error.code(),
                                    FetchSessions.NO_SESSION,
                                    List.of(),
                                    List.of()));
        };
    }

    /// The same request, of which nothing is kept: it does not wait, and has no session.
    private static FetchRequest passing(FetchRequest request) {
        return request.withMaxWaitMs(0).withSessionEpoch(FetchSessions.FINAL_EPOCH);
    }
}

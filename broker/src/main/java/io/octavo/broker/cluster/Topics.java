package io.octavo.broker.cluster;

import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Changes topics by compare-and-set. May be called from any thread; results complete on the
/// cluster's loop, once every listener of the cluster has seen the change.
public final class Topics {
    /// Makes the topic. Refused with `TOPIC_ALREADY_EXISTS`, or `INVALID_TOPIC_EXCEPTION` when its
    /// name collides.
    public CompletionStage<Verdict<Topic>> create(NewTopic topic) {
        return new CompletableFuture<>();
    }

    /// Ends the topic: it is gone for clients at once, and stays in [ClusterView#deleting()] until
    /// [#purged].
    public CompletionStage<Verdict<Topic>> delete(Uuid id) {
        return new CompletableFuture<>();
    }

    /// Adds a partition for each of `assignments`.
    ///
    /// @param count the number of partitions the caller saw
    public CompletionStage<Verdict<Topic>> addPartitions(
            Uuid id, int count, List<List<Integer>> assignments) {
        return new CompletableFuture<>();
    }

    /// Replaces all of the topic's own settings.
    public CompletionStage<Verdict<Topic>> configure(Uuid id, Map<String, String> configs) {
        return new CompletableFuture<>();
    }

    /// Says that no directory of a deleted topic is left on this broker; the topic is then
    /// forgotten.
    public CompletionStage<Verdict<Uuid>> purged(Uuid id) {
        return new CompletableFuture<>();
    }
}

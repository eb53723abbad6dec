package io.octavo.broker.api;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.NewTopic;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.GroupSettings;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.group.Groups;
import io.octavo.protocol.api.ErrorCode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The topic that groups are kept in, made when the first one comes.
public final class OffsetsTopic {
    private final Supplier<ClusterView> view;
    private final Topics topics;
    private final LiveConfig config;

    public OffsetsTopic(Supplier<ClusterView> view, Topics topics, LiveConfig config) {
        this.view = view;
        this.topics = topics;
        this.config = config;
    }

    /// The topic, once it is there. Any thread.
    CompletionStage<Verdict<Topic>> get() {
        Topic topic = view.get().topic(Groups.TOPIC);
        return topic == null
                ? make().thenApply(this::orOfAnother)
                : CompletableFuture.completedFuture(new Done<>(topic));
    }

    private CompletionStage<Verdict<Topic>> make() {
        BrokerConfig now = config.current();
        ClusterView seen = view.get();
        int replicas =
                Math.min(now.integer(GroupSettings.TOPIC_REPLICATION), seen.brokers().size());
        Verdict<NewTopic> plan =
                new TopicPlan(seen, now)
                        .placed(
                                Groups.TOPIC,
                                now.integer(GroupSettings.TOPIC_PARTITIONS),
                                Math.max(replicas, 1),
                                Map.of(
                                        "cleanup.policy",
                                        "compact",
                                        "compression.type",
                                        "producer",
                                        "segment.bytes",
                                        now.text(GroupSettings.TOPIC_SEGMENT_BYTES)));
        return switch (plan) {
            case Done<NewTopic>(NewTopic topic) -> topics.create(topic);
            case Refused<NewTopic>(ErrorCode error, String message) ->
                    CompletableFuture.completedFuture(new Refused<>(error, message));
        };
    }

    /// Another may have been faster.
    private Verdict<Topic> orOfAnother(Verdict<Topic> made) {
        Topic topic = view.get().topic(Groups.TOPIC);
        return topic == null ? made : new Done<>(topic);
    }
}

package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import io.octavo.protocol.message.DeleteTopicsResponse;
import io.octavo.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// DeleteTopics (KIP-4, KIP-516): ends topics, named by name or by id. A deleted topic is gone for
/// everybody when it is answered; its files go afterwards.
public final class DeleteTopicsHandler
        implements Handler<DeleteTopicsRequest, DeleteTopicsResponse> {
    /// From this version on each topic is named by name or id; before, there is a list of names.
    private static final int STATES_FROM = 6;

    /// The first version whose clients know the code that says deletion is switched off.
    private static final int DISABLED_KNOWN_FROM = 3;

    private final Cluster cluster;
    private final Topics topics;
    private final LiveConfig config;

    public DeleteTopicsHandler(Cluster cluster, Topics topics, LiveConfig config) {
        this.cluster = cluster;
        this.topics = topics;
        this.config = config;
    }

    @Override
    public Api<DeleteTopicsRequest, DeleteTopicsResponse> api() {
        return DeleteTopicsRequest.API;
    }

    @Override
    public Reply<DeleteTopicsResponse> handle(DeleteTopicsRequest request, RequestContext context) {
        Set<DeleteTopicState> wanted = new LinkedHashSet<>();
        Set<DeleteTopicState> doubled = new LinkedHashSet<>();
        for (DeleteTopicState topic : topics(request, context)) {
            if (!wanted.add(topic)) {
                doubled.add(topic);
            }
        }
        ClusterView view = cluster.view();
        Map<Uuid, Integer> namings = namings(view, wanted);
        List<CompletionStage<DeletableTopicResult>> results = new ArrayList<>(wanted.size());
        for (DeleteTopicState topic : wanted) {
            Refused<Topic> refusal = doubled.contains(topic) ? twice() : malformed(topic, context);
            Topic found = find(view, topic);
            if (refusal == null && found != null && namings.getOrDefault(found.id(), 0) > 1) {
                refusal = twice();
            }
            if (refusal != null) {
                results.add(completed(result(topic.name(), topic.topicId(), refusal)));
            } else if (found == null) {
                results.add(completed(result(topic.name(), topic.topicId(), unknown(topic))));
            } else {
                results.add(delete(found, topic.name() != null));
            }
        }
        return Gathering.reply(
                results, answers -> DeleteTopicsResponse.defaults().withResponses(answers));
    }

    private static List<DeleteTopicState> topics(
            DeleteTopicsRequest request, RequestContext context) {
        if (context.apiVersion() >= STATES_FROM) {
            return request.topics();
        }
        List<DeleteTopicState> topics = new ArrayList<>(request.topicNames().size());
        for (String name : request.topicNames()) {
            topics.add(new DeleteTopicState(name, Uuid.ZERO));
        }
        return topics;
    }

    /// How often each topic is meant, by its name or its id.
    private static Map<Uuid, Integer> namings(ClusterView view, Set<DeleteTopicState> wanted) {
        Map<Uuid, Integer> namings = new HashMap<>();
        for (DeleteTopicState topic : wanted) {
            Topic found = find(view, topic);
            if (found != null) {
                namings.merge(found.id(), 1, Integer::sum);
            }
        }
        return namings;
    }

    private @Nullable Refused<Topic> malformed(DeleteTopicState topic, RequestContext context) {
        boolean named = topic.name() != null;
        boolean identified = !topic.topicId().equals(Uuid.ZERO);
        if (!config.current().deleteTopics()) {
            return new Refused<>(
                    context.apiVersion() < DISABLED_KNOWN_FROM
                            ? ErrorCode.INVALID_REQUEST
                            : ErrorCode.TOPIC_DELETION_DISABLED,
                    "Topics cannot be deleted here: delete.topic.enable is false.");
        }
        if (named == identified) {
            return new Refused<>(
                    ErrorCode.INVALID_REQUEST,
                    named
                            ? "Name a topic by its name or by its id, not by both."
                            : "Neither a topic's name nor its id is given.");
        }
        return null;
    }

    private static @Nullable Topic find(ClusterView view, DeleteTopicState topic) {
        String name = topic.name();
        if (name == null) {
            return view.topic(topic.topicId());
        }
        return topic.topicId().equals(Uuid.ZERO) ? view.topic(name) : null;
    }

    private CompletionStage<DeletableTopicResult> delete(Topic topic, boolean named) {
        return topics.delete(topic.id())
                .thenApply(verdict ->
                        switch (named ? ByName.told(verdict, topic.name()) : verdict) {
                            case Done<Uuid> done ->
                                    new DeletableTopicResult(
                                            topic.name(), topic.id(), ErrorCode.NONE.code(), null);
                            case Refused<Uuid> refusal -> result(topic.name(), topic.id(), refusal);
                        });
    }

    private static Refused<Topic> twice() {
        return new Refused<>(ErrorCode.INVALID_REQUEST, "The request names the topic twice.");
    }

    private static Refused<Topic> unknown(DeleteTopicState topic) {
        String name = topic.name();
        return name == null
                ? new Refused<>(
                        ErrorCode.UNKNOWN_TOPIC_ID,
                        "There is no topic with the id " + topic.topicId() + ".")
                : ByName.unknown(name);
    }

    private static DeletableTopicResult result(@Nullable String name, Uuid id, Refused<?> refusal) {
        return new DeletableTopicResult(name, id, refusal.error().code(), refusal.message());
    }

    private static <T> CompletionStage<T> completed(T value) {
        return CompletableFuture.completedFuture(value);
    }
}

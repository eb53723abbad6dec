package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.NewTopic;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import io.octavo.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.octavo.protocol.message.CreatePartitionsResponse;
import io.octavo.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// CreatePartitions (KIP-195): gives topics more partitions, or says what would come of it.
public final class CreatePartitionsHandler
        implements Handler<CreatePartitionsRequest, CreatePartitionsResponse> {
    private final Cluster cluster;
    private final Topics topics;
    private final LiveConfig config;

    public CreatePartitionsHandler(Cluster cluster, Topics topics, LiveConfig config) {
        this.cluster = cluster;
        this.topics = topics;
        this.config = config;
    }

    @Override
    public Api<CreatePartitionsRequest, CreatePartitionsResponse> api() {
        return CreatePartitionsRequest.API;
    }

    @Override
    public Reply<CreatePartitionsResponse> handle(
            CreatePartitionsRequest request, RequestContext context) {
        Map<String, CreatePartitionsTopic> wanted = new LinkedHashMap<>();
        Set<String> doubled = new HashSet<>();
        for (CreatePartitionsTopic topic : request.topics()) {
            if (wanted.put(topic.name(), topic) != null) {
                doubled.add(topic.name());
            }
        }
        List<CompletionStage<CreatePartitionsTopicResult>> results = new ArrayList<>();
        long added = added(cluster.view(), wanted.values());
        for (CreatePartitionsTopic topic : wanted.values()) {
            CompletionStage<? extends Verdict<?>> outcome =
                    doubled.contains(topic.name())
                            ? refused(ErrorCode.INVALID_REQUEST, "The request names it twice.")
                            : added > TopicPlan.PARTITIONS_MAX
                                    ? tooMany(added)
                                    : grow(topic, request.validateOnly());
            results.add(
                    outcome.thenApply(
                            verdict -> result(topic.name(), ByName.told(verdict, topic.name()))));
        }
        return Gathering.reply(
                results, answers -> CreatePartitionsResponse.defaults().withResults(answers));
    }

    /// How many partitions a request makes, all in all.
    private static long added(ClusterView view, Collection<CreatePartitionsTopic> wanted) {
        long added = 0;
        for (CreatePartitionsTopic each : wanted) {
            Topic topic = view.topic(each.name());
            if (topic != null) {
                added += Math.max(0, each.count() - topic.partitions().size());
            }
        }
        return added;
    }

    private static CompletionStage<Verdict<Topic>> tooMany(long added) {
        return refused(
                ErrorCode.POLICY_VIOLATION,
                "One request makes at most "
                        + TopicPlan.PARTITIONS_MAX
                        + " partitions, not "
                        + added
                        + ".");
    }

    private CompletionStage<Verdict<Topic>> grow(
            CreatePartitionsTopic wanted, boolean validateOnly) {
        ClusterView view = cluster.view();
        Topic topic = view.topic(wanted.name());
        if (topic == null) {
            return CompletableFuture.completedFuture(ByName.unknown(wanted.name()));
        }
        return switch (plan(view, topic, wanted)) {
            case Refused<List<List<Integer>>>(ErrorCode error, String message) ->
                    refused(error, message);
            case Done<List<List<Integer>>>(List<List<Integer>> assignments) ->
                    validateOnly
                            ? CompletableFuture.completedFuture(new Done<>(topic))
                            : topics.addPartitions(
                                    topic.id(), topic.partitions().size(), assignments);
        };
    }

    private Verdict<List<List<Integer>>> plan(
            ClusterView view, Topic topic, CreatePartitionsTopic wanted) {
        if (topic.internal()) {
            return new Refused<>(
                    ErrorCode.INVALID_TOPIC_EXCEPTION,
                    "'"
                            + topic.name()
                            + "' is the brokers' own: what is in it is found by how many partitions"
                            + " it has.");
        }
        int count = topic.partitions().size();
        if (wanted.count() <= count) {
            return new Refused<>(
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic '"
                            + topic.name()
                            + "' has "
                            + count
                            + " partition(s); "
                            + wanted.count()
                            + " would not be more.");
        }
        int added = wanted.count() - count;
        TopicPlan plan = new TopicPlan(view, config.current());
        int factor = topic.partitions().getFirst().replicas().size();
        List<CreatePartitionsAssignment> assignments = wanted.assignments();
        return assignments == null
                ? plan.place(topic.name(), count, added, factor)
                : assigned(plan, assignments, added, factor);
    }

    private static Verdict<List<List<Integer>>> assigned(
            TopicPlan plan, List<CreatePartitionsAssignment> assignments, int added, int factor) {
        if (assignments.size() != added) {
            return new Refused<>(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    added + " partition(s) are added, but " + assignments.size() + " assigned.");
        }
        List<List<Integer>> brokers = new ArrayList<>(added);
        for (CreatePartitionsAssignment assignment : assignments) {
            Refused<NewTopic> problem = plan.problem(assignment.brokerIds(), factor);
            if (problem != null) {
                return new Refused<>(problem.error(), problem.message());
            }
            brokers.add(assignment.brokerIds());
        }
        return new Done<>(brokers);
    }

    private static CompletionStage<Verdict<Topic>> refused(ErrorCode error, String message) {
        return CompletableFuture.completedFuture(new Refused<>(error, message));
    }

    private static CreatePartitionsTopicResult result(String name, Verdict<?> verdict) {
        return switch (verdict) {
            case Done<?> done -> new CreatePartitionsTopicResult(name, ErrorCode.NONE.code(), null);
            case Refused<?>(ErrorCode error, String message) ->
                    new CreatePartitionsTopicResult(name, error.code(), message);
        };
    }
}

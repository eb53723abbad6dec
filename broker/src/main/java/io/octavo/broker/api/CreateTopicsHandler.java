package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.NewTopic;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.ConfigEntry;
import io.octavo.broker.config.ConfigReport;
import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.config.TopicConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.octavo.protocol.message.CreateTopicsResponse;
import io.octavo.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import io.octavo.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// CreateTopics (KIP-4, KIP-464, KIP-525): makes topics, or says what would come of it. A topic
/// that is answered without an error can be written to.
public final class CreateTopicsHandler
        implements Handler<CreateTopicsRequest, CreateTopicsResponse> {
    private final Cluster cluster;
    private final Topics topics;
    private final LiveConfig config;

    public CreateTopicsHandler(Cluster cluster, Topics topics, LiveConfig config) {
        this.cluster = cluster;
        this.topics = topics;
        this.config = config;
    }

    @Override
    public Api<CreateTopicsRequest, CreateTopicsResponse> api() {
        return CreateTopicsRequest.API;
    }

    @Override
    public Reply<CreateTopicsResponse> handle(CreateTopicsRequest request, RequestContext context) {
        Set<String> doubled = new HashSet<>();
        Map<String, CreatableTopic> wanted = new LinkedHashMap<>();
        for (CreatableTopic topic : request.topics()) {
            if (wanted.put(topic.name(), topic) != null) {
                doubled.add(topic.name());
            }
        }
        boolean tooMany = partitions(request) > TopicPlan.PARTITIONS_MAX;
        List<CompletionStage<CreatableTopicResult>> results = new ArrayList<>(wanted.size());
        for (CreatableTopic topic : wanted.values()) {
            if (tooMany) {
                results.add(refused(topic.name(), tooManyPartitions()));
            } else if (doubled.contains(topic.name())) {
                results.add(refused(topic.name(), twice(topic.name())));
            } else {
                results.add(create(topic, request.validateOnly()));
            }
        }
        return Gathering.reply(
                results, answers -> CreateTopicsResponse.defaults().withTopics(answers));
    }

    private long partitions(CreateTopicsRequest request) {
        long partitions = 0;
        for (CreatableTopic topic : request.topics()) {
            int asked =
                    topic.numPartitions() == TopicPlan.DEFAULT
                            ? config.current().partitionsDefault()
                            : Math.max(topic.numPartitions(), 1);
            partitions += topic.assignments().isEmpty() ? asked : topic.assignments().size();
        }
        return partitions;
    }

    private CompletionStage<CreatableTopicResult> create(
            CreatableTopic topic, boolean validateOnly) {
        return switch (plan(topic)) {
            case Refused<NewTopic> refusal -> refused(topic.name(), refusal);
            case Done<NewTopic>(NewTopic planned) -> {
                if (validateOnly) {
                    yield CompletableFuture.completedFuture(made(planned, Uuid.ZERO));
                }
                yield topics.create(planned)
                        .thenApply(verdict ->
                                switch (verdict) {
                                    case Done<Topic>(Topic made) -> made(planned, made.id());
                                    case Refused<Topic> refusal -> result(topic.name(), refusal);
                                });
            }
        };
    }

    private Verdict<NewTopic> plan(CreatableTopic topic) {
        TopicPlan plan = new TopicPlan(cluster.view(), config.current());
        if (plan.name(topic.name()) instanceof Refused<String>(ErrorCode error, String message)) {
            return new Refused<>(error, message);
        }
        List<ConfigAlteration.Change> asked = new ArrayList<>(topic.configs().size());
        for (CreatableTopicConfig setting : topic.configs()) {
            asked.add(ConfigAlteration.set(setting.name(), setting.value()));
        }
        return switch (ConfigAlteration.replacing(asked).topic(Map.of())) {
            case Refused<Map<String, String>>(ErrorCode error, String message) ->
                    new Refused<>(error, message);
            case Done<Map<String, String>>(Map<String, String> configs) ->
                    topic.assignments().isEmpty()
                            ? plan.placed(
                                    topic.name(),
                                    topic.numPartitions(),
                                    topic.replicationFactor(),
                                    configs)
                            : assigned(plan, topic, configs);
        };
    }

    private static Verdict<NewTopic> assigned(
            TopicPlan plan, CreatableTopic topic, Map<String, String> configs) {
        if (topic.replicationFactor() != TopicPlan.DEFAULT
                || topic.numPartitions() != TopicPlan.DEFAULT) {
            return new Refused<>(
                    ErrorCode.INVALID_REQUEST,
                    "With a manual assignment both the number of partitions and the replication factor"
                            + " must be -1; they are "
                            + topic.numPartitions()
                            + " and "
                            + topic.replicationFactor()
                            + ".");
        }
        Map<Integer, List<Integer>> byIndex = new TreeMap<>();
        int factor = TopicPlan.DEFAULT;
        for (CreatableReplicaAssignment assignment : topic.assignments()) {
            if (byIndex.put(assignment.partitionIndex(), assignment.brokerIds()) != null) {
                return new Refused<>(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "The partition " + assignment.partitionIndex() + " is assigned twice.");
            }
            Refused<NewTopic> problem = plan.problem(assignment.brokerIds(), factor);
            if (problem != null) {
                return problem;
            }
            factor = assignment.brokerIds().size();
        }
        for (int i = 0; i < byIndex.size(); i++) {
            if (!byIndex.containsKey(i)) {
                return new Refused<>(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Partitions are numbered from 0 without gaps; " + i + " is not assigned.");
            }
        }
        return new Done<>(
                new NewTopic(
                        topic.name(),
                        TopicNames.internal(topic.name()),
                        List.copyOf(byIndex.values()),
                        configs));
    }

    private CreatableTopicResult made(NewTopic topic, Uuid id) {
        BrokerConfig settings = config.current();
        List<CreatableTopicConfigs> configs = new ArrayList<>();
        for (ConfigEntry entry :
                new ConfigReport(settings).topic(TopicConfig.of(topic.configs(), settings))) {
            configs.add(
                    new CreatableTopicConfigs(
                            entry.name(),
                            entry.value(),
                            entry.readOnly(),
                            entry.source().code(),
                            entry.definition().sensitive()));
        }
        return new CreatableTopicResult(
                topic.name(),
                id,
                ErrorCode.NONE.code(),
                null,
                ErrorCode.NONE.code(),
                topic.assignments().size(),
                (short) topic.assignments().getFirst().size(),
                configs);
    }

    private static CompletionStage<CreatableTopicResult> refused(String name, Refused<?> refusal) {
        return CompletableFuture.completedFuture(result(name, refusal));
    }

    private static CreatableTopicResult result(String name, Refused<?> refusal) {
        return CreatableTopicResult.defaults()
                .withName(name)
                .withErrorCode(refusal.error().code())
                .withErrorMessage(refusal.message());
    }

    private static Refused<NewTopic> tooManyPartitions() {
        return new Refused<>(
                ErrorCode.POLICY_VIOLATION,
                "One request makes at most "
                        + TopicPlan.PARTITIONS_MAX
                        + " partitions; make the topics in several requests.");
    }

    private static Refused<NewTopic> twice(String name) {
        return new Refused<>(
                ErrorCode.INVALID_REQUEST, "The request names the topic '" + name + "' twice.");
    }
}

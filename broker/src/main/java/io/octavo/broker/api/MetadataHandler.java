package io.octavo.broker.api;

import io.octavo.broker.cluster.Cluster;
import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.NewTopic;
import io.octavo.broker.cluster.PartitionState;
import io.octavo.broker.cluster.Topic;
import io.octavo.broker.cluster.TopicNames;
import io.octavo.broker.cluster.Topics;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.cluster.Verdict.Done;
import io.octavo.broker.cluster.Verdict.Refused;
import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.LiveConfig;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.octavo.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Metadata: which brokers, topics, partitions and leaders there are.
///
/// A topic that is asked for by name and does not exist is created, where the broker is set so and
/// the client does not forbid it; the answer waits until it can be used. Apache Kafka answers with
/// an error at once and has the client ask again.
public final class MetadataHandler implements Handler<MetadataRequest, MetadataResponse> {
    /// In version 0 an empty list asks for all topics; later versions have null for that.
    private static final int EMPTY_IS_NONE_FROM = 1;

    /// From this version on a topic may be asked for by its id, and then has no name in the
    /// request.
    private static final int IDS_FROM = 12;

    private static final int CLUSTER_OPERATIONS_FROM = 8;
    private static final int CLUSTER_OPERATIONS_TO = 10;

    private final Cluster cluster;
    private final Topics topics;
    private final LiveConfig config;
    private final PartitionReport.LocalLogs logs;

    public MetadataHandler(
            Cluster cluster, Topics topics, LiveConfig config, PartitionReport.LocalLogs logs) {
        this.cluster = cluster;
        this.topics = topics;
        this.config = config;
        this.logs = logs;
    }

    @Override
    public Api<MetadataRequest, MetadataResponse> api() {
        return MetadataRequest.API;
    }

    @Override
    public Reply<MetadataResponse> handle(MetadataRequest request, RequestContext context) {
        List<MetadataRequestTopic> asked = request.topics();
        boolean all =
                asked == null || (asked.isEmpty() && context.apiVersion() < EMPTY_IS_NONE_FROM);
        Question question = new Question(request, context);
        if (all || asked == null) {
            return new Reply.Now<>(question.answer(cluster.view(), everything(cluster.view())));
        }
        if (context.apiVersion() < IDS_FROM && asked.stream().anyMatch(MetadataHandler::byId)) {
            return new Reply.Now<>(MetadataResponse.defaults().withTopics(refusals(asked)));
        }
        Set<Uuid> ids = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (MetadataRequestTopic topic : asked) {
            String name = topic.name();
            if (!topic.topicId().equals(Uuid.ZERO)) {
                ids.add(topic.topicId());
            } else if (name != null) {
                names.add(name);
            }
        }
        return ids.isEmpty()
                ? byName(question, names)
                : new Reply.Now<>(question.answer(cluster.view(), byId(cluster.view(), ids)));
    }

    private static boolean byId(MetadataRequestTopic topic) {
        return topic.name() == null || !topic.topicId().equals(Uuid.ZERO);
    }

    private Reply<MetadataResponse> byName(Question question, Set<String> names) {
        ClusterView view = cluster.view();
        BrokerConfig settings = config.current();
        boolean create = question.request.allowAutoTopicCreation() && settings.autoCreateTopics();
        Map<String, ErrorCode> errors = new LinkedHashMap<>();
        List<CompletionStage<Verdict<Topic>>> creations = new ArrayList<>();
        List<String> created = new ArrayList<>();
        int createdMax = Math.max(1, TopicPlan.PARTITIONS_MAX / settings.partitionsDefault());
        for (String name : names) {
            if (view.topic(name) != null) {
                continue;
            }
            if (TopicNames.problem(name) != null) {
                errors.put(name, ErrorCode.INVALID_TOPIC_EXCEPTION);
            } else if (!create || TopicNames.internal(name) || creations.size() >= createdMax) {
                errors.put(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            } else {
                creations.add(create(new TopicPlan(view, settings), name));
                created.add(name);
            }
        }
        return Gathering.reply(
                creations,
                verdicts -> {
                    for (int i = 0; i < verdicts.size(); i++) {
                        if (verdicts.get(i) instanceof Refused<Topic> refused) {
                            errors.put(created.get(i), refused.error());
                        }
                    }
                    ClusterView now = cluster.view();
                    return question.answer(now, topics(now, names, errors));
                });
    }

    private CompletionStage<Verdict<Topic>> create(TopicPlan plan, String name) {
        return switch (plan.placed(name, TopicPlan.DEFAULT, TopicPlan.DEFAULT, Map.of())) {
            case Done<NewTopic>(NewTopic topic) -> topics.create(topic);
            case Refused<NewTopic>(ErrorCode error, String message) ->
                    CompletableFuture.completedFuture(new Refused<>(error, message));
        };
    }

    private List<MetadataResponseTopic> topics(
            ClusterView view, Set<String> names, Map<String, ErrorCode> errors) {
        List<MetadataResponseTopic> answers = new ArrayList<>(names.size());
        for (String name : names) {
            Topic topic = view.topic(name);
            if (topic != null) {
                answers.add(answer(view, topic));
            } else {
                ErrorCode error = errors.getOrDefault(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
                answers.add(refusal(error, name, Uuid.ZERO));
            }
        }
        return answers;
    }

    private List<MetadataResponseTopic> everything(ClusterView view) {
        List<MetadataResponseTopic> answers = new ArrayList<>(view.topics().size());
        for (Topic topic : view.topics().values()) {
            answers.add(answer(view, topic));
        }
        return answers;
    }

    private List<MetadataResponseTopic> byId(ClusterView view, Set<Uuid> ids) {
        List<MetadataResponseTopic> answers = new ArrayList<>(ids.size());
        for (Uuid id : ids) {
            Topic topic = view.topic(id);
            answers.add(
                    topic == null
                            ? refusal(ErrorCode.UNKNOWN_TOPIC_ID, null, id)
                            : answer(view, topic));
        }
        return answers;
    }

    private static List<MetadataResponseTopic> refusals(List<MetadataRequestTopic> asked) {
        List<MetadataResponseTopic> answers = new ArrayList<>(asked.size());
        for (MetadataRequestTopic topic : asked) {
            String name = topic.name();
            answers.add(
                    refusal(ErrorCode.INVALID_REQUEST, name == null ? "" : name, topic.topicId()));
        }
        return answers;
    }

    private static MetadataResponseTopic refusal(ErrorCode error, @Nullable String name, Uuid id) {
        return MetadataResponseTopic.defaults()
                .withErrorCode(error.code())
                .withName(name)
                .withTopicId(id)
                .withIsInternal(name != null && TopicNames.internal(name));
    }

    private MetadataResponseTopic answer(ClusterView view, Topic topic) {
        PartitionReport report = new PartitionReport(view, config.current().brokerId(), logs);
        List<MetadataResponsePartition> partitions = new ArrayList<>(topic.partitions().size());
        for (PartitionState state : topic.partitions()) {
            partitions.add(partition(report, topic, state));
        }
        return new MetadataResponseTopic(
                ErrorCode.NONE.code(),
                topic.name(),
                topic.id(),
                topic.internal(),
                partitions,
                AuthorizedOperations.NOT_ASKED);
    }

    private static MetadataResponsePartition partition(
            PartitionReport report, Topic topic, PartitionState state) {
        int leader = report.leader(topic, state);
        ErrorCode error =
                leader == PartitionState.NO_LEADER
                        ? ErrorCode.LEADER_NOT_AVAILABLE
                        : ErrorCode.NONE;
        return new MetadataResponsePartition(
                error.code(),
                state.index(),
                leader,
                state.leaderEpoch(),
                state.replicas(),
                PartitionReport.insync(state),
                report.offline(topic, state));
    }

    /// A request with what every answer to it has.
    private final class Question {
        private final MetadataRequest request;
        private final RequestContext context;

        Question(MetadataRequest request, RequestContext context) {
            this.request = request;
            this.context = context;
        }

        MetadataResponse answer(ClusterView view, List<MetadataResponseTopic> answers) {
            List<MetadataResponseBroker> brokers = new ArrayList<>();
            for (Endpoints.Endpoint endpoint : Endpoints.of(view, context)) {
                brokers.add(
                        new MetadataResponseBroker(
                                endpoint.brokerId(),
                                endpoint.host(),
                                endpoint.port(),
                                endpoint.rack()));
            }
            return MetadataResponse.defaults()
                    .withBrokers(brokers)
                    .withClusterId(view.clusterId())
                    .withControllerId(config.current().brokerId())
                    .withTopics(withOperations(answers))
                    .withClusterAuthorizedOperations(clusterOperations());
        }

        private int clusterOperations() {
            int version = context.apiVersion();
            boolean asked =
                    version >= CLUSTER_OPERATIONS_FROM
                            && version <= CLUSTER_OPERATIONS_TO
                            && request.includeClusterAuthorizedOperations();
            return asked ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED;
        }

        private List<MetadataResponseTopic> withOperations(List<MetadataResponseTopic> answers) {
            if (!request.includeTopicAuthorizedOperations()) {
                return answers;
            }
            List<MetadataResponseTopic> told = new ArrayList<>(answers.size());
            for (MetadataResponseTopic topic : answers) {
                boolean there = topic.errorCode() == ErrorCode.NONE.code();
                told.add(
                        there
                                ? topic.withTopicAuthorizedOperations(AuthorizedOperations.TOPIC)
                                : topic);
            }
            return told;
        }
    }
}

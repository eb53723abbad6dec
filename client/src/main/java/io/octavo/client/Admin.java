package io.octavo.client;

import static io.octavo.client.Completion.await;

import io.octavo.client.ClusterMap.Topic;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DeleteTopicsResponse;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.octavo.protocol.message.DescribeConfigsResponse;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.octavo.protocol.message.MetadataResponse.MetadataResponsePartition;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks at a cluster and changes it. Each method waits for its answer and throws a
/// [ClientException]. Safe for any thread.
public final class Admin {
    /// As many partitions, or replicas, as the broker's settings say.
    public static final int BROKER_DEFAULT = -1;

    private static final byte TOPIC_RESOURCE = 2;
    private static final byte BROKER_RESOURCE = 4;
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    /// The last DeleteTopics version that takes names; every broker serves it.
    private static final int DELETE_BY_NAMES_UNTIL = 5;

    private final Client client;

    public Admin(Client client) {
        this.client = client;
    }

    /// Creates a topic.
    ///
    /// @param partitions or [#BROKER_DEFAULT]
    /// @param replicationFactor or [#BROKER_DEFAULT]
    public void createTopic(
            String name, int partitions, int replicationFactor, Map<String, String> configs) {
        if (replicationFactor < BROKER_DEFAULT || replicationFactor > Short.MAX_VALUE) {
            throw new IllegalArgumentException("a replication factor of " + replicationFactor);
        }
        List<CreatableTopicConfig> settings = new ArrayList<>();
        configs.forEach((setting, value) -> settings.add(new CreatableTopicConfig(setting, value)));
        CreatableTopic topic =
                new CreatableTopic(
                        name, partitions, (short) replicationFactor, List.of(), settings);
        CreateTopicsRequest request = new CreateTopicsRequest(List.of(topic), timeoutMs(), false);
        var result = only(ask(CreateTopicsRequest.API, request).topics());
        check(name, result.errorCode(), result.errorMessage());
    }

    /// Deletes a topic with all its records.
    public void deleteTopic(String name) {
        DeleteTopicsRequest request =
                DeleteTopicsRequest.defaults()
                        .withTopicNames(List.of(name))
                        .withTimeoutMs(timeoutMs());
        DeleteTopicsResponse answer =
                await(
                        client.retried(() ->
                                client.anyBroker()
                                        .thenCompose(broker ->
                                                broker.send(
                                                        DeleteTopicsRequest.API,
                                                        broker.version(
                                                                DeleteTopicsRequest.API,
                                                                DELETE_BY_NAMES_UNTIL),
                                                        request,
                                                        timeoutMs()))));
        var result = only(answer.responses());
        check(name, result.errorCode(), result.errorMessage());
    }

    /// Makes a topic have `total` partitions, which has to be more than it has.
    public void addPartitions(String name, int total) {
        List<CreatePartitionsTopic> topics = List.of(new CreatePartitionsTopic(name, total, null));
        CreatePartitionsRequest request = new CreatePartitionsRequest(topics, timeoutMs(), false);
        var result = only(ask(CreatePartitionsRequest.API, request).results());
        check(name, result.errorCode(), result.errorMessage());
    }

    /// All topics, by name.
    ///
    /// @param internal whether the cluster's own are among them
    public List<TopicDescription> listTopics(boolean internal) {
        return metadata(null).topics().values().stream()
                .filter(topic -> internal || !topic.internal())
                .sorted(Comparator.comparing(Topic::name))
                .map(Admin::describe)
                .toList();
    }

    /// One topic; a [Refused] with UNKNOWN_TOPIC_OR_PARTITION when there is none.
    public TopicDescription describeTopic(String name) {
        Topic topic = metadata(List.of(name)).topics().get(name);
        ErrorCode error = topic == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : topic.error();
        if (topic == null || error != ErrorCode.NONE) {
            throw new Refused("topic " + name, error, null);
        }
        return describe(topic);
    }

    /// A topic's settings, all of them, by name.
    public List<Setting> topicSettings(String name) {
        return settings(TOPIC_RESOURCE, name, client::anyBroker);
    }

    /// A broker's settings, all of them, by name.
    public List<Setting> brokerSettings(int brokerId) {
        return settings(
                BROKER_RESOURCE,
                Integer.toString(brokerId),
                () -> client.refresh(Set.of(), false).thenCompose(map -> client.broker(brokerId)));
    }

    /// Changes some of a topic's settings and leaves the others.
    ///
    /// @param changes a null value takes the topic's own away, so that the default counts again
    public void alterTopic(String name, Map<String, @Nullable String> changes) {
        List<AlterableConfig> configs = new ArrayList<>();
        changes.forEach((setting, value) ->
                configs.add(new AlterableConfig(setting, value == null ? DELETE : SET, value)));
        List<AlterConfigsResource> resources =
                List.of(new AlterConfigsResource(TOPIC_RESOURCE, name, configs));
        var request = new IncrementalAlterConfigsRequest(resources, false);
        var result = only(ask(IncrementalAlterConfigsRequest.API, request).responses());
        check(name, result.errorCode(), result.errorMessage());
    }

    /// Where positions are now; at the beginning and the end, where the log begins and ends.
    public Map<TopicPartition, Long> offsets(Map<TopicPartition, Position> positions) {
        return await(new OffsetLookup(client, Isolation.READ_UNCOMMITTED).find(positions));
    }

    /// The brokers.
    public ClusterDescription cluster() {
        ClusterMap map = metadata(List.of());
        List<Broker> brokers =
                map.brokers().values().stream()
                        .sorted(Comparator.comparingInt(Broker::id))
                        .toList();
        return new ClusterDescription(map.clusterId(), map.controller(), brokers);
    }

    /// @param topics null for all
    private ClusterMap metadata(@Nullable List<String> topics) {
        List<MetadataRequestTopic> named =
                topics == null
                        ? null
                        : topics.stream()
                                .map(name -> new MetadataRequestTopic(Uuid.ZERO, name))
                                .toList();
        MetadataRequest request =
                MetadataRequest.defaults().withTopics(named).withAllowAutoTopicCreation(false);
        return ClusterMap.EMPTY.with(ask(MetadataRequest.API, request));
    }

    private List<Setting> settings(
            byte type, String name, Supplier<CompletableFuture<Connection>> broker) {
        DescribeConfigsRequest request =
                new DescribeConfigsRequest(
                        List.of(new DescribeConfigsResource(type, name, null)), false, true);
        DescribeConfigsResponse answer =
                await(
                        client.retried(() ->
                                broker.get()
                                        .thenCompose(to ->
                                                client.send(
                                                        to, DescribeConfigsRequest.API, request))));
        DescribeConfigsResult result = only(answer.results());
        Refused.check("settings of " + name, result.errorCode(), result.errorMessage());
        return result.configs().stream()
                .sorted(Comparator.comparing(DescribeConfigsResourceResult::name))
                .map(Admin::describe)
                .toList();
    }

    /// What some broker answers. Only the way to it is tried again; its answer is final.
    private <Q extends Request, R extends Response> R ask(Api<Q, R> api, Q request) {
        return await(client.ask(api, request, answer -> answer));
    }

    private int timeoutMs() {
        return client.config().requestTimeoutMs();
    }

    private static <T> T only(List<T> results) {
        if (results.size() != 1) {
            throw new Unreadable("the broker gives " + results.size() + " answers to one question");
        }
        return results.get(0);
    }

    private static void check(String topic, short code, @Nullable String message) {
        Refused.check("topic " + topic, code, message);
    }

    /// The topics that are there.
    static List<TopicDescription> described(ClusterMap map) {
        return map.topics().values().stream()
                .filter(topic -> topic.error() == ErrorCode.NONE)
                .map(Admin::describe)
                .toList();
    }

    private static TopicDescription describe(Topic topic) {
        List<PartitionDescription> partitions = new ArrayList<>();
        for (MetadataResponsePartition its : topic.partitions()) {
            partitions.add(
                    new PartitionDescription(
                            its.partitionIndex(),
                            its.leaderId(),
                            its.leaderEpoch(),
                            its.replicaNodes(),
                            its.isrNodes()));
        }
        return new TopicDescription(topic.name(), topic.id(), topic.internal(), partitions);
    }

    private static Setting describe(DescribeConfigsResourceResult its) {
        Source source =
                switch (its.configSource()) {
                    case 1 -> Source.TOPIC;
                    case 2 -> Source.BROKER_DYNAMIC;
                    case 3 -> Source.CLUSTER_DYNAMIC;
                    case 4 -> Source.BROKER_FILE;
                    case 5 -> Source.DEFAULT;
                    default -> Source.OTHER;
                };
        return new Setting(its.name(), its.value(), source, its.readOnly(), its.documentation());
    }

    /// A topic and its partitions, which are in order.
    public record TopicDescription(
            String name, Uuid id, boolean internal, List<PartitionDescription> partitions) {}

    /// @param leader the broker's id, -1 while there is none
    public record PartitionDescription(
            int index, int leader, int leaderEpoch, List<Integer> replicas, List<Integer> inSync) {}

    /// One setting.
    ///
    /// @param value null when it is a secret
    /// @param source where the value comes from: the topic, the broker, the default
    public record Setting(
            String name,
            @Nullable String value,
            Source source,
            boolean readOnly,
            @Nullable String documentation) {}

    /// Where a setting's value comes from, the nearest first.
    public enum Source {
        TOPIC,
        BROKER_DYNAMIC,
        CLUSTER_DYNAMIC,
        BROKER_FILE,
        DEFAULT,
        OTHER
    }

    /// @param controller the broker that answers for the cluster, -1 when none does
    public record ClusterDescription(String id, int controller, List<Broker> brokers) {}

    /// @param rack null when the broker has none
    public record Broker(int id, Endpoint endpoint, @Nullable String rack) {}
}

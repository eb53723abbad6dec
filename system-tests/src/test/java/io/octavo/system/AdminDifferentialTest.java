package io.octavo.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A request about topics or their configuration, a wrong one too, is answered as Apache Kafka
/// answers it, in every version.
final class AdminDifferentialTest {
    private static final int TIMEOUT_MS = 5_000;
    private static final byte TOPIC = 2;
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;
    private static final Uuid NO_SUCH_ID = new Uuid(7, 7);

    @TempDir private Path directory;

    @Test
    void topicsAndTheirConfigurationAreAdministeredAsByApacheKafka() {
        try (Pair pair = new Pair(directory)) {
            for (BrokerProcess broker : pair.brokers()) {
                JavaClient.create(
                        broker.address(),
                        List.of(
                                new NewTopic("plain", Optional.of(1), Optional.empty()),
                                new NewTopic("two", Optional.of(2), Optional.empty()),
                                new NewTopic("dot.ted", Optional.of(1), Optional.empty())
                                        .configs(Map.of("retention.ms", "1000"))));
            }
            pair.awaitTopics(List.of("plain", "two", "dot.ted"));
            metadata(pair);
            creation(pair);
            partitions(pair);
            configuration(pair);
            moving(pair);
            deletion(pair);
            pair.check("Administration");
        }
    }

    private static void metadata(Pair pair) {
        for (String name : List.of("plain", "two", "none", "not valid", ".", "x".repeat(250))) {
            pair.ask(
                    "metadata of " + name,
                    new MetadataRequestData()
                            .setAllowAutoTopicCreation(false)
                            .setTopics(List.of(new MetadataRequestTopic().setName(name))));
        }
        for (int version = 1; version <= 13; version++) {
            pair.ask(
                    "metadata of nothing", new MetadataRequestData().setTopics(List.of()), version);
        }
        MetadataRequestTopic byId = new MetadataRequestTopic().setName(null).setTopicId(NO_SUCH_ID);
        for (int version = 12; version <= 13; version++) {
            pair.ask("metadata by id", new MetadataRequestData().setTopics(List.of(byId)), version);
        }
    }

    private static void moving(Pair pair) {
        for (String path : List.of("/nowhere", "", "here", "/nowhere/../nowhere/")) {
            pair.ask("moving to '" + path + "'", AdminRequests.move(path, "plain", 0));
            pair.ask("moving nothing to '" + path + "'", AdminRequests.move(path, "none", 0));
            pair.ask("moving no partition to '" + path + "'", AdminRequests.move(path, "two", 9));
        }
    }

    private static void creation(Pair pair) {
        for (String name : List.of("", ".", "..", "a/b", "x".repeat(250), "plain", "dot_ted")) {
            pair.ask("name '" + name + "'", creation(topic(name, 1, 1)));
        }
        for (int count : new int[] {0, -1, -2, 3}) {
            pair.ask(count + " partitions", creation(topic("fresh", count, 1)));
        }
        for (int replicas : new int[] {0, -1, -2, 3}) {
            pair.ask(replicas + " replicas", creation(topic("fresh", 1, replicas)));
        }
        pair.ask("twice", creation(topic("fresh", 1, 1), topic("fresh", 1, 1)));
        pair.ask("assigned", creation(assigned(-1, -1, 1)));
        pair.ask("assigned elsewhere", creation(assigned(-1, -1, 5)));
        pair.ask("assigned and counted", creation(assigned(1, 1, 1)));
        pair.ask("assigned twice", creation(assigned(-1, -1, 1, 1)));
        pair.ask("assigned to none", creation(assigned(-1, -1)));
        for (String setting :
                List.of(
                        "retention.ms=5",
                        "retention.ms=soon",
                        "retention.ms=-2",
                        "cleanup.policy=compact,delete",
                        "cleanup.policy=none",
                        "segment.bytes=3",
                        "max.message.bytes=-1",
                        "compression.type=tar",
                        "message.timestamp.type=Now",
                        "min.insync.replicas=0",
                        "no.such.setting=1")) {
            int equals = setting.indexOf('=');
            CreatableTopic topic = topic("fresh", 1, 1);
            topic.configs()
                    .add(
                            new CreatableTopicConfig()
                                    .setName(setting.substring(0, equals))
                                    .setValue(setting.substring(equals + 1)));
            pair.ask("setting " + setting, creation(topic));
        }
    }

    private static void partitions(Pair pair) {
        for (int count : new int[] {3, 2, 1, 0, -1}) {
            pair.ask("grow to " + count, growth("two", count));
        }
        pair.ask("grow what is not there", growth("none", 3));
        pair.ask("grow what cannot be", growth("not valid", 3));
    }

    private static void configuration(Pair pair) {
        for (String name : List.of("none", "not valid", "")) {
            pair.ask("configuration of " + name, description(TOPIC, name, "retention.ms"));
            pair.ask("alter " + name, alteration(name, "retention.ms", SET, "5"));
        }
        pair.ask("configuration of no kind", description((byte) 99, "plain", "retention.ms"));
        for (String key :
                List.of("retention.ms", "cleanup.policy", "segment.bytes", "flush.messages")) {
            pair.ask("configuration " + key, description(TOPIC, "dot.ted", key));
            pair.ask("delete " + key, alteration("plain", key, DELETE, null));
        }
        pair.ask("configuration of the broker", description((byte) 4, "1", "log.retention.ms"));
        pair.ask("configuration of another broker", description((byte) 4, "9", "log.retention.ms"));
        pair.ask("configuration of no broker", description((byte) 4, "x", "log.retention.ms"));
        pair.ask("unknown key", description(TOPIC, "plain", "no.such.setting"));
        pair.ask("set", alteration("plain", "retention.ms", SET, "5"));
        pair.ask("set badly", alteration("plain", "retention.ms", SET, "soon"));
        pair.ask("set nothing", alteration("plain", "retention.ms", SET, null));
        pair.ask("set what is not there", alteration("plain", "no.such.setting", SET, "5"));
        pair.ask("append", alteration("plain", "cleanup.policy", APPEND, "compact"));
        pair.ask("append to a number", alteration("plain", "retention.ms", APPEND, "5"));
        pair.ask("subtract", alteration("plain", "cleanup.policy", SUBTRACT, "compact"));
        pair.ask("what came of it", description(TOPIC, "plain", "retention.ms"));
        pair.ask("what came of it", description(TOPIC, "plain", "cleanup.policy"));
    }

    private static void deletion(Pair pair) {
        for (String name : List.of("none", "not valid", "")) {
            DeleteTopicsRequestData byName =
                    new DeleteTopicsRequestData()
                            .setTimeoutMs(TIMEOUT_MS)
                            .setTopicNames(List.of(name));
            for (int version = 1; version <= 5; version++) {
                pair.ask("delete '" + name + "'", byName, version);
            }
            pair.ask("delete '" + name + "'", deletion(new DeleteTopicState().setName(name)), 6);
        }
        DeleteTopicState byId = new DeleteTopicState().setName(null).setTopicId(NO_SUCH_ID);
        pair.ask("delete by id", deletion(byId), 6);
        pair.ask(
                "delete by name and id",
                deletion(new DeleteTopicState().setName("plain").setTopicId(NO_SUCH_ID)),
                6);
        pair.ask("delete", deletion(new DeleteTopicState().setName("dot.ted")), 6);
        pair.ask("delete again", deletion(new DeleteTopicState().setName("dot.ted")), 6);
    }

    private static CreateTopicsRequestData creation(CreatableTopic... topics) {
        CreateTopicsRequestData request =
                new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setValidateOnly(true);
        for (CreatableTopic topic : topics) {
            request.topics().mustAdd(topic);
        }
        return request;
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return new CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) replicas);
    }

    private static CreatableTopic assigned(int partitions, int replicas, Integer... brokers) {
        CreatableTopic topic = topic("fresh", partitions, replicas);
        topic.assignments()
                .add(
                        new CreatableReplicaAssignment()
                                .setPartitionIndex(0)
                                .setBrokerIds(List.of(brokers)));
        return topic;
    }

    private static CreatePartitionsRequestData growth(String name, int count) {
        CreatePartitionsRequestData request =
                new CreatePartitionsRequestData().setTimeoutMs(TIMEOUT_MS).setValidateOnly(true);
        request.topics()
                .add(
                        new CreatePartitionsTopic()
                                .setName(name)
                                .setCount(count)
                                .setAssignments(null));
        return request;
    }

    /// Of a time that a broker may be told in milliseconds, minutes or hours, Apache Kafka hides
    /// where its value comes from; ours tells. So there synonyms are not asked for.
    private static DescribeConfigsRequestData description(byte type, String name, String key) {
        return new DescribeConfigsRequestData()
                .setIncludeSynonyms(!key.endsWith("retention.ms"))
                .setResources(
                        List.of(
                                new DescribeConfigsResource()
                                        .setResourceType(type)
                                        .setResourceName(name)
                                        .setConfigurationKeys(List.of(key))));
    }

    private static IncrementalAlterConfigsRequestData alteration(
            String topic, String key, byte operation, @Nullable String value) {
        AlterConfigsResource resource =
                new AlterConfigsResource().setResourceType(TOPIC).setResourceName(topic);
        resource.configs()
                .add(
                        new AlterableConfig()
                                .setName(key)
                                .setConfigOperation(operation)
                                .setValue(value));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    private static DeleteTopicsRequestData deletion(DeleteTopicState topic) {
        return new DeleteTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(List.of(topic));
    }
}

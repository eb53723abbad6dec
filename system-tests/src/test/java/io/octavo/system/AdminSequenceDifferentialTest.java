package io.octavo.system;

import static io.octavo.system.AdminRequests.alteration;
import static io.octavo.system.AdminRequests.assigned;
import static io.octavo.system.AdminRequests.at;
import static io.octavo.system.AdminRequests.byId;
import static io.octavo.system.AdminRequests.change;
import static io.octavo.system.AdminRequests.growth;
import static io.octavo.system.AdminRequests.metadataOf;
import static io.octavo.system.AdminRequests.page;
import static io.octavo.system.AdminRequests.set;
import static io.octavo.system.AdminRequests.state;
import static io.octavo.system.AdminRequests.to;
import static io.octavo.system.AdminRequests.topic;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A long sequence of administrative requests, right and wrong, to our broker and to Apache Kafka:
/// the same error codes, and the same facts where there is no error.
final class AdminSequenceDifferentialTest {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final int TIMEOUT_MS = 30_000;

    /// How often Kafka is asked again while it has not yet seen what it has answered.
    private static final int LOOKS_MAX = 5_000;

    private static final String LONG_NAME = "n".repeat(249);

    /// What is asked, in this order; a name says what is tried.
    private final Map<String, Ask> asks = new LinkedHashMap<>();

    private record Ask(ApiMessage request, int version) {
        boolean onlyLooks() {
            return switch (request) {
                case MetadataRequestData metadata -> true;
                case DescribeConfigsRequestData configs -> true;
                case DescribeTopicPartitionsRequestData pages -> true;
                default -> false;
            };
        }
    }

    @TempDir private Path directory;

    @Test
    void errorsAndFactsAreKafkas() {
        creations();
        topicsThatExist();
        partitions();
        alterations();
        olderAlterations();
        descriptions();
        metadata();
        deletions();
        Map<String, String> ours;
        Map<String, String> theirs;
        try (BrokerProcess octavo = OctavoProcess.start(directory.resolve("octavo"))) {
            ours = answers(octavo, Map.of());
        }
        try (BrokerProcess kafka = ApacheKafka.start(directory.resolve("kafka"))) {
            theirs = answers(kafka, ours);
        }
        assertThat(differences(ours, theirs)).isEmpty();
        System.out.println("administrative requests compared with Apache Kafka: " + asks.size());
    }

    private static List<String> differences(Map<String, String> ours, Map<String, String> theirs) {
        List<String> differences = new ArrayList<>();
        theirs.forEach((name, answer) -> {
            if (!answer.equals(ours.get(name))) {
                differences.add(name + ": ours " + ours.get(name) + ", Kafka's " + answer);
            }
        });
        return differences;
    }

    /// @param expected what to wait for: where Kafka has answered a change, its view of it follows
    ///   a little later
    private Map<String, String> answers(BrokerProcess broker, Map<String, String> expected) {
        Map<String, String> answers = new LinkedHashMap<>();
        try (Wire wire = new Wire(broker.address())) {
            asks.forEach((name, ask) -> {
                String answer = AdminSummary.of(wire.ask(ask.request(), ask.version()));
                for (int i = 0; ask.onlyLooks() && waitsFor(name, answer, expected); i++) {
                    if (i == LOOKS_MAX) {
                        break;
                    }
                    answer = AdminSummary.of(wire.ask(ask.request(), ask.version()));
                }
                answers.put(name, answer);
            });
        }
        return answers;
    }

    private static boolean waitsFor(String name, String answer, Map<String, String> expected) {
        String wanted = expected.get(name);
        return wanted != null && !wanted.equals(answer);
    }

    private void ask(String name, int version, ApiMessage request) {
        assertThat(asks.put(name, new Ask(request, version))).as(name).isNull();
    }

    private void creations() {
        create("plain", topic("plain", 3, 1));
        create("defaults", topic("defaults", -1, -1));
        create("with settings", topic("settings", 1, 1, "retention.ms", "1000"));
        create("longest name", topic(LONG_NAME, 1, 1));
        create("name too long", topic(LONG_NAME + "n", 1, 1));
        create("no partitions", topic("no-partitions", 0, 1));
        create("negative partitions", topic("negative", -2, 1));
        create("no replicas", topic("no-replicas", 1, 0));
        create("negative replicas", topic("negative-replicas", 1, -2));
        create("more replicas than brokers", topic("two-replicas", 1, 2));
        create("both wrong", topic("both-wrong", 0, 0));
        create("empty name", topic("", 1, 1));
        create("a dot", topic(".", 1, 1));
        create("two dots", topic("..", 1, 1));
        create("a slash", topic("a/b", 1, 1));
        create("a letter not in ASCII", topic("\u00e4", 1, 1));
        create("dotted", topic("do.tted", 1, 1));
        create("colliding", topic("do_tted", 1, 1));
        create("exists", topic("plain", 1, 1));
        create("exists and wrong", topic("plain", 0, 0));
        create("named twice", topic("twice", 1, 1), topic("twice", 2, 1), topic("once", 1, 1));
        create("unknown setting", topic("bad-setting", 1, 1, "no.such.setting", "1"));
        create("a broker's setting", topic("bad-scope", 1, 1, "log.retention.hours", "1"));
        create("not a number", topic("bad-number", 1, 1, "retention.ms", "soon"));
        create("out of range", topic("bad-range", 1, 1, "segment.bytes", "1"));
        create("no such word", topic("bad-word", 1, 1, "compression.type", "rar"));
        create("no such list element", topic("bad-list", 1, 1, "cleanup.policy", "shred"));
        create("null value", topic("null-value", 1, 1, "retention.ms", null));
        create("empty list", topic("empty-list", 1, 1, "cleanup.policy", ""));
        create("both policies", topic("both-policies", 1, 1, "cleanup.policy", "compact, delete"));
        create("blanks around", topic("blanks", 1, 1, "retention.ms", " 7 "));
        create(
                "contradiction",
                topic("lags", 1, 1, "min.compaction.lag.ms", "9", "max.compaction.lag.ms", "8"));
        create("assigned", assigned("assigned", -1, -1, at(1, 1), at(0, 1)));
        create("assigned with a number", assigned("a1", 1, -1, at(0, 1)));
        create("assigned with a factor", assigned("a2", -1, 1, at(0, 1)));
        create("assigned with a gap", assigned("a3", -1, -1, at(1, 1)));
        create("assigned twice", assigned("a4", -1, -1, at(0, 1), at(0, 1)));
        create("assigned to nobody", assigned("a5", -1, -1, at(0)));
        create("assigned to a stranger", assigned("a6", -1, -1, at(0, 77)));
        create("assigned to one twice", assigned("a7", -1, -1, at(0, 1, 1)));
        create("assigned unevenly", assigned("a8", -1, -1, at(0, 1), at(1, 1, 1)));
        create("too many partitions", topic("too-many", 10_001, 1));
        create("many too many partitions", topic("far-too-many", Integer.MAX_VALUE, 1));
        CreateTopicsRequestData validated =
                new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setValidateOnly(true);
        validated.topics().add(topic("only-validated", 2, 1));
        validated.topics().add(topic("plain", 2, 1));
        validated.topics().add(topic("validated-badly", 0, 1));
        ask("create: only validated", 7, validated);
        for (int version = 2; version < 7; version++) {
            CreateTopicsRequestData old = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
            old.topics().add(topic("old-" + version, 1, 1));
            old.topics().add(topic("plain", 1, 1));
            ask("create: v" + version, version, old);
        }
    }

    private void topicsThatExist() {
        ask(
                "metadata: after the creations",
                12,
                new MetadataRequestData().setTopics(null).setAllowAutoTopicCreation(false));
    }

    private void partitions() {
        grow("more", new CreatePartitionsTopic().setName("plain").setCount(5).setAssignments(null));
        grow("the same", growth("plain", 5));
        grow("fewer", growth("plain", 2));
        grow("none", growth("plain", 0));
        grow("negative", growth("plain", -1));
        grow("missing topic", growth("missing", 3));
        grow("impossible topic", growth("a/b", 3));
        grow("twice", growth("defaults", 3), growth("defaults", 4));
        grow("assigned", growth("plain", 6).setAssignments(List.of(to(1))));
        grow("too few assigned", growth("plain", 8).setAssignments(List.of(to(1))));
        grow("assigned to a stranger", growth("plain", 7).setAssignments(List.of(to(9))));
        grow("assigned to nobody", growth("plain", 7).setAssignments(List.of(to())));
        grow("assigned to more", growth("plain", 7).setAssignments(List.of(to(1, 1))));
        CreatePartitionsRequestData validated =
                new CreatePartitionsRequestData().setTimeoutMs(TIMEOUT_MS).setValidateOnly(true);
        validated.topics().add(growth("plain", 9));
        ask("partitions: only validated", 3, validated);
        ask("metadata: after the partitions", 12, metadataOf("plain", "defaults"));
    }

    private void alterations() {
        alter("set", TOPIC, "plain", set("retention.ms", "123"), set("segment.ms", "9"));
        alter("delete", TOPIC, "plain", change("segment.ms", 1, null));
        alter("delete what was not set", TOPIC, "plain", change("flush.ms", 1, null));
        alter("delete an unknown one", TOPIC, "plain", change("no.such", 1, null));
        alter("append to the default", TOPIC, "plain", change("cleanup.policy", 2, "compact"));
        alter("append again", TOPIC, "plain", change("cleanup.policy", 2, "compact"));
        alter("subtract", TOPIC, "plain", change("cleanup.policy", 3, "delete"));
        alter("append to a number", TOPIC, "plain", change("retention.ms", 2, "1"));
        alter("append to an unknown one", TOPIC, "plain", change("no.such", 2, "1"));
        alter("unknown", TOPIC, "plain", set("no.such", "1"));
        alter("not a number", TOPIC, "plain", set("retention.ms", "soon"));
        alter("out of range", TOPIC, "plain", set("segment.bytes", "1"));
        alter("null", TOPIC, "plain", set("retention.ms", null));
        alter("twice", TOPIC, "plain", set("retention.ms", "1"), set("retention.ms", "2"));
        alter("missing topic", TOPIC, "missing", set("retention.ms", "1"));
        alter("missing topic, bad value", TOPIC, "missing", set("retention.ms", "soon"));
        alter("impossible topic", TOPIC, "a/b", set("retention.ms", "1"));
        alter("no topic", TOPIC, "", set("retention.ms", "1"));
        alter("broker", BROKER, "1", set("message.max.bytes", "2000000"));
        alter("all brokers", BROKER, "", set("log.retention.ms", "777000"));
        alter("broker: read-only", BROKER, "1", set("num.partitions", "3"));
        alter("broker: not a number", BROKER, "1", set("message.max.bytes", "many"));
        alter("broker: another", BROKER, "7", set("message.max.bytes", "5"));
        alter("broker: a name", BROKER, "seven", set("message.max.bytes", "5"));
        alter("broker: one only", BROKER, "", set("ssl.truststore.type", "JKS"));
        alter("unknown kind", (byte) 77, "x", set("a", "b"));
        IncrementalAlterConfigsRequestData doubled = new IncrementalAlterConfigsRequestData();
        doubled.resources().add(alteration(TOPIC, "plain", set("retention.ms", "1")));
        doubled.resources().add(alteration(TOPIC, "plain", set("retention.ms", "2")));
        ask("alter: a resource twice", 1, doubled);
        IncrementalAlterConfigsRequestData validated =
                new IncrementalAlterConfigsRequestData().setValidateOnly(true);
        validated.resources().add(alteration(TOPIC, "plain", set("retention.ms", "55")));
        validated.resources().add(alteration(TOPIC, "defaults", set("retention.ms", "soon")));
        ask("alter: only validated", 1, validated);
        describe("after the alterations", TOPIC, "plain", null);
        describe("inherited", TOPIC, "defaults", List.of("retention.ms", "max.message.bytes"));
    }

    private void olderAlterations() {
        replace("replaced", TOPIC, "plain", "flush.ms", "5");
        replace("replaced by an unknown one", TOPIC, "plain", "no.such", "5");
        replace("replaced by null", TOPIC, "plain", "flush.ms", null);
        replace("missing topic", TOPIC, "missing", "flush.ms", "5");
        replace("broker: read-only", BROKER, "1", "num.partitions", "5");
        replace("unknown kind", (byte) 77, "x", "a", "b");
        describe("after the replacement", TOPIC, "plain", null);
    }

    private void descriptions() {
        describe("some", TOPIC, "settings", List.of("retention.ms", "cleanup.policy", "no.such"));
        describe("no names", TOPIC, "settings", List.of());
        describe("missing topic", TOPIC, "missing", null);
        describe("impossible topic", TOPIC, "a/b", null);
        describe("another broker", BROKER, "7", null);
        describe("a broker's name", BROKER, "seven", null);
        describe("all brokers", BROKER, "", List.of("log.retention.ms", "message.max.bytes"));
        describe("broker", BROKER, "1", List.of("message.max.bytes", "num.partitions"));
        describe("unknown kind", (byte) 77, "x", null);
        ask("cluster", 2, new DescribeClusterRequestData());
        ask("cluster: controllers", 2, new DescribeClusterRequestData().setEndpointType((byte) 2));
        ask("cluster: unknown kind", 2, new DescribeClusterRequestData().setEndpointType((byte) 9));
        ask(
                "list: topics",
                1,
                new ListConfigResourcesRequestData().setResourceTypes(List.of(TOPIC)));
        ask(
                "list: unknown kind",
                1,
                new ListConfigResourcesRequestData().setResourceTypes(List.of((byte) 99)));
        ask("list: v0", 0, new ListConfigResourcesRequestData());
        for (int limit : new int[] {1, 2, 3, 7, 1_000}) {
            ask(
                    "pages: of " + limit,
                    0,
                    page(limit, List.of("plain", "missing", "a/b", "assigned"), null, 0));
        }
        ask("pages: all", 0, page(4, List.of(), null, 0));
        ask("pages: from the middle", 0, page(3, List.of("plain", "settings"), "plain", 4));
        ask("pages: behind the end", 0, page(3, List.of("plain", "settings"), "plain", 40));
        ask("pages: a cursor not asked for", 0, page(3, List.of("plain"), "settings", 0));
        ask("pages: a negative cursor", 0, page(3, List.of("plain"), "plain", -1));
    }

    private void metadata() {
        MetadataRequestData forbidden = metadataOf("missing", "a/b", "plain", "plain");
        ask("metadata: creation forbidden", 13, forbidden);
        ask("metadata: none", 13, new MetadataRequestData().setTopics(List.of()));
        ask(
                "metadata: all in v0",
                0,
                new MetadataRequestData().setTopics(List.of()).setAllowAutoTopicCreation(true));
        ask("metadata: unknown id", 12, byId(new Uuid(1, 2), null));
        ask("metadata: an id too early", 10, byId(new Uuid(1, 2), "plain"));
        ask("metadata: no name too early", 10, byId(Uuid.ZERO_UUID, null));
        ask(
                "metadata: operations",
                8,
                metadataOf("plain")
                        .setIncludeTopicAuthorizedOperations(true)
                        .setIncludeClusterAuthorizedOperations(true));
    }

    private void deletions() {
        ask(
                "delete: v1",
                1,
                new DeleteTopicsRequestData()
                        .setTimeoutMs(TIMEOUT_MS)
                        .setTopicNames(List.of("old-2", "none")));
        ask(
                "delete: v5",
                5,
                new DeleteTopicsRequestData()
                        .setTimeoutMs(TIMEOUT_MS)
                        .setTopicNames(List.of("old-3", "none")));
        ask(
                "delete: a name twice in v5",
                5,
                new DeleteTopicsRequestData()
                        .setTimeoutMs(TIMEOUT_MS)
                        .setTopicNames(List.of("old-4", "old-4")));
        delete("by name", state("old-5", Uuid.ZERO_UUID));
        delete("missing", state("missing", Uuid.ZERO_UUID));
        delete("impossible", state("a/b", Uuid.ZERO_UUID));
        delete("unknown id", state(null, new Uuid(1, 2)));
        delete("neither", state(null, Uuid.ZERO_UUID));
        delete("both", state("plain", new Uuid(1, 2)));
        delete("twice", state("plain", Uuid.ZERO_UUID), state("plain", Uuid.ZERO_UUID));
        delete("an id twice", state(null, new Uuid(1, 2)), state(null, new Uuid(1, 2)));
        ask(
                "metadata: after the deletions",
                12,
                new MetadataRequestData().setTopics(null).setAllowAutoTopicCreation(false));
    }

    private void create(String name, CreatableTopic... topics) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        for (CreatableTopic topic : topics) {
            request.topics().add(topic);
        }
        ask("create: " + name, 7, request);
    }

    private void grow(String name, CreatePartitionsTopic... topics) {
        CreatePartitionsRequestData request =
                new CreatePartitionsRequestData().setTimeoutMs(TIMEOUT_MS);
        for (CreatePartitionsTopic topic : topics) {
            request.topics().add(topic);
        }
        ask("partitions: " + name, 3, request);
    }

    private void alter(String name, byte type, String resource, AlterableConfig... changes) {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(alteration(type, resource, changes));
        ask("alter: " + name, 1, request);
    }

    private void replace(
            String name, byte type, String resource, String setting, @Nullable String value) {
        AlterConfigsRequestData.AlterConfigsResource altered =
                new AlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(resource);
        altered.configs()
                .add(
                        new AlterConfigsRequestData.AlterableConfig()
                                .setName(setting)
                                .setValue(value));
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        request.resources().add(altered);
        ask("replace: " + name, 2, request);
    }

    private void describe(
            String name, byte type, String resource, @Nullable List<String> settings) {
        ask(
                "describe: " + name,
                4,
                new DescribeConfigsRequestData()
                        .setIncludeSynonyms(true)
                        .setResources(
                                List.of(
                                        new DescribeConfigsResource()
                                                .setResourceType(type)
                                                .setResourceName(resource)
                                                .setConfigurationKeys(settings))));
    }

    private void delete(String name, DeleteTopicState... topics) {
        ask(
                "delete: " + name,
                6,
                new DeleteTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(List.of(topics)));
    }
}

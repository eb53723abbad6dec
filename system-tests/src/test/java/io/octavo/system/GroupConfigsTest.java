package io.octavo.system;

import static io.octavo.system.AdminRequests.alteration;
import static io.octavo.system.AdminRequests.change;
import static io.octavo.system.AdminRequests.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What groups have set for themselves, as Kafka's tool sets and shows it, and as Apache Kafka
/// answers.
final class GroupConfigsTest {
    private static final byte GROUP = 32;
    private static final String SESSION = "consumer.session.timeout.ms";
    private static final String HEARTBEAT = "consumer.heartbeat.interval.ms";
    private static final Clock CLOCK = Clock.system();
    private static final long WAIT_MS = 20_000;

    @TempDir private Path directory;

    /// What the member was told last; 0 before it has joined.
    private int epoch;

    @Test
    void theToolSetsAndShowsThemAndTheyCountAtTheNextHeartbeat() {
        try (BrokerProcess first = BrokerProcess.start(directory.resolve("data"))) {
            assertThat(heartbeatMs(first)).isEqualTo(5_000);

            assertThat(configs(first, "--alter", "--add-config", HEARTBEAT + "=7000"))
                    .contains("Completed updating config for group g");

            assertThat(configs(first, "--describe"))
                    .contains(HEARTBEAT + "=7000 sensitive=false")
                    .contains("GROUP_CONFIG:" + HEARTBEAT + "=7000")
                    .doesNotContain(SESSION);
            assertThat(configs(first, "--describe", "--all")).contains(SESSION + "=45000");
            assertThat(heartbeatMs(first)).isEqualTo(7_000);
            assertThat(KafkaTool.CONFIGS.against(first, "--entity-type", "groups", "--describe"))
                    .contains("Dynamic configs for group g are:");
            first.child().kill();
            try (BrokerProcess second = first.restart()) {
                assertThat(configs(second, "--describe")).contains(HEARTBEAT + "=7000");
                assertThat(heartbeatMs(second)).isEqualTo(7_000);
                configs(second, "--alter", "--delete-config", HEARTBEAT);
                assertThat(heartbeatMs(second)).isEqualTo(5_000);
            }
        }
    }

    @Test
    void errorsAndFactsAreKafkas() {
        Map<String, String> ours;
        Map<String, String> theirs;
        try (BrokerProcess octavo = OctavoProcess.start(directory.resolve("octavo"))) {
            ours = answers(octavo, Map.of());
        }
        try (BrokerProcess kafka = ApacheKafka.start(directory.resolve("kafka"))) {
            theirs = answers(kafka, ours);
        }
        assertThat(ours).isEqualTo(theirs);
        System.out.println("requests about groups' settings compared: " + ours.size());
    }

    private static String configs(BrokerProcess broker, String... what) {
        List<String> arguments =
                new ArrayList<>(List.of("--entity-type", "groups", "--entity-name", "g"));
        arguments.addAll(List.of(what));
        return KafkaTool.CONFIGS.against(broker, arguments.toArray(String[]::new));
    }

    /// What the coordinator says when the only member of the group reports, who joins if it has not
    /// yet.
    private int heartbeatMs(BrokerProcess broker) {
        try (Wire wire = new Wire(broker.address())) {
            var find = new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g"));
            var request =
                    new ConsumerGroupHeartbeatRequestData()
                            .setGroupId("g")
                            .setMemberId("only")
                            .setMemberEpoch(epoch);
            if (epoch == 0) {
                request.setRebalanceTimeoutMs(60_000)
                        .setSubscribedTopicNames(List.of("none"))
                        .setTopicPartitions(List.of());
            }
            long end = CLOCK.millis() + WAIT_MS;
            while (true) {
                var found = (FindCoordinatorResponseData) wire.ask(find, 6);
                var answer = (ConsumerGroupHeartbeatResponseData) wire.ask(request, 1);
                if (found.coordinators().getFirst().errorCode() == 0 && answer.errorCode() == 0) {
                    epoch = answer.memberEpoch();
                    return answer.heartbeatIntervalMs();
                }
                assertThat(CLOCK.millis()).as(answer.toString()).isLessThan(end);
            }
        }
    }

    /// What a broker answers to a sequence of requests; where `expected` has another answer, a
    /// little later: Apache Kafka answers changes before they are seen.
    private static Map<String, String> answers(BrokerProcess broker, Map<String, String> expected) {
        Map<String, String> answers = new LinkedHashMap<>();
        try (Wire wire = new Wire(broker.address())) {
            requests()
                    .forEach((name, request) -> {
                        String answer = answer(wire, request);
                        long end = CLOCK.millis() + WAIT_MS;
                        while (isLook(request)
                                && expected.containsKey(name)
                                && !answer.equals(expected.get(name))
                                && CLOCK.millis() < end) {
                            answer = answer(wire, request);
                        }
                        answers.put(name, answer);
                    });
        }
        return answers;
    }

    private static boolean isLook(ApiMessage request) {
        return request instanceof DescribeConfigsRequestData
                || request instanceof ListConfigResourcesRequestData;
    }

    private static String answer(Wire wire, ApiMessage request) {
        ApiMessage answer =
                wire.ask(
                        request,
                        request instanceof DescribeConfigsRequestData
                                ? 4
                                : request instanceof AlterConfigsRequestData ? 2 : 1);
        if (answer instanceof DescribeConfigsResponseData described) {
            // Share groups and those of Kafka Streams are not ours.
            described
                    .results()
                    .forEach(result ->
                            result.configs().removeIf(its -> !its.name().startsWith("consumer.")));
        }
        return AdminSummary.of(answer);
    }

    private static Map<String, ApiMessage> requests() {
        Map<String, ApiMessage> all = new LinkedHashMap<>();
        all.put("nothing is set", describe("g"));
        all.put("no name", alter("", set(SESSION, "50000")));
        all.put("describe no name", describe(""));
        for (String value : List.of("44999", "60001", "soon", "", "-1", "50000", "1e3")) {
            all.put("session '" + value + "'", alter("g", set(SESSION, value)));
        }
        for (String value : List.of("4999", "15001", "0", "6000")) {
            all.put("heartbeat " + value, alter("g", set(HEARTBEAT, value)));
        }
        for (String value : List.of("15001", "-1", "0")) {
            all.put(
                    "assignment " + value,
                    alter("g", set("consumer.assignment.interval.ms", value)));
        }
        all.put("null", alter("g", set(SESSION, null)));
        all.put("append", alter("g", change(SESSION, 2, "1")));
        all.put("unknown", alter("g", set("no.such.setting", "1")));
        all.put("a broker's", alter("g", set("group.consumer.session.timeout.ms", "50000")));
        all.put("delete what is not known", alter("g", change("no.such.setting", 1, null)));
        all.put("delete what is not set", alter("h", change(SESSION, 1, null)));
        all.put("what came of it", describe("g"));
        all.put("one key", describe("g", HEARTBEAT));
        all.put("another group", alter("a/b .", set(HEARTBEAT, "9000")));
        all.put("which groups", list());
        all.put("replace", replace("g", HEARTBEAT, "8000"));
        all.put("replace badly", replace("g", HEARTBEAT, "1"));
        all.put("replace without a name", replace("", HEARTBEAT, "8000"));
        all.put("what came of that", describe("g"));
        all.put("delete the last", alter("g", change(HEARTBEAT, 1, null)));
        all.put("which groups are left", list());
        return all;
    }

    private static ApiMessage alter(String group, AlterableConfig change) {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(alteration(GROUP, group, change));
        return request;
    }

    private static ApiMessage replace(String group, String name, @Nullable String value) {
        AlterConfigsRequestData.AlterConfigsResource altered =
                new AlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType(GROUP)
                        .setResourceName(group);
        altered.configs()
                .add(new AlterConfigsRequestData.AlterableConfig().setName(name).setValue(value));
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        request.resources().add(altered);
        return request;
    }

    private static ApiMessage describe(String group, String... keys) {
        return new DescribeConfigsRequestData()
                .setIncludeSynonyms(true)
                .setResources(
                        List.of(
                                new DescribeConfigsResource()
                                        .setResourceType(GROUP)
                                        .setResourceName(group)
                                        .setConfigurationKeys(
                                                keys.length == 0 ? null : List.of(keys))));
    }

    private static ApiMessage list() {
        return new ListConfigResourcesRequestData().setResourceTypes(List.of(GROUP));
    }
}

package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.config.ConfigSource;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import io.octavo.protocol.message.ListConfigResourcesRequest;
import io.octavo.protocol.message.ListConfigResourcesResponse.ConfigResource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupConfigsTest {
    private static final byte GROUP = 32;
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    private final TestCluster cluster =
            new TestCluster(Map.of("group.consumer.heartbeat.interval.ms", "6000"));

    @ParameterizedTest
    @ValueSource(strings = {"billing", ".", "..", "a/b", "a b+c%2F", "größe 🙂"})
    void whatAGroupOfAnyNameHasForItselfSurvivesARestart(String group) {
        assertThat(set(group, "consumer.session.timeout.ms", "50000")).isEqualTo(ErrorCode.NONE);
        Map<String, Map<String, String>> own =
                Map.of(group, Map.of("consumer.session.timeout.ms", "50000"));
        assertThat(cluster.config().groups()).isEqualTo(own);

        cluster.restart();

        assertThat(cluster.config().groups()).isEqualTo(own);
        assertThat(listed()).containsExactly(new ConfigResource(group, GROUP));
    }

    @Test
    void whatIsTakenBackLeavesNothing() {
        set("g", "consumer.session.timeout.ms", "50000");
        set("g", "consumer.heartbeat.interval.ms", "7000");

        alter(false, change("consumer.session.timeout.ms", DELETE, null));
        assertThat(cluster.config().group("g"))
                .isEqualTo(Map.of("consumer.heartbeat.interval.ms", "7000"));
        alter(false, change("consumer.heartbeat.interval.ms", DELETE, null));

        assertThat(cluster.config().groups()).isEmpty();
        assertThat(listed()).isEmpty();
        cluster.restart();
        assertThat(cluster.config().groups()).isEmpty();
    }

    @Test
    void whatIsTakenBackThoughItWasNotSetIsNoError() {
        assertThat(alter(false, change("consumer.session.timeout.ms", DELETE, null)))
                .isEqualTo(ErrorCode.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "consumer.session.timeout.ms, 44999",
        "consumer.session.timeout.ms, 60001",
        "consumer.session.timeout.ms, long",
        "consumer.heartbeat.interval.ms, 4999",
        "consumer.heartbeat.interval.ms, 15001",
        "consumer.assignment.interval.ms, 15001",
        "consumer.assignment.interval.ms, -1",
        "share.session.timeout.ms, 45000",
        "streams.session.timeout.ms, 45000",
        "session.timeout.ms, 45000",
    })
    void whatTheBrokerDoesNotAllowIsRefused(String name, String value) {
        assertThat(set("g", name, value)).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(cluster.config().groups()).isEmpty();
    }

    @Test
    void aSessionIsLongerThanTheIntervalOfHeartbeats() {
        TestCluster wide =
                new TestCluster(
                        Map.of(
                                "group.consumer.min.session.timeout.ms", "1000",
                                "group.consumer.max.heartbeat.interval.ms", "60000"));
        ConfigAlteration alteration =
                ConfigAlteration.incremental(
                        List.of(ConfigAlteration.set("consumer.session.timeout.ms", "5000")));

        assertThat(alteration.group(Map.of(), wide.config().current()).toString())
                .contains("must be more than consumer.heartbeat.interval.ms");
    }

    @Test
    void whatIsOnlyValidatedIsNotDone() {
        assertThat(alter(true, change("consumer.session.timeout.ms", SET, "50000")))
                .isEqualTo(ErrorCode.NONE);
        assertThat(alter(true, change("consumer.session.timeout.ms", SET, "5")))
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(cluster.config().groups()).isEmpty();
    }

    @Test
    void theOlderRequestReplacesAllThatWasSet() {
        set("g", "consumer.session.timeout.ms", "50000");
        AlterConfigsRequest request =
                new AlterConfigsRequest(
                        List.of(
                                new AlterConfigsRequest.AlterConfigsResource(
                                        GROUP,
                                        "g",
                                        List.of(
                                                new AlterConfigsRequest.AlterableConfig(
                                                        "consumer.heartbeat.interval.ms",
                                                        "7000")))),
                        false);
        AlterConfigsHandler handler = new AlterConfigsHandler(resources());

        var response = Answers.answer(cluster, handler.handle(request, new FakeRequestContext(2)));

        assertThat(response.responses().getFirst().errorCode()).isZero();
        assertThat(cluster.config().group("g"))
                .isEqualTo(Map.of("consumer.heartbeat.interval.ms", "7000"));
    }

    @Test
    void aGroupShowsItsOwnValueBeforeTheBrokers() {
        set("g", "consumer.heartbeat.interval.ms", "7000");

        DescribeConfigsResourceResult own = entry(describe("g"), "consumer.heartbeat.interval.ms");
        DescribeConfigsResourceResult others =
                entry(describe("other"), "consumer.heartbeat.interval.ms");

        assertThat(own.value()).isEqualTo("7000");
        assertThat(own.configSource()).isEqualTo(ConfigSource.GROUP.code()).isEqualTo((byte) 8);
        assertThat(own.readOnly()).isFalse();
        String broker = "group.consumer.heartbeat.interval.ms";
        assertThat(own.synonyms())
                .containsExactly(
                        new DescribeConfigsSynonym(own.name(), "7000", (byte) 8),
                        new DescribeConfigsSynonym(broker, "6000", (byte) 4),
                        new DescribeConfigsSynonym(broker, "5000", (byte) 5));
        assertThat(others.value()).isEqualTo("6000");
        assertThat(others.configSource()).isEqualTo(ConfigSource.STATIC.code());
        assertThat(ErrorCode.of(describe("").errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private ErrorCode set(String group, String name, String value) {
        return alter(false, group, change(name, SET, value));
    }

    private ErrorCode alter(boolean validateOnly, AlterableConfig change) {
        return alter(validateOnly, "g", change);
    }

    private ErrorCode alter(boolean validateOnly, String group, AlterableConfig change) {
        IncrementalAlterConfigsHandler handler = new IncrementalAlterConfigsHandler(resources());
        List<AlterConfigsResource> resources =
                List.of(new AlterConfigsResource(GROUP, group, List.of(change)));
        IncrementalAlterConfigsRequest request =
                new IncrementalAlterConfigsRequest(resources, validateOnly);
        AlterConfigsResourceResponse result =
                Answers.answer(cluster, handler.handle(request, new FakeRequestContext(1)))
                        .responses()
                        .getFirst();
        return ErrorCode.of(result.errorCode());
    }

    private DescribeConfigsResult describe(String group) {
        DescribeConfigsRequest request =
                new DescribeConfigsRequest(
                        List.of(new DescribeConfigsResource(GROUP, group, null)), true, true);
        return Answers.answer(
                        cluster,
                        new DescribeConfigsHandler(cluster.cluster(), cluster.config())
                                .handle(request, new FakeRequestContext(4)))
                .results()
                .getFirst();
    }

    private List<ConfigResource> listed() {
        ListConfigResourcesHandler handler =
                new ListConfigResourcesHandler(cluster.cluster(), cluster.config());
        ListConfigResourcesRequest request = new ListConfigResourcesRequest(List.of(GROUP));
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(1)))
                .configResources();
    }

    private ConfigResources resources() {
        return new ConfigResources(
                cluster.cluster(), cluster.topics(), cluster.dynamicConfigs(), cluster.config());
    }

    private static DescribeConfigsResourceResult entry(DescribeConfigsResult result, String name) {
        return result.configs().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static AlterableConfig change(String name, byte operation, @Nullable String value) {
        return new AlterableConfig(name, operation, value);
    }
}

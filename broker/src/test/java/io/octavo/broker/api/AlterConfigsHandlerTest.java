package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import io.octavo.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import io.octavo.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlterConfigsHandlerTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    private final TestCluster cluster = new TestCluster();

    @Test
    void aTopicsSettingsAreSetAndDeletedOneByOne() {
        cluster.topic("orders", 1, Map.of("retention.ms", "1", "segment.ms", "2"));

        AlterConfigsResourceResponse result =
                alterTopic(
                        change("segment.ms", DELETE, null),
                        change("max.message.bytes", SET, " 77 "),
                        change("flush.ms", DELETE, null));

        assertThat(result.errorCode()).isZero();
        assertThat(cluster.live("orders").config().overrides())
                .isEqualTo(Map.of("retention.ms", "1", "max.message.bytes", "77"));
    }

    @Test
    void listsAreAppendedToAndSubtractedFromStartingWithTheDefault() {
        cluster.topic("orders", 1);

        alterTopic(change("cleanup.policy", APPEND, "compact,delete"));
        assertThat(policy()).isEqualTo("delete,compact");

        alterTopic(change("cleanup.policy", SUBTRACT, "delete"));
        assertThat(policy()).isEqualTo("compact");
    }

    /// No string of the protocol, nor of what is kept, has more than 32767 bytes.
    @Test
    void aListDoesNotGrowBeyondWhatCanBeWritten() {
        String list = "leader.replication.throttled.replicas";
        String half = "\u00e4".repeat(10_000);
        cluster.topic("orders", 1);
        assertThat(alterTopic(change(list, APPEND, half)).errorCode()).isZero();

        AlterConfigsResourceResponse result = alterTopic(change(list, APPEND, half + "b"));

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(result.errorMessage()).contains(list).contains("32767");
        assertThat(cluster.live("orders").config().overrides()).isEqualTo(Map.of(list, half));
        assertThat(alterTopic(change("retention.ms", SET, "5")).errorCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "no.such.setting, 0, 1, INVALID_CONFIG",
        "retention.ms, 0, soon, INVALID_CONFIG",
        "local.retention.ms, 0, soon, INVALID_CONFIG",
        "remote.storage.enable, 0, maybe, INVALID_CONFIG",
        "remote.storage.enable, 0, true, INVALID_CONFIG",
        "retention.ms, 2, 5, INVALID_CONFIG",
        "no.such.setting, 3, 5, INVALID_CONFIG",
        "cleanup.policy, 2, shred, INVALID_CONFIG",
        "retention.ms, 0, , INVALID_REQUEST",
        "retention.ms, 4, 5, INVALID_REQUEST",
        "min.compaction.lag.ms, 0, 500, INVALID_CONFIG",
    })
    void whatCannotBeSetIsRefusedWithKafkasCode(
            String name, byte operation, @Nullable String value, ErrorCode error) {
        Map<String, String> before = Map.of("max.compaction.lag.ms", "400");
        cluster.topic("orders", 1, before);

        AlterConfigsResourceResponse result = alterTopic(change(name, operation, value));

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(name);
        assertThat(cluster.live("orders").config().overrides()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "2, missing, UNKNOWN_TOPIC_OR_PARTITION",
        "2, a/b, INVALID_TOPIC_EXCEPTION",
        "2, '', INVALID_REQUEST",
        "4, 9, INVALID_REQUEST",
        "4, one, INVALID_REQUEST",
        "8, 1, INVALID_REQUEST",
        "16, metrics, INVALID_REQUEST",
        "32, group, INVALID_CONFIG",
        "32, '', INVALID_REQUEST",
        "77, x, INVALID_REQUEST",
    })
    void whatHasNoSettingsIsRefused(byte type, String name, ErrorCode error) {
        AlterConfigsResourceResponse result =
                alter(false, resource(type, name, change("retention.ms", SET, "5"))).getFirst();

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.resourceType()).isEqualTo(type);
        assertThat(result.resourceName()).isEqualTo(name);
    }

    @Test
    void whatIsOnlyValidatedIsNotDone() {
        cluster.topic("orders", 1);

        AlterConfigsResourceResponse good =
                alter(true, resource((byte) 2, "orders", change("retention.ms", SET, "5")))
                        .getFirst();
        AlterConfigsResourceResponse bad =
                alter(true, resource((byte) 2, "orders", change("retention.ms", SET, "x")))
                        .getFirst();

        assertThat(good.errorCode()).isZero();
        assertThat(ErrorCode.of(bad.errorCode())).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(cluster.live("orders").config().overrides()).isEmpty();
    }

    @Test
    void aResourceOrASettingThatIsNamedTwiceIsRefused() {
        cluster.topic("orders", 1);
        AlterConfigsResource orders =
                resource((byte) 2, "orders", change("retention.ms", SET, "5"));

        assertThat(alter(false, orders, orders))
                .extracting(AlterConfigsResourceResponse::errorCode)
                .containsExactly(
                        ErrorCode.INVALID_REQUEST.code(), ErrorCode.INVALID_REQUEST.code());
        assertThat(
                        ErrorCode.of(
                                alterTopic(
                                                change("retention.ms", SET, "5"),
                                                change("retention.ms", SET, "6"))
                                        .errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aSettingOfThisBrokerTakesEffectAndSurvives() {
        AlterConfigsResourceResponse result =
                alter(false, resource((byte) 4, "1", change("message.max.bytes", SET, "123")))
                        .getFirst();

        assertThat(result.errorCode()).isZero();
        assertThat(cluster.config().current().topicDefaults().messageBytesMax()).isEqualTo(123);
        cluster.restart();
        assertThat(cluster.config().current().topicDefaults().messageBytesMax()).isEqualTo(123);
        assertThat(cluster.config().current().dynamic()).containsOnlyKeys("message.max.bytes");
    }

    @Test
    void aSettingOfAllBrokersIsOverriddenByThatOfOne() {
        alter(false, resource((byte) 4, "", change("message.max.bytes", SET, "1")));
        alter(false, resource((byte) 4, "1", change("message.max.bytes", SET, "2")));
        assertThat(cluster.config().current().topicDefaults().messageBytesMax()).isEqualTo(2);

        alter(false, resource((byte) 4, "1", change("message.max.bytes", DELETE, null)));

        assertThat(cluster.config().current().topicDefaults().messageBytesMax()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, num.partitions, 3, INVALID_REQUEST",
        "1, message.max.bytes, many, INVALID_REQUEST",
        "1, ssl.key.password, hunter2, INVALID_REQUEST",
        "'', ssl.truststore.type, JKS, INVALID_REQUEST",
        "1, no.such.setting, 3, INVALID_CONFIG",
    })
    void whatABrokerCannotTakeAtRunTimeIsRefused(
            String broker, String name, String value, ErrorCode error) {
        AlterConfigsResourceResponse result =
                alter(false, resource((byte) 4, broker, change(name, SET, value))).getFirst();

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(name).doesNotContain("hunter2");
        assertThat(cluster.config().current().dynamic()).isEmpty();
    }

    @Test
    void theOlderRequestReplacesAllThatWasSet() {
        cluster.topic("orders", 1, Map.of("retention.ms", "1", "segment.ms", "2"));
        AlterConfigsHandler handler = new AlterConfigsHandler(resources());
        AlterConfigsRequest request =
                new AlterConfigsRequest(
                        List.of(
                                new AlterConfigsRequest.AlterConfigsResource(
                                        (byte) 2,
                                        "orders",
                                        List.of(
                                                new AlterConfigsRequest.AlterableConfig(
                                                        "flush.ms", "9")))),
                        false);

        var response = Answers.answer(cluster, handler.handle(request, new FakeRequestContext(2)));

        assertThat(response.responses().getFirst().errorCode()).isZero();
        assertThat(cluster.live("orders").config().overrides()).isEqualTo(Map.of("flush.ms", "9"));
    }

    private @Nullable String policy() {
        return cluster.live("orders").config().overrides().get("cleanup.policy");
    }

    private AlterConfigsResourceResponse alterTopic(AlterableConfig... changes) {
        return alter(false, resource((byte) 2, "orders", changes)).getFirst();
    }

    private List<AlterConfigsResourceResponse> alter(
            boolean validateOnly, AlterConfigsResource... altered) {
        IncrementalAlterConfigsHandler handler = new IncrementalAlterConfigsHandler(resources());
        IncrementalAlterConfigsRequest request =
                new IncrementalAlterConfigsRequest(List.of(altered), validateOnly);
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(1)))
                .responses();
    }

    private ConfigResources resources() {
        return new ConfigResources(
                cluster.cluster(), cluster.topics(), cluster.dynamicConfigs(), cluster.config());
    }

    private static AlterConfigsResource resource(
            byte type, String name, AlterableConfig... changes) {
        return new AlterConfigsResource(type, name, List.of(changes));
    }

    private static AlterableConfig change(String name, byte operation, @Nullable String value) {
        return new AlterableConfig(name, operation, value);
    }
}

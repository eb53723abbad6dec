package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.cluster.Verdict;
import io.octavo.broker.config.ConfigSource;
import io.octavo.broker.config.ConfigType;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import io.octavo.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeConfigsHandlerTest {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;

    private final TestCluster cluster =
            new TestCluster(Map.of("log.retention.hours", "24", "ssl.key.password", "hunter2"));

    @Test
    void aTopicsSettingsComeWithTypeSourceSynonymsAndMeaning() {
        cluster.topic("orders", 1, Map.of("retention.ms", "5"));

        DescribeConfigsResourceResult retention =
                only(describe(TOPIC, "orders", List.of("retention.ms")));

        assertThat(retention.value()).isEqualTo("5");
        assertThat(retention.readOnly()).isFalse();
        assertThat(retention.configSource()).isEqualTo(ConfigSource.TOPIC.code());
        assertThat(retention.configType()).isEqualTo(ConfigType.LONG.code());
        assertThat(retention.synonyms())
                .containsExactly(
                        new DescribeConfigsSynonym("retention.ms", "5", (byte) 1),
                        new DescribeConfigsSynonym("log.retention.hours", "24", (byte) 4),
                        new DescribeConfigsSynonym("log.retention.hours", "168", (byte) 5));
        assertThat(retention.documentation()).contains("is removed when");
    }

    @Test
    void noNamesAskForAllOfThem() {
        cluster.topic("orders", 1);

        assertThat(describe(TOPIC, "orders", null).configs()).hasSizeGreaterThan(30);
        assertThat(describe(TOPIC, "orders", List.of()).configs()).hasSizeGreaterThan(30);
        assertThat(describe(TOPIC, "orders", List.of("no.such.setting")).configs()).isEmpty();
    }

    @Test
    void synonymsAndDocumentationComeOnlyWhenAskedFor() {
        cluster.topic("orders", 1);
        DescribeConfigsRequest request =
                DescribeConfigsRequest.defaults()
                        .withResources(List.of(new DescribeConfigsResource(TOPIC, "orders", null)));

        DescribeConfigsResult result = ask(request);

        assertThat(result.configs())
                .allMatch(entry -> entry.synonyms().isEmpty() && entry.documentation() == null);
    }

    @Test
    void thisBrokersSettingsSayWhichCannotBeAlteredAndHideSecrets() {
        DescribeConfigsResult result = describe(BROKER, "1", null);

        assertThat(find(result, "num.partitions").readOnly()).isTrue();
        assertThat(find(result, "message.max.bytes").readOnly()).isFalse();
        assertThat(find(result, "log.retention.hours").configSource())
                .isEqualTo(ConfigSource.STATIC.code());
        assertThat(find(result, "ssl.key.password").value()).isNull();
        assertThat(find(result, "ssl.key.password").isSensitive()).isTrue();
        assertThat(result.toString()).doesNotContain("hunter2");
    }

    @Test
    void theDefaultsOfAllBrokersAreWhatWasAltered() {
        cluster.await(
                cluster.dynamicConfigs()
                        .alterDefaults(
                                old -> new Verdict.Done<>(Map.of("message.max.bytes", "7"))));

        DescribeConfigsResourceResult only = only(describe(BROKER, "", null));

        assertThat(only.name()).isEqualTo("message.max.bytes");
        assertThat(only.configSource()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT.code());
    }

    @ParameterizedTest
    @CsvSource({
        "2, missing, UNKNOWN_TOPIC_OR_PARTITION",
        "2, a/b, INVALID_TOPIC_EXCEPTION",
        "4, 9, INVALID_REQUEST",
        "4, one, INVALID_REQUEST",
        "77, x, INVALID_REQUEST",
    })
    void whatCannotBeDescribedIsRefusedWithKafkasCode(byte type, String name, ErrorCode error) {
        DescribeConfigsResult result = describe(type, name, null);

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.configs()).isEmpty();
    }

    @Test
    void anAnswerHasAnEnd() {
        DescribeConfigsRequest request =
                DescribeConfigsRequest.defaults()
                        .withResources(
                                Collections.nCopies(
                                        2_000, new DescribeConfigsResource(BROKER, "1", null)));

        List<DescribeConfigsResult> results = askAll(request);

        assertThat(results).hasSize(2_000);
        assertThat(results.stream().mapToInt(result -> result.configs().size()).sum())
                .isBetween(400_000, 401_000);
        assertThat(results.getLast().configs()).isEmpty();
        assertThat(results.getLast().errorMessage()).contains("ask for fewer");
    }

    @Test
    void aNameOfAnyLengthIsAnswered() {
        DescribeConfigsResult result = describe(BROKER, "x".repeat(32_760), null);

        assertThat(result.errorMessage()).hasSize(1_000);
    }

    private static DescribeConfigsResourceResult find(DescribeConfigsResult result, String name) {
        return result.configs().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DescribeConfigsResourceResult only(DescribeConfigsResult result) {
        assertThat(result.configs()).hasSize(1);
        return result.configs().getFirst();
    }

    private DescribeConfigsResult describe(
            byte type, String name, @Nullable List<String> settings) {
        DescribeConfigsResource resource = new DescribeConfigsResource(type, name, settings);
        return ask(new DescribeConfigsRequest(List.of(resource), true, true));
    }

    private DescribeConfigsResult ask(DescribeConfigsRequest request) {
        return askAll(request).getFirst();
    }

    private List<DescribeConfigsResult> askAll(DescribeConfigsRequest request) {
        DescribeConfigsHandler handler =
                new DescribeConfigsHandler(cluster.cluster(), cluster.config());
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(4)))
                .results();
    }
}

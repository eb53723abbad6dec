package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.config.ConfigSource;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopic;
import io.octavo.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import io.octavo.protocol.message.CreateTopicsResponse;
import io.octavo.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import io.octavo.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateTopicsHandlerTest {
    private final TestCluster cluster = new TestCluster(Map.of("num.partitions", "4"));

    @Test
    void aTopicIsMadeAsAskedForAndDescribed() {
        CreatableTopic topic =
                topic("orders", 3, 1)
                        .withConfigs(List.of(new CreatableTopicConfig("retention.ms", " 5 ")));

        CreatableTopicResult result = only(create(topic));

        assertThat(result.errorCode()).isZero();
        assertThat(result.errorMessage()).isNull();
        assertThat(result.topicId()).isEqualTo(cluster.live("orders").id());
        assertThat(result.numPartitions()).isEqualTo(3);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
        assertThat(Objects.requireNonNull(result.configs()))
                .contains(
                        new CreatableTopicConfigs(
                                "retention.ms", "5", false, ConfigSource.TOPIC.code(), false),
                        new CreatableTopicConfigs(
                                "segment.ms",
                                "604800000",
                                false,
                                ConfigSource.DEFAULT.code(),
                                false));
        assertThat(cluster.live("orders").config().overrides())
                .isEqualTo(Map.of("retention.ms", "5"));
    }

    @Test
    void topicsWithoutPartitionsAreNotForFree() {
        CreatableTopic[] many = new CreatableTopic[10_001];
        for (int i = 0; i < many.length; i++) {
            many[i] = topic("t" + i, -5, 1);
        }

        assertThat(create(many).topics())
                .extracting(result -> ErrorCode.of(result.errorCode()))
                .containsOnly(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void minusOneIsTheBrokersDefault() {
        CreatableTopicResult result = only(create(topic("orders", -1, -1)));

        assertThat(result.numPartitions()).isEqualTo(4);
        assertThat(cluster.live("orders").partitions()).hasSize(4);
    }

    @Test
    void whatIsOnlyValidatedIsNotMade() {
        CreateTopicsRequest request =
                new CreateTopicsRequest(List.of(topic("orders", 3, 1)), 1000, true);

        CreatableTopicResult result = only(ask(request));

        assertThat(result.errorCode()).isZero();
        assertThat(result.topicId()).isEqualTo(Uuid.ZERO);
        assertThat(result.numPartitions()).isEqualTo(3);
        assertThat(cluster.view().topics()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "orders, 0, 1, INVALID_PARTITIONS",
        "orders, -2, 1, INVALID_PARTITIONS",
        "orders, 1, 0, INVALID_REPLICATION_FACTOR",
        "orders, 1, -2, INVALID_REPLICATION_FACTOR",
        "orders, 1, 2, INVALID_REPLICATION_FACTOR",
        "a/b, 1, 1, INVALID_TOPIC_EXCEPTION",
        "'', 1, 1, INVALID_TOPIC_EXCEPTION",
        "., 1, 1, INVALID_TOPIC_EXCEPTION",
        "__coordination, 1, 1, INVALID_TOPIC_EXCEPTION",
        "there, 1, 1, TOPIC_ALREADY_EXISTS",
        "dot_ted, 1, 1, INVALID_TOPIC_EXCEPTION",
        "orders, 10001, 1, POLICY_VIOLATION",
        "orders, 2147483647, 1, POLICY_VIOLATION",
    })
    void aTopicThatCannotBeIsRefusedWithKafkasCode(
            String name, int partitions, short factor, ErrorCode error) {
        cluster.topic("there", 1);
        cluster.topic("dot.ted", 1);

        CreatableTopicResult result = only(create(topic(name, partitions, factor)));

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "no.such.setting, 1, INVALID_CONFIG",
        "retention.ms, soon, INVALID_CONFIG",
        "retention.ms, -2, INVALID_CONFIG",
        "cleanup.policy, shred, INVALID_CONFIG",
        "compression.type, rar, INVALID_CONFIG",
        "retention.ms, , INVALID_CONFIG",
    })
    void aTopicWithAnImpossibleSettingIsRefused(
            String setting, @Nullable String value, ErrorCode error) {
        CreatableTopic topic =
                topic("orders", 1, 1)
                        .withConfigs(List.of(new CreatableTopicConfig(setting, value)));

        CreatableTopicResult result = only(create(topic));

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(setting);
    }

    @Test
    void aNameThatOccursTwiceIsRefusedOnceAndTheRestIsMade() {
        CreateTopicsResponse response =
                create(topic("a", 1, 1), topic("b", 1, 1), topic("a", 2, 1));

        assertThat(response.topics()).hasSize(2);
        assertThat(response.topics().getFirst().name()).isEqualTo("a");
        assertThat(response.topics().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(response.topics().get(1).errorCode()).isZero();
        assertThat(cluster.view().topics()).containsOnlyKeys("b");
    }

    @Test
    void aClientMayAssignPartitionsItself() {
        CreatableTopic topic =
                topic("orders", -1, -1)
                        .withAssignments(List.of(assignment(1, 1), assignment(0, 1)));

        CreatableTopicResult result = only(create(topic));

        assertThat(result.errorCode()).isZero();
        assertThat(cluster.live("orders").partitions()).hasSize(2);
    }

    @Test
    void anAssignmentWithANumberBesideItIsRefused() {
        CreatableTopic topic = topic("orders", 1, -1).withAssignments(List.of(assignment(0, 1)));

        assertThat(error(create(topic))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void anAssignmentThatCannotBeIsRefused() {
        List<List<CreatableReplicaAssignment>> impossible =
                List.of(
                        List.of(assignment(1, 1)),
                        List.of(assignment(0, 1), assignment(0, 1)),
                        List.of(assignment(0, 9)),
                        List.of(assignment(0, 1, 1)),
                        List.of(assignment(0)));

        for (List<CreatableReplicaAssignment> assignments : impossible) {
            assertThat(error(create(topic("orders", -1, -1).withAssignments(assignments))))
                    .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        }
        assertThat(cluster.view().topics()).isEmpty();
    }

    private static CreatableReplicaAssignment assignment(int index, Integer... brokers) {
        return new CreatableReplicaAssignment(index, List.of(brokers));
    }

    private static CreatableTopic topic(String name, int partitions, int factor) {
        return new CreatableTopic(name, partitions, (short) factor, List.of(), List.of());
    }

    private CreateTopicsResponse create(CreatableTopic... topics) {
        return ask(new CreateTopicsRequest(List.of(topics), 1000, false));
    }

    private CreateTopicsResponse ask(CreateTopicsRequest request) {
        CreateTopicsHandler handler =
                new CreateTopicsHandler(cluster.cluster(), cluster.topics(), cluster.config());
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(7)));
    }

    private static CreatableTopicResult only(CreateTopicsResponse response) {
        assertThat(response.topics()).hasSize(1);
        return response.topics().getFirst();
    }

    private static ErrorCode error(CreateTopicsResponse response) {
        return ErrorCode.of(only(response).errorCode());
    }
}

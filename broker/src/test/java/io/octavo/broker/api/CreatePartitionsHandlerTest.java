package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import io.octavo.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import io.octavo.protocol.message.CreatePartitionsResponse;
import io.octavo.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreatePartitionsHandlerTest {
    private final TestCluster cluster = new TestCluster();

    @Test
    void aTopicIsGivenMorePartitions() {
        cluster.topic("orders", 2);

        CreatePartitionsResponse response = ask(false, topic("orders", 5));

        assertThat(response.results())
                .containsExactly(new CreatePartitionsTopicResult("orders", (short) 0, null));
        assertThat(cluster.live("orders").partitions()).hasSize(5);
        assertThat(cluster.live("orders").partitions()).allMatch(p -> p.leader() == 1);
    }

    @Test
    void whatIsOnlyValidatedIsNotDone() {
        cluster.topic("orders", 2);

        CreatePartitionsResponse response = ask(true, topic("orders", 5));

        assertThat(response.results().getFirst().errorCode()).isZero();
        assertThat(cluster.live("orders").partitions()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "orders, 2, INVALID_PARTITIONS",
        "orders, 1, INVALID_PARTITIONS",
        "orders, -1, INVALID_PARTITIONS",
        "orders, 20000, POLICY_VIOLATION",
        "missing, 3, UNKNOWN_TOPIC_OR_PARTITION",
    })
    void whatCannotBeIsRefusedWithKafkasCode(String name, int count, ErrorCode error) {
        cluster.topic("orders", 2);

        CreatePartitionsTopicResult result = ask(false, topic(name, count)).results().getFirst();

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).isNotEmpty();
    }

    /// Groups are found in it by how many partitions it has.
    @Test
    void theTopicOfGroupsIsNotGivenMore() {
        cluster.internalTopic("__consumer_offsets", 2);

        CreatePartitionsTopicResult result =
                ask(false, topic("__consumer_offsets", 5)).results().getFirst();

        assertThat(ErrorCode.of(result.errorCode())).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(cluster.live("__consumer_offsets").partitions()).hasSize(2);
    }

    /// Of all its topics together.
    @Test
    void aRequestMakesSoManyPartitionsAtMost() {
        cluster.topic("orders", 2);
        cluster.topic("clicks", 2);

        for (boolean validateOnly : new boolean[] {true, false}) {
            assertThat(ask(validateOnly, topic("orders", 6_000), topic("clicks", 6_000)).results())
                    .extracting(result -> ErrorCode.of(result.errorCode()))
                    .containsOnly(ErrorCode.POLICY_VIOLATION);
        }
        assertThat(cluster.live("orders").partitions()).hasSize(2);
    }

    @Test
    void assignmentsMustFitWhatIsAdded() {
        cluster.topic("orders", 1);
        CreatePartitionsAssignment here = new CreatePartitionsAssignment(List.of(1));
        CreatePartitionsAssignment elsewhere = new CreatePartitionsAssignment(List.of(9));

        assertThat(assigned(2, here, here)).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(assigned(2, elsewhere)).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(assigned(3, here, here)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.live("orders").partitions()).hasSize(3);
    }

    @Test
    void aTopicThatIsNamedTwiceIsLeftAlone() {
        cluster.topic("orders", 1);

        CreatePartitionsResponse response = ask(false, topic("orders", 2), topic("orders", 3));

        assertThat(response.results()).hasSize(1);
        assertThat(response.results().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(cluster.live("orders").partitions()).hasSize(1);
    }

    private ErrorCode assigned(int count, CreatePartitionsAssignment... assignments) {
        CreatePartitionsTopic topic =
                new CreatePartitionsTopic("orders", count, List.of(assignments));
        return ErrorCode.of(ask(false, topic).results().getFirst().errorCode());
    }

    private static CreatePartitionsTopic topic(String name, int count) {
        return new CreatePartitionsTopic(name, count, null);
    }

    private CreatePartitionsResponse ask(boolean validateOnly, CreatePartitionsTopic... topics) {
        CreatePartitionsHandler handler =
                new CreatePartitionsHandler(cluster.cluster(), cluster.topics(), cluster.config());
        CreatePartitionsRequest request =
                new CreatePartitionsRequest(List.of(topics), 1000, validateOnly);
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(3)));
    }
}

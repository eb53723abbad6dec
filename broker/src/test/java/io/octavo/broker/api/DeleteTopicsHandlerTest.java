package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import io.octavo.protocol.message.DeleteTopicsResponse;
import io.octavo.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeleteTopicsHandlerTest {
    private TestCluster cluster = new TestCluster();

    @Test
    void aTopicIsDeletedByItsNameOrItsId() {
        Topic a = cluster.topic("a", 1);
        Topic b = cluster.topic("b", 1);

        DeleteTopicsResponse response =
                delete(6, new DeleteTopicState("a", Uuid.ZERO), new DeleteTopicState(null, b.id()));

        assertThat(response.responses())
                .containsExactly(
                        new DeletableTopicResult("a", a.id(), (short) 0, null),
                        new DeletableTopicResult("b", b.id(), (short) 0, null));
        assertThat(cluster.view().topics()).isEmpty();
    }

    @Test
    void olderVersionsNameTopicsInAListOfTheirOwn() {
        cluster.topic("a", 1);
        DeleteTopicsRequest request =
                DeleteTopicsRequest.defaults().withTopicNames(List.of("a", "missing"));

        DeleteTopicsResponse response = ask(4, request);

        assertThat(response.responses())
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly((short) 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void whatIsNotThereOrNotNamedIsRefused() {
        Uuid unknown = new Uuid(3, 4);

        DeleteTopicsResponse response =
                delete(
                        6,
                        new DeleteTopicState("missing", Uuid.ZERO),
                        new DeleteTopicState(null, unknown),
                        new DeleteTopicState(null, Uuid.ZERO),
                        new DeleteTopicState("both", unknown));

        assertThat(response.responses())
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
                        ErrorCode.UNKNOWN_TOPIC_ID.code(),
                        ErrorCode.INVALID_REQUEST.code(),
                        ErrorCode.INVALID_REQUEST.code());
        assertThat(response.responses()).allMatch(result -> result.errorMessage() != null);
    }

    /// Both found it before either was done; only ids tell that it has gone meanwhile.
    @Test
    void ofTwoThatDeleteATopicByItsNameOneIsToldThatThereIsNone() {
        cluster.topic("a", 1);
        DeleteTopicsHandler handler =
                new DeleteTopicsHandler(cluster.cluster(), cluster.topics(), cluster.config());
        DeleteTopicsRequest named =
                DeleteTopicsRequest.defaults()
                        .withTopics(List.of(new DeleteTopicState("a", Uuid.ZERO)));

        var first = handler.handle(named, new FakeRequestContext(6));
        var second = handler.handle(named, new FakeRequestContext(6));

        assertThat(Answers.answer(cluster, first).responses().getFirst().errorCode()).isZero();
        assertThat(Answers.answer(cluster, second).responses().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void aTopicThatIsNamedTwiceIsNotDeleted() {
        Topic a = cluster.topic("a", 1);
        cluster.topic("b", 1);

        DeleteTopicsResponse response =
                delete(
                        6,
                        new DeleteTopicState("a", Uuid.ZERO),
                        new DeleteTopicState(null, a.id()),
                        new DeleteTopicState("b", Uuid.ZERO),
                        new DeleteTopicState("b", Uuid.ZERO));

        assertThat(response.responses())
                .extracting(DeletableTopicResult::errorCode)
                .containsOnly(ErrorCode.INVALID_REQUEST.code());
        assertThat(cluster.view().topics()).containsOnlyKeys("a", "b");
    }

    @Test
    void whereDeletionIsSwitchedOffItIsRefused() {
        cluster = new TestCluster(Map.of("delete.topic.enable", "false"));
        cluster.topic("a", 1);
        DeleteTopicsRequest old = DeleteTopicsRequest.defaults().withTopicNames(List.of("a"));

        assertThat(ask(2, old).responses().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(
                        delete(6, new DeleteTopicState("a", Uuid.ZERO))
                                .responses()
                                .getFirst()
                                .errorCode())
                .isEqualTo(ErrorCode.TOPIC_DELETION_DISABLED.code());
    }

    private DeleteTopicsResponse delete(int version, DeleteTopicState... topics) {
        return ask(version, DeleteTopicsRequest.defaults().withTopics(List.of(topics)));
    }

    private DeleteTopicsResponse ask(int version, DeleteTopicsRequest request) {
        DeleteTopicsHandler handler =
                new DeleteTopicsHandler(cluster.cluster(), cluster.topics(), cluster.config());
        return Answers.answer(cluster, handler.handle(request, new FakeRequestContext(version)));
    }
}

package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseBroker;
import io.octavo.protocol.message.MetadataResponse.MetadataResponseTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetadataHandlerTest {
    private static final int NEWEST = 13;

    private TestCluster cluster = new TestCluster();

    /// Of which partition the data directory has failed.
    private int offline = -1;

    @Test
    void aBrokerWithoutAnAdvertisedAddressIsWhereTheClientReachedIt() {
        cluster = new TestCluster(Map.of(), "");

        MetadataResponse response = ask(NEWEST, MetadataRequest.defaults().withTopics(List.of()));

        assertThat(response.brokers())
                .containsExactly(new MetadataResponseBroker(1, "127.0.0.1", 9092, null));
        assertThat(response.controllerId()).isEqualTo(1);
        assertThat(response.clusterId()).isEqualTo(cluster.view().clusterId()).hasSize(22);
    }

    @Test
    void anAdvertisedAddressIsTold() {
        cluster = new TestCluster(Map.of(), "broker.example");

        MetadataResponse response = ask(NEWEST, MetadataRequest.defaults().withTopics(List.of()));

        assertThat(response.brokers())
                .containsExactly(new MetadataResponseBroker(1, "broker.example", 9092, null));
    }

    @Test
    void noListAsksForAllTopicsAndAnEmptyOneForNone() {
        cluster.topic("a", 1);
        cluster.topic("b", 2);

        assertThat(names(ask(1, MetadataRequest.defaults().withTopics(null))))
                .containsExactly("a", "b");
        assertThat(names(ask(1, MetadataRequest.defaults().withTopics(List.of())))).isEmpty();
        assertThat(names(ask(0, MetadataRequest.defaults().withTopics(List.of()))))
                .containsExactly("a", "b");
    }

    @Test
    void aTopicIsDescribedWithItsPartitions() {
        Topic topic = cluster.topic("orders", 2);

        MetadataResponseTopic answer = only(ask(NEWEST, byName("orders")));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.topicId()).isEqualTo(topic.id());
        assertThat(answer.partitions()).hasSize(2);
        assertThat(answer.partitions().get(1).partitionIndex()).isEqualTo(1);
        assertThat(answer.partitions().get(1).leaderId()).isEqualTo(1);
        assertThat(answer.partitions().get(1).leaderEpoch()).isZero();
        assertThat(answer.partitions().get(1).replicaNodes()).containsExactly(1);
        assertThat(answer.partitions().get(1).isrNodes()).containsExactly(1);
        assertThat(answer.partitions().get(1).offlineReplicas()).isEmpty();
    }

    @Test
    void aPartitionInADirectoryThatHasFailedHasNoLeader() {
        cluster.topic("orders", 2);
        offline = 1;

        MetadataResponseTopic answer = only(ask(NEWEST, byName("orders")));

        assertThat(answer.partitions().getFirst().errorCode()).isZero();
        assertThat(answer.partitions().getFirst().leaderId()).isEqualTo(1);
        assertThat(answer.partitions().get(1).errorCode())
                .isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE.code());
        assertThat(answer.partitions().get(1).leaderId()).isEqualTo(-1);
        assertThat(answer.partitions().get(1).offlineReplicas()).containsExactly(1);
    }

    @Test
    void aTopicThatIsAskedForIsCreatedAndAnsweredWhenItCanBeUsed() {
        cluster = new TestCluster(Map.of("num.partitions", "3"));

        MetadataResponseTopic answer = only(ask(1, byName("new")));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.partitions()).hasSize(3);
        assertThat(cluster.view().topic("new")).isNotNull();
    }

    /// As many partitions as a request to create topics may have.
    @Test
    void whoAsksForManyNewTopicsGetsSomeOfThem() {
        cluster = new TestCluster(Map.of("num.partitions", "5000"));

        var _ = ask(NEWEST, byName("one", "two", "three"));

        assertThat(cluster.view().topics()).hasSize(2);
    }

    @Test
    void twoClientsThatAskForOneNewTopicBothGetIt() {
        MetadataHandler handler = handler();
        Reply<MetadataResponse> first = handler.handle(byName("new"), new FakeRequestContext(9));
        Reply<MetadataResponse> second = handler.handle(byName("new"), new FakeRequestContext(9));

        MetadataResponseTopic one = only(Answers.answer(cluster, first));
        MetadataResponseTopic other = only(Answers.answer(cluster, second));

        assertThat(one.errorCode()).isZero();
        assertThat(other).isEqualTo(one);
    }

    @Test
    void nothingIsCreatedWhereTheClientOrTheBrokerForbidsIt() {
        MetadataRequest forbidden = byName("new").withAllowAutoTopicCreation(false);
        assertThat(error(ask(NEWEST, forbidden))).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);

        cluster = new TestCluster(Map.of("auto.create.topics.enable", "false"));
        assertThat(error(ask(NEWEST, byName("new"))))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(cluster.view().topics()).isEmpty();
    }

    @Test
    void namesThatNoTopicCanHaveAreErrorsOfTheirTopic() {
        MetadataResponse response = ask(NEWEST, byName("good", "no/good", ".."));

        assertThat(response.topics())
                .extracting(MetadataResponseTopic::errorCode)
                .containsExactly(
                        ErrorCode.NONE.code(),
                        ErrorCode.INVALID_TOPIC_EXCEPTION.code(),
                        ErrorCode.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void theBrokersOwnTopicsAreNotCreatedByAsking() {
        assertThat(error(ask(NEWEST, byName("__consumer_offsets"))))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aReplicationFactorThatCannotBeReachedIsTheTopicsError() {
        cluster = new TestCluster(Map.of("default.replication.factor", "3"));

        assertThat(error(ask(NEWEST, byName("new"))))
                .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
    }

    @Test
    void aTopicIsFoundByItsId() {
        Topic topic = cluster.topic("orders", 1);
        Uuid unknown = new Uuid(5, 6);
        MetadataRequest request =
                MetadataRequest.defaults()
                        .withTopics(
                                List.of(
                                        new MetadataRequestTopic(topic.id(), null),
                                        new MetadataRequestTopic(unknown, null)));

        MetadataResponse response = ask(12, request);

        assertThat(response.topics().getFirst().name()).isEqualTo("orders");
        assertThat(response.topics().get(1).name()).isNull();
        assertThat(response.topics().get(1).topicId()).isEqualTo(unknown);
        assertThat(response.topics().get(1).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void idsInVersionsThatDoNotKnowThemAreRefused() {
        MetadataRequest request =
                MetadataRequest.defaults()
                        .withTopics(List.of(new MetadataRequestTopic(new Uuid(1, 2), null)));

        MetadataResponseTopic answer = only(ask(10, request));

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(answer.name()).isEmpty();
    }

    @Test
    void aNameThatIsAskedForTwiceIsAnsweredOnce() {
        assertThat(names(ask(NEWEST, byName("a", "a")))).containsExactly("a");
    }

    @Test
    void whoAsksWhatItMayDoIsTold() {
        cluster.topic("orders", 1);
        MetadataRequest request =
                byName("orders")
                        .withIncludeClusterAuthorizedOperations(true)
                        .withIncludeTopicAuthorizedOperations(true);

        MetadataResponse response = ask(8, request);

        assertThat(response.clusterAuthorizedOperations()).isEqualTo(0b1_1111_1010_0000);
        assertThat(only(response).topicAuthorizedOperations()).isEqualTo(0b1101_1111_1000);
    }

    private MetadataHandler handler() {
        return new MetadataHandler(
                cluster.cluster(),
                cluster.topics(),
                cluster.config(),
                (topic, index) -> index == offline);
    }

    private MetadataResponse ask(int version, MetadataRequest request) {
        return Answers.answer(cluster, handler().handle(request, new FakeRequestContext(version)));
    }

    private static MetadataRequest byName(String... names) {
        List<MetadataRequestTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new MetadataRequestTopic(Uuid.ZERO, name));
        }
        return MetadataRequest.defaults().withTopics(topics);
    }

    private static List<String> names(MetadataResponse response) {
        return response.topics().stream().map(topic -> "" + topic.name()).toList();
    }

    private static MetadataResponseTopic only(MetadataResponse response) {
        assertThat(response.topics()).hasSize(1);
        return response.topics().getFirst();
    }

    private static ErrorCode error(MetadataResponse response) {
        return ErrorCode.of(only(response).errorCode());
    }
}

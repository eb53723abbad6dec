package io.octavo.broker.cluster;

import static io.octavo.broker.cluster.TestCluster.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void anAnsweredCreationIsInTheViewWithALeader() {
        TestCluster cluster = new TestCluster();

        Topic topic = cluster.topic("orders", 3);

        assertThat(cluster.view().topic("orders")).isEqualTo(topic);
        assertThat(cluster.view().topic(topic.id())).isEqualTo(topic);
        assertThat(topic.partitions()).hasSize(3);
        assertThat(topic.partitions().get(2).index()).isEqualTo(2);
        assertThat(topic.partitions()).allMatch(p -> p.leader() == 1 && p.leaderEpoch() == 0);
    }

    @Test
    void aTopicSurvivesARestartAndHasItsLeaderElectedAgain() {
        TestCluster cluster = new TestCluster();
        Topic before = cluster.topic("orders", 2, Map.of("retention.ms", "5000"));

        cluster.restart();

        Topic after = cluster.live("orders");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.config().overrides()).isEqualTo(Map.of("retention.ms", "5000"));
        assertThat(after.partitions()).allMatch(p -> p.leader() == 1 && p.leaderEpoch() == 1);
    }

    @Test
    void aStartIsToldAsOneStepFromNothing() {
        TestCluster cluster = new TestCluster();
        cluster.topic("orders", 2);

        cluster.restart();

        assertThat(cluster.changes()).hasSize(1);
        assertThat(cluster.changes().getFirst().before().topics()).isEmpty();
        assertThat(cluster.changes().getFirst().after()).isEqualTo(cluster.view());
    }

    @Test
    void aTopicOfMorePartitionsThanACommitHoldsIsSeenWholeOrNot() {
        TestCluster cluster = new TestCluster();

        Topic topic = cluster.topic("wide", 1_000);

        assertThat(topic.partitions()).hasSize(1_000);
        for (ClusterChange change : cluster.changes()) {
            Topic seen = change.after().topic("wide");
            assertThat(seen == null ? 1_000 : seen.partitions().size()).isEqualTo(1_000);
        }
    }

    @Test
    void aSecondTopicOfTheNameIsRefused() {
        TestCluster cluster = new TestCluster();
        cluster.topic("orders", 1);

        Verdict<Topic> verdict =
                cluster.await(
                        cluster.topics()
                                .create(
                                        new NewTopic(
                                                "orders", false, List.of(List.of(1)), Map.of())));

        assertThat(verdict)
                .isEqualTo(
                        new Verdict.Refused<>(
                                ErrorCode.TOPIC_ALREADY_EXISTS,
                                "There is a topic 'orders' already."));
    }

    @Test
    void ofTwoNamesThatCollideBeingMadeAtOnceOneIsRefused() {
        TestCluster cluster = new TestCluster();
        NewTopic dotted = new NewTopic("a.b", false, List.of(List.of(1)), Map.of());
        NewTopic underscored = new NewTopic("a_b", false, List.of(List.of(1)), Map.of());

        var first = cluster.topics().create(dotted);
        Verdict<Topic> second = cluster.await(cluster.topics().create(underscored));

        assertThat(cluster.await(first)).isInstanceOf(Verdict.Done.class);
        assertThat(second)
                .isEqualTo(
                        new Verdict.Refused<>(
                                ErrorCode.INVALID_TOPIC_EXCEPTION,
                                "'a_b' and the existing topic 'a.b' would be the same in metrics,"
                                        + " where '.' and '_' are one."));
    }

    @Test
    void aDeletedTopicIsGoneAtOnceAndRemembersUntilItIsPurged() {
        TestCluster cluster = new TestCluster();
        Topic topic = cluster.topic("orders", 2);

        done(cluster.await(cluster.topics().delete(topic.id())));

        assertThat(cluster.view().topics()).isEmpty();
        assertThat(cluster.view().deleting()).containsOnlyKeys(topic.id());
        assertThat(cluster.view().deleting().values()).allMatch(t -> t.partitions().size() == 2);
        cluster.restart();
        assertThat(cluster.view().deleting()).containsOnlyKeys(topic.id());
        done(cluster.await(cluster.topics().purged(topic.id())));
        assertThat(cluster.view().deleting()).isEmpty();
        done(cluster.await(cluster.topics().purged(topic.id())));
    }

    @Test
    void aNameCanBeGivenAgainWhileTheOldTopicIsBeingPurged() {
        TestCluster cluster = new TestCluster();
        Topic old = cluster.topic("orders", 100);
        done(cluster.await(cluster.topics().delete(old.id())));

        Topic next = cluster.topic("orders", 1);

        assertThat(next.id()).isNotEqualTo(old.id());
        done(cluster.await(cluster.topics().purged(old.id())));
        assertThat(cluster.view().topic("orders")).isEqualTo(next);
    }

    @Test
    void deletingWhatIsNotThereIsRefused() {
        TestCluster cluster = new TestCluster();

        Verdict<Uuid> verdict = cluster.await(cluster.topics().delete(new Uuid(3, 4)));

        assertThat(verdict).extracting("error").isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    }

    @Test
    void manyPartitionsAreAddedInSeveralCommits() {
        TestCluster cluster = new TestCluster();
        Topic topic = cluster.topic("orders", 1);

        Topic grown =
                done(
                        cluster.await(
                                cluster.topics()
                                        .addPartitions(
                                                topic.id(),
                                                1,
                                                Placement.spread(1, 199, 1, List.of(1), 0))));

        assertThat(grown.partitions()).hasSize(200);
        assertThat(grown.partitions().get(199).leader()).isEqualTo(1);
        cluster.restart();
        assertThat(cluster.live("orders").partitions()).hasSize(200);
    }

    @Test
    void partitionsAreNotAddedToATopicThatHasMoreThanWasSeen() {
        TestCluster cluster = new TestCluster();
        Topic topic = cluster.topic("orders", 3);

        Verdict<Topic> verdict =
                cluster.await(cluster.topics().addPartitions(topic.id(), 2, List.of(List.of(1))));

        assertThat(verdict).extracting("error").isEqualTo(ErrorCode.INVALID_PARTITIONS);
    }

    @Test
    void alteredSettingsAreInTheViewWhenTheyAreAnswered() {
        TestCluster cluster = new TestCluster();
        Topic topic = cluster.topic("orders", 1);

        done(
                cluster.await(
                        cluster.topics()
                                .configure(
                                        topic.id(),
                                        old ->
                                                new Verdict.Done<>(
                                                        Map.of("max.message.bytes", "77")))));

        assertThat(cluster.live("orders").config().messageBytesMax()).isEqualTo(77);
    }

    @Test
    void aSettingOfAllBrokersReachesTheTopicsThatDoNotOverrideIt() {
        TestCluster cluster = new TestCluster();
        Topic plain = cluster.topic("plain", 1);
        cluster.topic("own", 1, Map.of("max.message.bytes", "10"));

        done(
                cluster.await(
                        cluster.dynamicConfigs()
                                .alterDefaults(old ->
                                        new Verdict.Done<>(Map.of("message.max.bytes", "99")))));

        assertThat(cluster.live("plain").config().messageBytesMax()).isEqualTo(99);
        assertThat(cluster.live("own").config().messageBytesMax()).isEqualTo(10);
        assertThat(cluster.changes().getLast().topics()).contains(plain.id());
        cluster.restart();
        assertThat(cluster.live("plain").config().messageBytesMax()).isEqualTo(99);
    }
}

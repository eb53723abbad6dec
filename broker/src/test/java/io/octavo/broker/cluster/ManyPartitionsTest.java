package io.octavo.broker.cluster;

import static io.octavo.broker.cluster.TestCluster.done;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a step costs in calls of the store does not grow faster than the number of partitions.
class ManyPartitionsTest {
    private static final int PARTITIONS = 3_000;

    private final TestCluster cluster = new TestCluster();

    @Test
    void makingATopicReadsEachPartitionAFewTimes() {
        cluster.topic("wide", PARTITIONS);

        assertThat(cluster.counts().reads()).isLessThan(3 * PARTITIONS);
        assertThat(cluster.counts().commits()).isLessThan(PARTITIONS / 50);
    }

    @Test
    void aStartReadsEachPartitionAFewTimesAndElectsMostLeadersTogether() {
        cluster.topic("wide", PARTITIONS);
        cluster.topic("other", PARTITIONS);

        cluster.restart();

        assertThat(cluster.live("wide").partitions()).allMatch(p -> p.leaderEpoch() == 1);
        assertThat(cluster.counts().reads()).isLessThan(2 * 2 * PARTITIONS + 100);
        assertThat(cluster.counts().commits()).isLessThan(2 * PARTITIONS / 50);
    }

    @Test
    void growingInManyStepsReadsOnlyWhatIsNew() {
        Topic topic = cluster.topic("growing", 1);
        int before = cluster.counts().reads();

        Topic grown =
                done(
                        cluster.await(
                                cluster.topics().addPartitions(topic.id(), 1, more(PARTITIONS))));

        assertThat(grown.partitions()).hasSize(PARTITIONS + 1);
        assertThat(cluster.counts().reads() - before).isLessThan(3 * PARTITIONS);
    }

    @Test
    void purgingReadsEachPartitionAFewTimes() {
        Topic topic = cluster.topic("doomed", PARTITIONS);
        int before = cluster.counts().reads();

        done(cluster.await(cluster.topics().delete(topic.id())));
        done(cluster.await(cluster.topics().purged(topic.id())));

        assertThat(cluster.view().deleting()).isEmpty();
        assertThat(cluster.counts().reads() - before).isLessThan(3 * PARTITIONS);
    }

    @Test
    void alteringSettingsReadsNoPartition() {
        Topic topic = cluster.topic("wide", PARTITIONS);
        int before = cluster.counts().reads();

        done(
                cluster.await(
                        cluster.topics()
                                .configure(
                                        topic.id(),
                                        _ -> new Verdict.Done<>(Map.of("retention.ms", "5000")))));

        assertThat(cluster.counts().reads() - before).isLessThan(10);
    }

    private static List<List<Integer>> more(int count) {
        return Collections.nCopies(count, List.of(1));
    }
}

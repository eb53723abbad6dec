package io.octavo.broker.cluster;

import static io.octavo.broker.cluster.TestCluster.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every third answer of the store is lost, and the commit it belongs to has happened, never will,
/// or happens later. What the cluster answers must be true all the same.
class UnknownOutcomeTest {
    private static final int LOST_IN = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatWasAnsweredIsWhatARestartFinds(long seed) {
        Randomness random = Randomness.seeded(seed * 7919);
        TestCluster cluster = new TestCluster(seed, LOST_IN, Map.of());
        Map<String, Expected> expected = new HashMap<>();
        for (int step = 0; step < 80; step++) {
            String name = "t" + random.nextInt(8);
            switch (random.nextInt(6)) {
                case 0, 1 -> create(cluster, expected, name, 1 + random.nextInt(70));
                case 2 -> delete(cluster, expected, name);
                case 3 -> grow(cluster, expected, name, 1 + random.nextInt(65));
                case 4 -> configure(cluster, expected, name, random.nextInt(1_000));
                default -> {
                    if (random.nextInt(4) == 0) {
                        cluster.restart();
                    }
                }
            }
            check(cluster, expected, "seed " + seed + " step " + step);
        }
        cluster.restart();
        check(cluster, expected, "seed " + seed + " at the end");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noProducerIdIsHandedOutTwice(long seed) {
        TestCluster cluster = new TestCluster(seed, LOST_IN, Map.of());
        Set<Long> seen = new HashSet<>();
        for (int run = 0; run < 3; run++) {
            for (int i = 0; i < 1_100; i++) {
                if (cluster.await(cluster.producerIds().next())
                        instanceof Verdict.Done<Long>(Long id)) {
                    assertThat(seen.add(id)).as("seed %d: id %d is new", seed, id).isTrue();
                }
            }
            cluster.restart();
        }
        assertThat(seen).hasSizeGreaterThan(2_500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void settingsOfBrokersAreAsAnswered(long seed) {
        TestCluster cluster = new TestCluster(seed, LOST_IN, Map.of());
        for (int i = 0; i < 40; i++) {
            Map<String, String> wanted = Map.of("message.max.bytes", "" + (1_000 + i));
            boolean all = i % 2 == 0;
            Verdict<Map<String, String>> verdict =
                    cluster.await(
                            all
                                    ? cluster.dynamicConfigs()
                                            .alterDefaults(old -> new Verdict.Done<>(wanted))
                                    : cluster.dynamicConfigs()
                                            .alter(1, old -> new Verdict.Done<>(wanted)));
            if (verdict instanceof Verdict.Done<?>) {
                var current = cluster.config().current();
                assertThat(all ? current.dynamicDefaults() : current.dynamic()).isEqualTo(wanted);
            }
            if (i % 10 == 9) {
                cluster.restart();
            }
        }
    }

    /// What a topic must look like, as far as it is known.
    private record Expected(Uuid id, int partitions, Map<String, String> configs) {}

    private static void create(
            TestCluster cluster, Map<String, Expected> expected, String name, int partitions) {
        NewTopic topic =
                new NewTopic(
                        name, false, Placement.spread(0, partitions, 1, List.of(1), 0), Map.of());
        switch (cluster.await(cluster.topics().create(topic))) {
            case Verdict.Done<Topic>(Topic made) -> {
                assertThat(expected).doesNotContainKey(name);
                expected.put(name, new Expected(made.id(), partitions, Map.of()));
            }
            case Verdict.Refused<Topic> refused -> {
                boolean there = expected.containsKey(name);
                assertThat(refused.error())
                        .isEqualTo(
                                there
                                        ? ErrorCode.TOPIC_ALREADY_EXISTS
                                        : ErrorCode.REQUEST_TIMED_OUT);
            }
        }
    }

    private static void delete(TestCluster cluster, Map<String, Expected> expected, String name) {
        Expected topic = expected.get(name);
        if (topic == null) {
            return;
        }
        if (cluster.await(cluster.topics().delete(topic.id())) instanceof Verdict.Done<?>) {
            expected.remove(name);
            done(cluster.await(cluster.topics().purged(topic.id())));
        }
    }

    private static void grow(
            TestCluster cluster, Map<String, Expected> expected, String name, int added) {
        Expected topic = expected.get(name);
        if (topic == null) {
            return;
        }
        List<List<Integer>> more = Placement.spread(topic.partitions(), added, 1, List.of(1), 0);
        var answer = cluster.topics().addPartitions(topic.id(), topic.partitions(), more);
        if (cluster.await(answer) instanceof Verdict.Done<Topic>(Topic grown)) {
            expected.put(
                    name, new Expected(topic.id(), topic.partitions() + added, topic.configs()));
            assertThat(grown.partitions()).hasSize(topic.partitions() + added);
        } else {
            // Some of the steps may have been taken.
            int now = cluster.live(name).partitions().size();
            assertThat(now).isBetween(topic.partitions(), topic.partitions() + added);
            expected.put(name, new Expected(topic.id(), now, topic.configs()));
        }
    }

    private static void configure(
            TestCluster cluster, Map<String, Expected> expected, String name, int value) {
        Expected topic = expected.get(name);
        if (topic == null) {
            return;
        }
        Map<String, String> wanted = Map.of("max.message.bytes", "" + value);
        var answer = cluster.topics().configure(topic.id(), old -> new Verdict.Done<>(wanted));
        if (cluster.await(answer) instanceof Verdict.Done<?>) {
            expected.put(name, new Expected(topic.id(), topic.partitions(), wanted));
        }
    }

    private static void check(TestCluster cluster, Map<String, Expected> expected, String when) {
        cluster.loop().run();
        assertThat(cluster.view().topics().keySet()).as(when).isEqualTo(expected.keySet());
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, topic) -> {
            Topic live = cluster.live(name);
            if (!live.id().equals(topic.id())
                    || live.partitions().size() != topic.partitions()
                    || !live.config().overrides().equals(topic.configs())
                    || live.partitions().stream().anyMatch(p -> p.leader() != 1)) {
                wrong.add(live + ", not " + topic);
            }
        });
        assertThat(wrong).as(when).isEmpty();
    }
}

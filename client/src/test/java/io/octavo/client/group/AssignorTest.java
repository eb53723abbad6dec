package io.octavo.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a leader assigns is what Apache Kafka's own client would.
class AssignorTest {
    private static final int GROUPS = 500;
    private static final int MEMBERS_MAX = 7;
    private static final int TOPICS_MAX = 5;
    private static final int PARTITIONS_MAX = 9;

    @ParameterizedTest
    @EnumSource(Assignor.class)
    void everyGroupIsAssignedAsByApacheKafka(Assignor assignor) {
        Randomness random = Randomness.seeded(848);
        for (int i = 0; i < GROUPS; i++) {
            Map<String, Integer> topics = new TreeMap<>();
            for (int t = random.nextInt(TOPICS_MAX) + 1; t > 0; t--) {
                topics.put("t" + t, random.nextInt(PARTITIONS_MAX));
            }
            Map<String, List<String>> members = new HashMap<>();
            for (int m = random.nextInt(MEMBERS_MAX) + 1; m > 0; m--) {
                List<String> read = new ArrayList<>();
                for (int t = 1; t <= TOPICS_MAX; t++) {
                    if (random.nextInt(2) == 0) {
                        read.add("t" + t);
                    }
                }
                members.put("m" + random.nextInt(1_000), read);
            }

            assertThat(flat(assignor.assign(members, topics)))
                    .as("group %d: %s read %s", i, members, topics)
                    .isEqualTo(kafkas(assignor, members, topics));
        }
    }

    private static Map<String, List<String>> flat(
            Map<String, Map<String, List<Integer>>> assignment) {
        Map<String, List<String>> flat = new TreeMap<>();
        assignment.forEach((member, topics) -> {
            List<String> partitions = new ArrayList<>();
            topics.forEach((topic, its) -> its.forEach(one -> partitions.add(topic + "-" + one)));
            flat.put(member, partitions.stream().sorted().toList());
        });
        return flat;
    }

    private static Map<String, List<String>> kafkas(
            Assignor assignor, Map<String, List<String>> members, Map<String, Integer> topics) {
        AbstractPartitionAssignor theirs =
                switch (assignor) {
                    case RANGE -> new RangeAssignor();
                    case ROUND_ROBIN -> new RoundRobinAssignor();
                };
        Map<String, Subscription> subscriptions = new HashMap<>();
        members.forEach((member, read) -> subscriptions.put(member, new Subscription(read)));
        Map<String, List<PartitionInfo>> partitions = new HashMap<>();
        topics.forEach((topic, count) -> {
            List<PartitionInfo> its = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                its.add(new PartitionInfo(topic, index, null, new Node[0], new Node[0]));
            }
            if (count > 0) {
                partitions.put(topic, its);
            }
        });
        Map<String, List<String>> flat = new TreeMap<>();
        theirs.assignPartitions(partitions, subscriptions)
                .forEach((member, its) ->
                        flat.put(
                                member,
                                its.stream().map(TopicPartition::toString).sorted().toList()));
        return flat;
    }
}

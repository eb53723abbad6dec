package io.octavo.system.churn;

import io.octavo.ports.Clock;
import io.octavo.system.churn.Event.Committed;
import io.octavo.system.churn.Event.Described;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Looks at committed offsets and at descriptions of groups all the time, by a stock admin client.
/// While the broker is down it is answered nothing, and goes on.
final class Watch implements AutoCloseable {
    private static final long PERIOD_MS = 500;
    private static final int ANSWER_MS_MAX = 3_000;
    private static final long STOP_SECONDS_MAX = 20;

    private final Admin admin;
    private final Ledger ledger;
    private final Set<String> groups;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    /// What was committed last, by group and partition.
    private final Map<String, Map<Integer, Long>> committed = new HashMap<>();

    private final Map<String, Integer> refusals = new TreeMap<>();

    Watch(String address, Set<String> groups, Ledger ledger) {
        this.groups = groups;
        this.ledger = ledger;
        admin =
                Admin.create(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "request.timeout.ms",
                                ANSWER_MS_MAX,
                                "default.api.timeout.ms",
                                ANSWER_MS_MAX,
                                "reconnect.backoff.max.ms",
                                100));
    }

    /// Makes a topic.
    void create(String topic, int partitions) {
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("the topic was not created", e);
        }
    }

    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> groups.forEach(this::look), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /// What each group had committed when it was looked at last.
    synchronized Map<String, Map<Integer, Long>> committed() {
        return Map.copyOf(committed);
    }

    /// What came instead of offsets and descriptions, and how often: there is no group yet, or no
    /// broker.
    synchronized Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }

    /// Where partitions end.
    Map<Integer, Long> ends(List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        try {
            Map<TopicPartition, ListOffsetsResultInfo> found =
                    admin.listOffsets(latest).all().get();
            Map<Integer, Long> ends = new HashMap<>();
            found.forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
            return ends;
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("where partitions end", e);
        }
    }

    /// It looks no more.
    void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new AssertionError("the watch did not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
        admin.close();
    }

    private void look(String group) {
        try {
            Map<Integer, Long> offsets = offsets(group);
            ledger.add(new Committed(Clock.system().nanos(), group, offsets));
            synchronized (this) {
                committed.put(group, offsets);
            }
            describe(group);
        } catch (ExecutionException e) {
            synchronized (this) {
                refusals.merge(
                        Objects.requireNonNull(e.getCause()).getClass().getSimpleName(),
                        1,
                        Integer::sum);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Integer, Long> offsets(String group)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> answer =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        Map<Integer, Long> offsets = new HashMap<>();
        answer.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition.partition(), offset.offset());
            }
        });
        return offsets;
    }

    private void describe(String group) throws ExecutionException, InterruptedException {
        var described = admin.describeConsumerGroups(List.of(group)).describedGroups();
        ConsumerGroupDescription answer = Objects.requireNonNull(described.get(group)).get();
        List<Set<Integer>> assigned = answer.members().stream().map(Watch::partitions).toList();
        ledger.add(
                new Described(Clock.system().nanos(), group, answer.type().toString(), assigned));
    }

    private static Set<Integer> partitions(MemberDescription member) {
        Set<Integer> partitions = new HashSet<>();
        member.assignment().topicPartitions().forEach(one -> partitions.add(one.partition()));
        return partitions;
    }
}

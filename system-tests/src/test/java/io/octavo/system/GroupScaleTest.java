package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.octavo.ports.Clock;
import io.octavo.system.crash.Evidence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What many groups and members cost a broker in a process of its own, at the intervals that are
/// the defaults.
@Tag("soak")
final class GroupScaleTest {
    private static final String TOPIC = "read";
    private static final int PARTITIONS = 20;
    private static final int GROUPS = 2_000;
    private static final int MEMBERS = 2_000;
    private static final int MEMBERS_PER_GROUP = 100;
    private static final int CLASSIC_MS = 3_000;
    private static final int CONSUMER_MS = 5_000;

    /// So many that what is measured is compiled.
    private static final int WARM_ROUNDS = 15;

    private static final int ROUNDS = 12;
    private static final double CORE_PERCENT_MAX = 5;
    private static final double PACE_PERCENT = 2;
    private static final int LISTS = 7;
    private static final long LIST_MS_MAX = 1_000;
    private static final int OFFSETS = 1_000_000;
    private static final long LOAD_MS_MAX = 5_000;
    private static final long WAIT_MS = 60_000;
    private static final int WRITERS = 8;

    /// Longer than a group waits for its next assignment.
    private static final long SETTLED_MS = 3_000;

    private static final int RECORD_BYTES = 1_000;

    /// In each partition.
    private static final int RECORDS = 500;

    /// What every group commits first: it is behind by 400 records in each partition.
    private static final int FIRST_OFFSET = 100;

    private static final Clock CLOCK = Clock.system();

    @TempDir private Path directory;

    private final List<String> lines = new ArrayList<>();

    @Test
    void groupsAndMembersByTheThousandCostLittle() throws Exception {
        lines.add(Evidence.machine());
        OctavoProcess broker =
                OctavoProcess.start(
                        directory.resolve("data"), "group.initial.rebalance.delay.ms=0");
        try {
            prepare(broker.address());
            commit(broker.address(), 1);
            long listMs = list(broker);
            double classicPercent =
                    heartbeats(broker, "classic", CLASSIC_MS, classicMembers(broker.address()));
            double consumerPercent =
                    heartbeats(broker, "KIP-848", CONSUMER_MS, consumerMembers(broker.address()));
            int rounds = OFFSETS / GROUPS / PARTITIONS - 1;
            commit(broker.address(), rounds);
            broker.child().kill();
            long startMs = CLOCK.millis();
            broker = broker.restart();
            long loadMs = load(broker.address(), startMs);
            assertThat(committed(broker.address()))
                    .hasSize(GROUPS * PARTITIONS)
                    .containsOnly((long) FIRST_OFFSET + rounds - 1);
            Evidence.keep("groups", lines);
            assertThat(listMs).isLessThan(LIST_MS_MAX);
            assertThat(classicPercent).isLessThan(CORE_PERCENT_MAX);
            assertThat(consumerPercent).isLessThan(CORE_PERCENT_MAX);
            assertThat(loadMs).isLessThan(LOAD_MS_MAX);
        } finally {
            broker.close();
        }
    }

    private static void prepare(String address) {
        JavaClient.create(
                address, List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty())));
        Map<String, Object> settings = Map.of("bootstrap.servers", address);
        var bytes = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            for (int i = 0; i < PARTITIONS * RECORDS; i++) {
                byte[] value = new byte[RECORD_BYTES];
                var _ = producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value));
            }
        }
    }

    /// Commits for every group in every partition.
    private static void commit(String address, int rounds)
            throws InterruptedException, ExecutionException {
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                writers.add(
                        threads.submit(() -> {
                            try (Wire wire = new Wire(address)) {
                                awaitCoordinator(wire, "group-" + first);
                                for (int i = first; i < rounds * GROUPS; i += WRITERS) {
                                    commit(wire, i % GROUPS, FIRST_OFFSET + i / GROUPS);
                                }
                            }
                        }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    private static void commit(Wire wire, int group, int offset) {
        OffsetCommitRequestTopic topic = new OffsetCommitRequestTopic().setName(TOPIC);
        for (int i = 0; i < PARTITIONS; i++) {
            topic.partitions()
                    .add(
                            new OffsetCommitRequestPartition()
                                    .setPartitionIndex(i)
                                    .setCommittedOffset(offset));
        }
        OffsetCommitRequestData request =
                new OffsetCommitRequestData()
                        .setGroupId("group-" + group)
                        .setTopics(List.of(topic));
        long end = CLOCK.millis() + WAIT_MS;
        while (!isCommitted((OffsetCommitResponseData) wire.ask(request, 8))) {
            // Its coordinator is not there yet.
            assertThat(CLOCK.millis()).isLessThan(end);
        }
    }

    private static boolean isCommitted(OffsetCommitResponseData answer) {
        return answer.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(one -> one.errorCode() == 0);
    }

    private static void awaitCoordinator(Wire wire, String group) {
        var find = new FindCoordinatorRequestData().setCoordinatorKeys(List.of(group));
        long end = CLOCK.millis() + WAIT_MS;
        while (((FindCoordinatorResponseData) wire.ask(find, 6))
                        .coordinators()
                        .getFirst()
                        .errorCode()
                != 0) {
            assertThat(CLOCK.millis()).isLessThan(end);
        }
    }

    /// @return the median of how long the command takes, the JVM's start included
    private long list(OctavoProcess broker) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < LISTS; i++) {
            long startMs = CLOCK.millis();
            try (Child list =
                    OctavoProcess.octavo(
                            List.of("group", "list", "--lag", "-b", broker.address()))) {
                assertThat(list.exitCode(WAIT_MS / 1_000)).as(list.output()).isZero();
                times.add(CLOCK.millis() - startMs);
                assertThat(list.output().lines()).hasSize(GROUPS + 1);
                assertThat(list.output()).containsPattern("group-1999 +Empty +classic +8\\D?000 ");
            }
        }
        List<Long> sorted = times.stream().sorted().toList();
        lines.add(
                "octavo group list --lag, %d groups of %d partitions: median %d ms, all %s"
                        .formatted(GROUPS, PARTITIONS, sorted.get(LISTS / 2), times));
        return sorted.get(LISTS / 2);
    }

    /// @return what it takes of a core
    private double heartbeats(
            OctavoProcess broker, String protocol, int intervalMs, List<byte[]> members) {
        try (Heartbeats heartbeats = new Heartbeats(broker.address(), intervalMs)) {
            heartbeats.start(members);
            heartbeats.awaitRounds(WARM_ROUNDS);
            double cpu = broker.child().cpuSeconds();
            long startMs = CLOCK.millis();
            heartbeats.awaitRounds(ROUNDS);
            double seconds = (CLOCK.millis() - startMs) / 1_000.0;
            cpu = broker.child().cpuSeconds() - cpu;
            assertThat(seconds)
                    .as("members that are behind cost less")
                    .isCloseTo(ROUNDS * intervalMs / 1_000.0, withinPercentage(PACE_PERCENT));
            double percent = 100 * cpu / seconds;
            lines.add(
                    "%d members, %s, a heartbeat each in %d ms: %.1f %% of a core over %.0f s, %.0f us a heartbeat"
                            .formatted(
                                    members.size(),
                                    protocol,
                                    intervalMs,
                                    percent,
                                    seconds,
                                    1e6 * cpu / ROUNDS / members.size()));
            return percent;
        }
    }

    /// The heartbeats of classic members, each alone in its group.
    private static List<byte[]> classicMembers(String address) {
        List<byte[]> frames = new ArrayList<>();
        try (Wire wire = new Wire(address)) {
            for (int i = 0; i < MEMBERS; i++) {
                String group = "classic-" + i;
                var joined = (JoinGroupResponseData) wire.ask(joining(group), 3);
                assertThat(joined.errorCode()).isZero();
                var synced = (SyncGroupResponseData) wire.ask(syncing(group, joined), 3);
                assertThat(synced.errorCode()).isZero();
                frames.add(
                        Wire.frame(
                                new HeartbeatRequestData()
                                        .setGroupId(group)
                                        .setMemberId(joined.memberId())
                                        .setGenerationId(joined.generationId()),
                                4,
                                i));
            }
        }
        return frames;
    }

    private static JoinGroupRequestData joining(String group) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setSessionTimeoutMs(600_000)
                        .setRebalanceTimeoutMs(600_000)
                        .setProtocolType("consumer");
        request.protocols()
                .add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[6]));
        return request;
    }

    private static SyncGroupRequestData syncing(String group, JoinGroupResponseData joined) {
        return new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId())
                .setAssignments(
                        List.of(
                                new SyncGroupRequestAssignment()
                                        .setMemberId(joined.memberId())
                                        .setAssignment(new byte[10])));
    }

    /// The heartbeats of members of consumer groups when each has what it should.
    private static List<byte[]> consumerMembers(String address) {
        List<ConsumerGroupHeartbeatRequestData> members = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            members.add(
                    new ConsumerGroupHeartbeatRequestData()
                            .setGroupId("consumer-" + i / MEMBERS_PER_GROUP)
                            .setMemberId("member-" + i)
                            .setRebalanceTimeoutMs(60_000)
                            .setSubscribedTopicNames(List.of(TOPIC))
                            .setTopicPartitions(List.of()));
        }
        try (Wire wire = new Wire(address)) {
            long end = CLOCK.millis() + WAIT_MS;
            long newsMs = CLOCK.millis();
            while (CLOCK.millis() - newsMs < SETTLED_MS) {
                assertThat(CLOCK.millis()).as("the groups settle").isLessThan(end);
                for (ConsumerGroupHeartbeatRequestData member : members) {
                    if (!beat(wire, member)) {
                        newsMs = CLOCK.millis();
                    }
                }
            }
        }
        List<byte[]> frames = new ArrayList<>();
        members.forEach(member -> frames.add(Wire.frame(member, 1, frames.size())));
        return frames;
    }

    /// Lets a member report, and take what it is given.
    ///
    /// @return whether nothing was new
    private static boolean beat(Wire wire, ConsumerGroupHeartbeatRequestData member) {
        var answer = (ConsumerGroupHeartbeatResponseData) wire.ask(member, 1);
        assertThat(answer.errorCode()).as(answer.toString()).isZero();
        boolean same = member.memberEpoch() == answer.memberEpoch() && answer.assignment() == null;
        member.setMemberEpoch(answer.memberEpoch())
                .setRebalanceTimeoutMs(-1)
                .setSubscribedTopicNames(null)
                .setTopicPartitions(owned(answer.assignment()));
        return same;
    }

    private static @Nullable List<ConsumerGroupHeartbeatRequestData.TopicPartitions> owned(
            ConsumerGroupHeartbeatResponseData.@Nullable Assignment assignment) {
        return assignment == null
                ? null
                : assignment.topicPartitions().stream()
                        .map(its ->
                                new ConsumerGroupHeartbeatRequestData.TopicPartitions()
                                        .setTopicId(its.topicId())
                                        .setPartitions(its.partitions()))
                        .toList();
    }

    /// @return how long after the process's start every group is there again
    private long load(String address, long startMs) {
        long readyMs = CLOCK.millis() - startMs;
        try (Wire wire = new Wire(address)) {
            ListGroupsResponseData listed = list(wire);
            while (listed.errorCode() != 0) {
                assertThat(CLOCK.millis()).isLessThan(startMs + WAIT_MS);
                listed = list(wire);
            }
            long loadedMs = CLOCK.millis() - startMs;
            assertThat(listed.groups()).hasSizeGreaterThanOrEqualTo(GROUPS);
            lines.add(
                    "%d offsets written, kill -9: serving after %d ms, all groups loaded after %d ms"
                            .formatted(OFFSETS, readyMs, loadedMs));
            return loadedMs;
        }
    }

    /// What all groups have committed in all partitions.
    private static List<Long> committed(String address) {
        OffsetFetchRequestData request = new OffsetFetchRequestData();
        for (int i = 0; i < GROUPS; i++) {
            request.groups()
                    .add(new OffsetFetchRequestGroup().setGroupId("group-" + i).setTopics(null));
        }
        try (Wire wire = new Wire(address)) {
            return ((OffsetFetchResponseData) wire.ask(request, 8))
                    .groups().stream()
                            .flatMap(group -> group.topics().stream())
                            .flatMap(topic -> topic.partitions().stream())
                            .map(partition -> partition.committedOffset())
                            .toList();
        }
    }

    private static ListGroupsResponseData list(Wire wire) {
        return (ListGroupsResponseData) wire.ask(new ListGroupsRequestData(), 5);
    }
}

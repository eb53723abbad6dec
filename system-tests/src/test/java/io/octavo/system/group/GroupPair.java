package io.octavo.system.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.system.Pair;
import io.octavo.system.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// Our broker and an Apache Kafka as coordinators of the same groups.
///
/// Nothing depends on time: no session ends while a test runs, a group that was empty does not wait
/// for more members, and each broker reads and handles requests one at a time, in the order in
/// which they were sent.
final class GroupPair implements AutoCloseable {
    /// Topics by their number of partitions.
    private static final Map<String, Integer> TOPICS = Map.of("one", 1, "three", 3, "six", 6);

    private static final List<String> SETTINGS =
            List.of(
                    "group.initial.rebalance.delay.ms=0",
                    "group.consumer.assignment.interval.ms=0",
                    "group.max.size=4",
                    "group.consumer.max.size=4",
                    "group.consumer.session.timeout.ms=3600000",
                    "group.consumer.max.session.timeout.ms=3600000",
                    "offsets.topic.num.partitions=1",
                    "offsets.topic.replication.factor=1",
                    "num.network.threads=1");

    /// One thread for requests, writes without delay, and assignments made while they are handled;
    /// ours knows no other.
    private static final List<String> KAFKA_SETTINGS =
            List.of(
                    "num.io.threads=1",
                    "group.consumer.assignor.offload.enable=false",
                    "group.coordinator.append.linger.ms=0");

    private static final int CREATE_VERSION = 7;
    private static final int FIND_VERSION = 4;
    private static final int FETCH_VERSION = 9;
    private static final int TIMEOUT_MS = 30_000;

    private final Pair pair;
    private final Side ours;
    private final Side kafka;
    private final Map<String, Caller> callers = new HashMap<>();
    private String scene = "";

    /// Whether answers may differ now, and do.
    private boolean onPurpose;

    private int differed;

    GroupPair(Path directory) {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(KAFKA_SETTINGS);
        pair = new Pair(directory, SETTINGS, all);
        ours = new Side(pair.brokers().getFirst().address());
        kafka = new Side(pair.brokers().getLast().address());
        create();
        pair.awaitTopics(List.copyOf(TOPICS.keySet()));
        for (Side side : List.of(ours, kafka)) {
            awaitCoordinator(side.control());
            side.learn(List.copyOf(TOPICS.keySet()));
            side.learn(List.of("__consumer_offsets"));
        }
    }

    private void create() {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        TOPICS.forEach((name, partitions) ->
                request.topics()
                        .add(
                                new CreatableTopic()
                                        .setName(name)
                                        .setNumPartitions(partitions)
                                        .setReplicationFactor((short) 1)));
        ours.control().ask(request, CREATE_VERSION);
        kafka.control().ask(request.duplicate(), CREATE_VERSION);
    }

    private static void awaitCoordinator(Wire wire) {
        FindCoordinatorRequestData find =
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g"));
        OffsetFetchRequestData fetch = new OffsetFetchRequestData();
        fetch.groups().add(new OffsetFetchRequestGroup().setGroupId("g").setTopics(null));
        long deadline = Clock.system().millis() + TIMEOUT_MS;
        short error;
        do {
            wire.ask(find, FIND_VERSION);
            error =
                    ((OffsetFetchResponseData) wire.ask(fetch, FETCH_VERSION))
                            .groups()
                            .getFirst()
                            .errorCode();
            assertThat(Clock.system().millis()).isLessThan(deadline);
        } while (error != 0);
    }

    Side ours() {
        return ours;
    }

    Side kafka() {
        return kafka;
    }

    /// Says what is tried next, with clients that were told nothing yet.
    void scene(String title) {
        scene = title;
        callers.clear();
        ours.forget();
        kafka.forget();
    }

    /// A client of this name.
    Caller caller(String name) {
        return callers.computeIfAbsent(name, its -> new Caller(this, its));
    }

    /// Runs what is answered differently, and fails if it no longer is.
    void differing(String reason, Runnable asks) {
        onPurpose = true;
        differed = 0;
        try {
            asks.run();
        } finally {
            onPurpose = false;
        }
        assertThat(differed).as("differs on purpose: " + reason).isPositive();
    }

    /// Whether a member should have the same of both brokers.
    boolean given(Told our, Told theirs) {
        return ours.given(our).equals(kafka.given(theirs));
    }

    void compareGiven(String what, Told our, Told theirs) {
        compare(what, ours.given(our), kafka.given(theirs));
    }

    boolean alike(ApiMessage our, ApiMessage theirs) {
        return ours.words(our).equals(kafka.words(theirs));
    }

    void compare(String what, ApiMessage our, ApiMessage theirs) {
        compare(what, ours.words(our), kafka.words(theirs));
    }

    private void compare(String what, String our, String theirs) {
        if (onPurpose) {
            differed += our.equals(theirs) ? 0 : 1;
        } else {
            pair.compare(scene + ": " + what, our, theirs);
        }
    }

    /// Where the scripts are, and what was answered differently until here.
    String differences() {
        return scene + "\n" + pair.differences();
    }

    /// Fails when any answer differed that should not.
    void check(String about) {
        pair.check(about);
    }

    @Override
    public void close() {
        ours.close();
        kafka.close();
        pair.close();
    }
}

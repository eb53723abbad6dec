package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.broker.config.ConsumerGroupSettings;
import io.octavo.broker.group.consumer.ConsumerGroupConfig;
import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;
import io.octavo.broker.shard.Turns;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Loop;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Consumers come, go, pause, miss answers and subscribe to something else, coordinators die,
/// writes fail, topics change. At no moment two members own one partition, and when it is quiet
/// everybody gets what it should have.
final class ConsumerGroupWalkTest {
    private static final String GROUP = "g";
    private static final int STEPS = Integer.getInteger("group.steps", 500_000);
    private static final int STEPS_TO_QUIET = 2_500;
    private static final int CONSUMERS_MAX = 8;
    private static final long SEED = Long.getLong("group.seed", 1);

    /// In every third walk members of three or so fit into the memory.
    private static final long TIGHT_BYTES = 6_000;

    private static final List<String> NAMES = List.of("a", "b", "c-1", "c-2", "d");

    private Randomness random = Randomness.seeded(SEED);
    private TestShard stage = new TestShard(SEED);
    private List<WalkingConsumer> consumers = new ArrayList<>();
    private @Nullable ConsumerState seen;
    private Map<String, Integer> epochs = new HashMap<>();
    private int names;
    private boolean moved;
    private String last = "";

    @Test
    void aRandomWalkKeepsWhatGroupsPromise() {
        walk();
    }

    void walk() {
        int waits = 0;
        for (int walk = 0; walk * STEPS_TO_QUIET < STEPS; walk++) {
            try {
                begin(SEED + walk);
                for (int step = 0; step < STEPS_TO_QUIET; step++) {
                    step();
                    check();
                }
                waits += consumers.stream().mapToInt(consumer -> consumer.waits).sum();
                becomeQuiet();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dgroup.seed=" + (SEED + walk) + " after: " + last + "\n" + consumers, e);
            }
        }
        assertThat(waits).isGreaterThan(STEPS / 1_000);
    }

    private void begin(long seed) {
        random = Randomness.seeded(seed);
        stage = new TestShard(seed, seed % 3 == 0 ? TIGHT_BYTES : TestShard.MUCH_MEMORY);
        consumers = new ArrayList<>();
        seen = null;
        epochs = new HashMap<>();
        stage.configure(
                GroupConfig.defaults()
                        .with(
                                ConsumerGroupConfig.defaults()
                                        .of(
                                                Map.of(
                                                        ConsumerGroupSettings.ASSIGNMENT_MS,
                                                        (random.nextInt(2) == 0) ? "0" : "1000")),
                                Map.of()));
        stage.topics().topic("a", 6);
        stage.topics().topic("c-1", 3);
    }

    private void step() {
        switch (random.nextInt(40)) {
            case 0 -> arrive();
            case 1 -> any().paused = random.nextInt(3) == 0;
            case 2 -> leave(any());
            case 3 -> resubscribe(any());
            case 4 -> changeTopics();
            case 5 -> fail();
            case 6 -> {
                if (random.nextInt(8) == 0) {
                    did("restart");
                    stage.restart((random.nextInt(2) == 0));
                }
            }
            case 7, 8 -> stage.hold(random.nextInt(4) != 0);
            case 9, 10, 11 -> pass(random.nextInt(20) == 0 ? 50_000 : 1_000);
            case 12, 13, 14, 15, 16, 17 -> stage.commit();
            case 18, 19, 20 -> revoke(any());
            case 21 -> {
                if (random.nextInt(20) == 0) {
                    stage.compact();
                }
            }
            default -> heartbeat(any());
        }
    }

    private WalkingConsumer any() {
        if (consumers.isEmpty()) {
            arrive();
        }
        return consumers.get(random.nextInt(consumers.size()));
    }

    private void arrive() {
        consumers.removeIf(consumer -> consumer.gone && !consumer.asking);
        if (consumers.size() < CONSUMERS_MAX) {
            String instance = random.nextInt(3) == 0 ? "i" + random.nextInt(3) : null;
            WalkingConsumer consumer =
                    new WalkingConsumer("m" + names++, instance, subscription(), "");
            consumers.add(consumer);
            did(consumer.id + " arrives");
        }
    }

    private void heartbeat(WalkingConsumer consumer) {
        if (!consumer.asking && !consumer.paused && !consumer.gone) {
            ask(consumer, consumer.heartbeat(GROUP));
        }
    }

    private void leave(WalkingConsumer consumer) {
        if (consumer.asking || consumer.gone || random.nextInt(4) != 0) {
            return;
        }
        if (random.nextInt(4) == 0) {
            did(consumer.id + " dies");
            consumer.gone = true;
            consumer.owned.clear();
        } else {
            boolean comesBack = consumer.instanceId != null && random.nextInt(3) != 0;
            ask(consumer, consumer.leaves(comesBack ? -2 : -1));
        }
    }

    private void ask(WalkingConsumer consumer, ConsumerGroupHeartbeatRequest request) {
        did(consumer.id + " says " + request.memberEpoch());
        boolean requestLost = random.nextInt(60) == 0;
        boolean answerLost = random.nextInt(40) == 0;
        consumer.asking = true;
        if (requestLost) {
            consumer.answered(null);
            return;
        }
        send(
                consumer,
                request,
                response -> {
                    consumer.answered(answerLost ? null : response);
                    moved = true;
                });
    }

    private void send(
            WalkingConsumer consumer,
            ConsumerGroupHeartbeatRequest request,
            Consumer<ConsumerGroupHeartbeatResponse> hears) {
        stage.run(
                GROUP,
                shard ->
                        shard.heartbeat(
                                GROUP,
                                request,
                                new Client("c", "/h", 1),
                                response -> {
                                    did(consumer.id + " hears " + response);
                                    hears.accept(response);
                                }),
                _ -> consumer.answered(null));
    }

    private void revoke(WalkingConsumer consumer) {
        if (!consumer.gone && consumer.revokes()) {
            consumer.revoked();
            did(consumer.id + " has revoked");
            moved = true;
        }
    }

    private void resubscribe(WalkingConsumer consumer) {
        if (random.nextInt(4) == 0 && !consumer.asking) {
            String regex = random.nextInt(4) == 0 ? ((random.nextInt(2) == 0) ? "c-.*" : ".*") : "";
            String assignor =
                    switch (random.nextInt(4)) {
                        case 0 -> "range";
                        case 1 -> "uniform";
                        default -> null;
                    };
            consumer.subscribe(subscription(), regex, assignor);
            did(consumer.id + " subscribes");
        }
    }

    private List<String> subscription() {
        if (random.nextInt(3) != 0) {
            return List.of("a", "c-1");
        }
        return NAMES.stream().filter(_ -> (random.nextInt(2) == 0)).toList();
    }

    private void changeTopics() {
        if (random.nextInt(6) != 0) {
            return;
        }
        String name = NAMES.get(random.nextInt(NAMES.size()));
        Topic topic = stage.topics().view().topic(name);
        int partitions = topic == null ? 0 : topic.partitions().size();
        did("topic " + name + " changes");
        if (topic != null && random.nextInt(3) == 0) {
            stage.topics().delete(name);
        } else if (partitions < 10) {
            stage.topics().topic(name, partitions + 1 + random.nextInt(3));
        }
        if ((random.nextInt(2) == 0)) {
            stage.groups().topicsChanged();
        }
    }

    private void fail() {
        if (random.nextInt(4) == 0) {
            did("a write fails");
            stage.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
    }

    private void pass(int msMax) {
        stage.advanceMs(random.nextInt(msMax));
    }

    private void did(String what) {
        last = last.length() > 4_000 ? last.substring(1_000) + "\n" + what : last + "\n" + what;
    }

    private @Nullable ConsumerState state() {
        return stage.groups().group(GROUP) instanceof ConsumerGroup group
                ? group.committedState()
                : null;
    }

    private void check() {
        MemoryRecount.check(stage);
        ConsumerState state = state();
        if (state == null || (state == seen && !moved)) {
            return;
        }
        if (state != seen) {
            checkEpochs(state);
            checkOwners(state);
            if (random.nextInt(50) == 0 && stage.held() == 0) {
                ConsumerState loaded = loadedState();
                assertThat(loaded).isEqualTo(state);
                assertThat(state.subscribed())
                        .isEqualTo(loaded == null ? null : loaded.subscribed());
            }
        }
        seen = state;
        moved = false;
        checkClients(state);
    }

    private @Nullable ConsumerState loadedState() {
        GroupShard loaded = stage.loaded();
        loaded.begin(new NoTurns());
        return loaded.group(GROUP) instanceof ConsumerGroup group ? group.committedState() : null;
    }

    private void checkEpochs(ConsumerState state) {
        assertThat(state.targetEpoch()).isLessThanOrEqualTo(state.epoch());
        assertThat(state.epoch()).isGreaterThanOrEqualTo(epochs.getOrDefault("", 0));
        Map<String, Integer> now = new HashMap<>();
        now.put("", state.epoch());
        for (ConsumerMember member : state.members()) {
            int epoch = member.current().epoch();
            if (epoch != -2) {
                assertThat(epoch).isLessThanOrEqualTo(state.targetEpoch());
                assertThat(epoch).isGreaterThanOrEqualTo(epochs.getOrDefault(member.id(), 0));
            }
            now.put(member.id(), Math.max(epoch, 0));
        }
        epochs = now;
    }

    /// What is assigned or not given up has one owner, whom the index of owners knows.
    private static void checkOwners(ConsumerState state) {
        Set<String> owned = new HashSet<>();
        for (ConsumerMember member : state.members()) {
            for (var partitions :
                    List.of(member.current().assigned(), member.current().revoking())) {
                partitions.forEach((topic, its) -> {
                    for (int partition : its.keySet()) {
                        assertThat(owned.add(topic + "-" + partition)).isTrue();
                        assertThat(state.owner(topic, partition)).isEqualTo(member.id());
                    }
                });
            }
        }
    }

    /// Clients that are members own nothing that another of them owns, and nothing that the
    /// coordinator thinks they do not.
    private void checkClients(ConsumerState state) {
        Set<String> owned = new HashSet<>();
        for (WalkingConsumer consumer : consumers) {
            ConsumerMember member = state.member(consumer.id);
            if (member != null && !consumer.gone) {
                consumer.owned.forEach((topic, its) -> {
                    for (int partition : its) {
                        assertThat(owned.add(topic + "-" + partition))
                                .as("%s-%s", topic, partition)
                                .isTrue();
                        assertThat(state.owner(topic, partition)).isEqualTo(consumer.id);
                    }
                });
            }
        }
    }

    /// Nothing goes wrong any more; after some time everything is as it should be.
    private void becomeQuiet() {
        stage.hold(false);
        stage.limitMemory(TestShard.MUCH_MEMORY);
        stage.restart(true);
        consumers.forEach(consumer -> consumer.paused = false);
        consumers.removeIf(consumer -> consumer.gone);
        stage.groups().topicsChanged();
        for (int round = 0; round < 40; round++) {
            for (WalkingConsumer consumer : List.copyOf(consumers)) {
                if (consumer.revokes()) {
                    consumer.revoked();
                }
                if (!consumer.gone) {
                    hear(consumer);
                }
                moved = true;
                check();
            }
            stage.advanceMs(5_000);
        }
        consumers.removeIf(consumer -> consumer.gone);
        checkEnd();
    }

    private void hear(WalkingConsumer consumer) {
        ConsumerGroupHeartbeatRequest request = consumer.heartbeat(GROUP);
        did(consumer.id + " says " + request);
        send(consumer, request, consumer::answered);
    }

    private void checkEnd() {
        ConsumerState state = state();
        if (state == null) {
            assertThat(consumers).isEmpty();
            return;
        }
        assertThat(state).isEqualTo(loadedState());
        List<WalkingConsumer> members =
                consumers.stream().filter(consumer -> consumer.epoch() > 0).toList();
        // Of two that want to be one static member, one waits.
        assertThat(consumers.stream().filter(consumer -> consumer.epoch() == 0))
                .allMatch(consumer -> consumer.instanceId != null);
        assertThat(state.members().stream().map(ConsumerMember::id))
                .containsExactlyInAnyOrderElementsOf(
                        members.stream().map(consumer -> consumer.id).toList());
        if (members.isEmpty()) {
            return;
        }
        assertThat(state.targetEpoch()).isEqualTo(state.epoch());
        Map<Uuid, Set<Integer>> all = new HashMap<>();
        for (WalkingConsumer consumer : members) {
            ConsumerMember member = Objects.requireNonNull(state.member(consumer.id));
            assertThat(member.current().reached(state.epoch())).isTrue();
            assertThat(consumer.epoch()).isEqualTo(state.epoch());
            assertThat(consumer.owned).isEqualTo(state.target(consumer.id));
            consumer.owned.forEach(
                    (topic, its) -> all.computeIfAbsent(topic, _ -> new HashSet<>()).addAll(its));
        }
        for (String name : state.subscribed()) {
            Topic topic = stage.topics().view().topic(name);
            if (topic != null) {
                assertThat(all.getOrDefault(topic.id(), Set.of()))
                        .hasSize(topic.partitions().size());
            }
        }
    }

    /// Of a shard that is only looked at.
    private static final class NoTurns implements Turns {
        @Override
        public boolean serves() {
            return false;
        }

        @Override
        public void run(String key, Supplier<Write> operation) {}

        @Override
        public Loop.Timer schedule(String key, long delayMs, Supplier<Write> operation) {
            return () -> {};
        }
    }
}

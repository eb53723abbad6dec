package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.shard.Write;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Consumers of both protocols come and go, so that their group is sometimes of one kind and
/// sometimes of the other. At no moment two members own one partition, and when it is quiet each
/// partition has a member.
final class MigrationWalkTest {
    private static final String GROUP = "g";
    private static final String TOPIC = "t";
    private static final int PARTITIONS = 8;
    private static final int STEPS = Integer.getInteger("group.steps", 200_000);

    /// In every third walk members of three or so fit into the memory.
    private static final long TIGHT_BYTES = 5_000;

    private static final int STEPS_TO_QUIET = 1_000;
    private static final int CONSUMERS_MAX = 4;
    private static final long SEED = Long.getLong("group.seed", 1);

    private Randomness random = Randomness.seeded(SEED);
    private TestShard shard = new TestShard(SEED);
    private List<WalkingConsumer> modern = new ArrayList<>();
    private List<WalkingClassic> classic = new ArrayList<>();
    private Uuid topic = Uuid.ZERO;
    private int names;

    /// Whether consumers go over to the new protocol, or go back.
    private boolean forward;

    private String last = "";

    @Test
    void aRandomWalkBetweenTheProtocolsKeepsWhatGroupsPromise() {
        walk();
    }

    void walk() {
        Set<String> kinds = new HashSet<>();
        int waits = 0;
        for (int walk = 0; walk * STEPS_TO_QUIET < STEPS; walk++) {
            try {
                begin(SEED + walk);
                for (int step = 0; step < STEPS_TO_QUIET; step++) {
                    if (random.nextInt(100) == 0) {
                        forward = !forward;
                    }
                    step();
                    check();
                }
                waits += modern.stream().mapToInt(one -> one.waits).sum();
                waits += classic.stream().mapToInt(one -> one.waits).sum();
                becomeQuiet();
                Group group = shard.groups().group(GROUP);
                kinds.add(group == null ? "none" : group.type());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dgroup.seed="
                                + (SEED + walk)
                                + " after: "
                                + last
                                + "\n"
                                + modern
                                + classic,
                        e);
            }
        }
        assertThat(kinds).contains("classic", "consumer");
        assertThat(waits).isGreaterThan(STEPS / 1_000);
    }

    private void begin(long seed) {
        random = Randomness.seeded(seed);
        shard = new TestShard(seed, seed % 3 == 0 ? TIGHT_BYTES : TestShard.MUCH_MEMORY);
        modern = new ArrayList<>();
        classic = new ArrayList<>();
        last = "";
        topic = shard.topics().topic(TOPIC, PARTITIONS);
    }

    private void step() {
        switch (random.nextInt(30)) {
            case 0 -> arrive();
            case 1 -> leave();
            case 2 -> {
                if (random.nextInt(10) == 0) {
                    did("restart");
                    shard.restart((random.nextInt(2) == 0));
                }
            }
            case 3 -> shard.hold(random.nextInt(3) != 0);
            case 4 -> {
                if (random.nextInt(5) == 0) {
                    did("a write fails");
                    shard.fail(ErrorCode.COORDINATOR_NOT_AVAILABLE);
                }
            }
            case 5, 6, 7, 8, 9 -> shard.commit();
            case 10, 11 ->
                    shard.advanceMs(random.nextInt(random.nextInt(30) == 0 ? 50_000 : 2_000));
            default -> act();
        }
    }

    private void arrive() {
        modern.removeIf(one -> one.gone && !one.asking);
        classic.removeIf(one -> one.gone && !one.asking);
        if (forward && modern.size() < CONSUMERS_MAX) {
            modern.add(new WalkingConsumer("m" + names++, null, List.of(TOPIC), ""));
        } else if (classic.size() < CONSUMERS_MAX) {
            classic.add(new WalkingClassic(GROUP, TOPIC, PARTITIONS));
        }
    }

    private void leave() {
        if (!forward && !modern.isEmpty()) {
            WalkingConsumer one = modern.get(random.nextInt(modern.size()));
            if (!one.asking && !one.gone) {
                did(one.id + " leaves");
                var request = one.leaves(-1);
                run(shard -> shard.heartbeat(GROUP, request, client(1), _ -> {}), _ -> {});
            }
        } else if (!classic.isEmpty() && random.nextInt(forward ? 2 : 8) == 0) {
            WalkingClassic one = classic.get(random.nextInt(classic.size()));
            one.gone = true;
            one.owned.clear();
            did(one + " dies");
        }
    }

    private void act() {
        int which = random.nextInt(2 * CONSUMERS_MAX);
        if (which < modern.size()) {
            act(modern.get(which), random.nextInt(40) == 0);
        } else if (which >= CONSUMERS_MAX && which - CONSUMERS_MAX < classic.size()) {
            act(classic.get(which - CONSUMERS_MAX), random.nextInt(40) == 0);
        }
    }

    private void act(WalkingConsumer one, boolean lost) {
        if (one.gone || one.asking) {
            return;
        }
        if (one.revokes()) {
            one.revoked();
        }
        var request = one.heartbeat(GROUP);
        did(one.id + " says " + request.memberEpoch());
        run(
                shard ->
                        shard.heartbeat(
                                GROUP,
                                request,
                                client(1),
                                response -> {
                                    did(one.id + " hears " + response);
                                    one.answered(lost ? null : response);
                                }),
                _ -> one.answered(null));
    }

    private void act(WalkingClassic one, boolean lost) {
        if (one.gone || one.asking) {
            return;
        }
        if (one.isStable()) {
            var request = one.heartbeat();
            run(
                    shard ->
                            ClassicRequests.heartbeat(
                                    shard,
                                    request,
                                    client(4),
                                    response -> one.heard(lost ? null : response)),
                    _ -> one.heard(null));
        } else if (one.isToJoin()) {
            var request = one.join();
            did(one + " joins");
            run(
                    shard ->
                            ClassicRequests.join(
                                    shard,
                                    request,
                                    client(9),
                                    response -> {
                                        did(one + " joined " + response);
                                        one.joined(lost ? null : response);
                                    }),
                    _ -> one.joined(null));
        } else {
            var request = one.sync();
            did(one + " syncs");
            run(
                    shard ->
                            ClassicRequests.sync(
                                    shard,
                                    request,
                                    client(5),
                                    response -> {
                                        one.synced(lost ? null : response);
                                        did(one + " synced " + response.errorCode());
                                    }),
                    _ -> one.synced(null));
        }
    }

    private static Client client(int version) {
        return new Client("c", "/h", version);
    }

    private void run(Function<GroupShard, Write> operation, Consumer<ErrorCode> refused) {
        shard.run(GROUP, operation, refused);
    }

    private void did(String what) {
        last = last.length() > 6_000 ? last.substring(2_000) + "\n" + what : last + "\n" + what;
    }

    private boolean isMember(String id) {
        @Nullable Group group = shard.groups().group(GROUP);
        return switch (group) {
            case ConsumerGroup consumer -> consumer.committedState().member(id) != null;
            case ClassicGroup its -> its.members().get(id) != null;
            case null, default -> false;
        };
    }

    private Map<Integer, String> check() {
        MemoryRecount.check(shard);
        Map<Integer, String> owners = new HashMap<>();
        for (WalkingConsumer one : modern) {
            if (!one.gone && isMember(one.id)) {
                one.owned.getOrDefault(topic, Set.of()).forEach(its -> own(owners, its, one.id));
            }
        }
        for (WalkingClassic one : classic) {
            if (!one.gone && isMember(one.id)) {
                one.owned.forEach(its -> own(owners, its, one.id));
            }
        }
        return owners;
    }

    private static void own(Map<Integer, String> owners, int partition, String id) {
        assertThat(owners.put(partition, id))
                .as("other owner of %s than %s", partition, id)
                .isNull();
    }

    private void becomeQuiet() {
        shard.hold(false);
        shard.limitMemory(TestShard.MUCH_MEMORY);
        shard.restart(true);
        modern.removeIf(one -> one.gone);
        classic.removeIf(one -> one.gone);
        for (int round = 0; round < 150; round++) {
            List.copyOf(modern).forEach(one -> act(one, false));
            List.copyOf(classic).forEach(one -> act(one, false));
            check();
            shard.advanceMs(2_000);
        }
        Map<Integer, String> owners = check();
        assertThat(owners).hasSize(modern.isEmpty() && classic.isEmpty() ? 0 : PARTITIONS);
        assertThat(classic).allMatch(WalkingClassic::isStable);
    }
}

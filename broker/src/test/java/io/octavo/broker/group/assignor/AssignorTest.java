package io.octavo.broker.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class AssignorTest {
    private static final int SEEDS = 400;

    private final Assignor uniform = new UniformAssignor();
    private final Assignor range = new RangeAssignor();

    @Test
    void everyPartitionGoesToOneMemberThatSubscribesToIt() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed, seed % 2 == 0);
            for (int round = 0; round < 5; round++) {
                for (Assignor assignor : Assignor.ALL) {
                    scene.assertWhole(assignor.assign(scene.members(), scene.topics));
                }
                scene.take(uniform.assign(scene.members(), scene.topics));
                scene.change();
            }
        }
    }

    @Test
    void whereAllSubscribeToTheSameUniformLoadsDifferByOneAtMost() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed, true);
            for (int round = 0; round < 5; round++) {
                scene.take(uniform.assign(scene.members(), scene.topics));
                List<Integer> loads = scene.loads();
                assertThat(loads.getLast() - loads.getFirst()).as(scene.name).isBetween(0, 1);
                scene.change();
            }
        }
    }

    @Test
    void noChainOfMovesWouldMakeUniformLoadsMoreEqual() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed, false);
            for (int round = 0; round < 5; round++) {
                scene.take(uniform.assign(scene.members(), scene.topics));
                assertThat(scene.hasBetter()).as(scene.name).isFalse();
                scene.change();
            }
        }
    }

    @Test
    void uniformMovesNothingWhenNothingChanges() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed, seed % 2 == 0);
            scene.take(uniform.assign(scene.members(), scene.topics));
            assertThat(uniform.assign(scene.members(), scene.topics))
                    .as(scene.name)
                    .isEqualTo(scene.before);
        }
    }

    /// A partition that its member could keep moves only to make the loads equal: as many as the
    /// new members need when members come, and none when members go.
    @Test
    void uniformMovesNoMoreThanItMust() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed, true);
            scene.take(uniform.assign(scene.members(), scene.topics));
            Map<String, Map<Uuid, SortedSet<Integer>>> before = Map.copyOf(scene.before);
            boolean comes = scene.random.nextInt(2) == 0;
            if (comes) {
                scene.join();
            } else {
                scene.leave();
            }
            if (scene.subscriptions.isEmpty()) {
                continue;
            }
            scene.take(uniform.assign(scene.members(), scene.topics));
            int moved = 0;
            for (var member : before.entrySet()) {
                if (scene.before.containsKey(member.getKey())) {
                    for (var topic : member.getValue().entrySet()) {
                        Set<Integer> lost = new TreeSet<>(topic.getValue());
                        lost.removeAll(
                                scene.before
                                        .get(member.getKey())
                                        .getOrDefault(topic.getKey(), new TreeSet<>()));
                        moved += lost.size();
                    }
                }
            }
            int most = comes ? scene.partitions() / scene.subscriptions.size() : 0;
            assertThat(moved).as(scene.name).isLessThanOrEqualTo(most);
        }
    }

    /// With a search through all for each that moves, this takes a quarter of an hour.
    @Test
    @Timeout(60)
    void halfOfALargeTopicMovesWithoutASearchThroughAllForEach() {
        int partitions = 200_000;
        Uuid topic = new Uuid(0, 1);
        Map<Uuid, Shape> topics = Map.of(topic, new Shape(partitions, List.of()));
        Subscriber one = new Subscriber(null, null, Set.of(topic), Map.of());
        var alone = uniform.assign(Map.of("x", one), topics);
        Subscriber holder = new Subscriber(null, null, Set.of(topic), of(alone, "x"));

        var assigned = uniform.assign(Map.of("x", holder, "y", one), topics);

        assertThat(of(assigned, "x").get(topic)).hasSize(partitions / 2);
        assertThat(of(assigned, "y").get(topic)).hasSize(partitions / 2);
    }

    /// One member has all partitions of many topics, and hundreds come at once.
    @Test
    @Timeout(20)
    void manyTopicsGoToManyNewMembersWithoutASearchThroughAllForEachMove() {
        Map<Uuid, Shape> topics = new HashMap<>();
        for (int i = 1; i <= 2_000; i++) {
            topics.put(new Uuid(0, i), new Shape(6, List.of()));
        }
        Subscriber fresh = new Subscriber(null, null, topics.keySet(), Map.of());
        var alone = uniform.assign(Map.of("0", fresh), topics);
        Map<String, Subscriber> members = new HashMap<>();
        members.put("0", new Subscriber(null, null, topics.keySet(), of(alone, "0")));
        for (int i = 1; i < 500; i++) {
            members.put(Integer.toString(i), fresh);
        }

        var assigned = uniform.assign(members, topics);

        for (String member : members.keySet()) {
            assertThat(of(assigned, member).values().stream().mapToInt(Set::size).sum())
                    .isEqualTo(24);
        }
    }

    @Test
    void uniformPrefersMembersBesideAReplica() {
        Uuid topic = new Uuid(0, 1);
        Shape shape = new Shape(4, List.of(Set.of("a"), Set.of("a"), Set.of("b"), Set.of("b")));

        var assigned =
                uniform.assign(
                        Map.of(
                                "x", new Subscriber(null, "b", Set.of(topic), Map.of()),
                                "y", new Subscriber(null, "a", Set.of(topic), Map.of())),
                        Map.of(topic, shape));

        assertThat(of(assigned, "x").get(topic)).containsExactly(2, 3);
        assertThat(of(assigned, "y").get(topic)).containsExactly(0, 1);
    }

    @Test
    void rangesOfTopicsOfOneSizeAreTheSame() {
        Uuid one = new Uuid(0, 1);
        Uuid other = new Uuid(0, 2);
        Set<Uuid> both = Set.of(one, other);
        Map<Uuid, Shape> topics =
                Map.of(one, new Shape(5, List.of()), other, new Shape(5, List.of()));
        Map<String, Subscriber> members = new LinkedHashMap<>();
        members.put("a", new Subscriber(null, null, both, Map.of()));
        members.put("z", new Subscriber("static", null, both, Map.of()));

        var assigned = range.assign(members, topics);

        // A static member comes first.
        assertThat(of(assigned, "z").get(one)).containsExactly(0, 1, 2);
        assertThat(of(assigned, "a").get(one)).containsExactly(3, 4);
        assertThat(of(assigned, "z").get(other)).isEqualTo(of(assigned, "z").get(one));
        assertThat(of(assigned, "a").get(other)).isEqualTo(of(assigned, "a").get(one));
    }

    @Test
    void assignorsAreFoundByTheirNames() {
        assertThat(Assignor.named("uniform")).isInstanceOf(UniformAssignor.class);
        assertThat(Assignor.named("range")).isInstanceOf(RangeAssignor.class);
        assertThat(Assignor.named("sticky")).isNull();
    }

    private static Map<Uuid, SortedSet<Integer>> of(
            Map<String, Map<Uuid, SortedSet<Integer>>> all, String id) {
        return some(all.get(id));
    }

    private static <T> T some(@Nullable T thing) {
        return Objects.requireNonNull(thing);
    }

    /// Members, topics and what everybody has, all of them at random.
    private static final class Scene {
        final Randomness random;
        final String name;
        final boolean alike;
        final Map<Uuid, Shape> topics = new LinkedHashMap<>();
        final Map<String, Set<Uuid>> subscriptions = new LinkedHashMap<>();
        final Map<String, String> racks = new HashMap<>();
        Map<String, Map<Uuid, SortedSet<Integer>>> before = Map.of();
        private int names;

        Scene(long seed, boolean alike) {
            random = Randomness.seeded(seed);
            name = "seed " + seed;
            this.alike = alike;
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                topics.put(new Uuid(1, i), shape(1 + random.nextInt(12)));
            }
            int members = 1 + random.nextInt(8);
            for (int i = 0; i < members; i++) {
                join();
            }
        }

        Map<String, Subscriber> members() {
            Map<String, Subscriber> members = new LinkedHashMap<>();
            subscriptions.forEach((id, its) ->
                    members.put(
                            id,
                            new Subscriber(
                                    null, racks.get(id), its, before.getOrDefault(id, Map.of()))));
            return members;
        }

        void take(Map<String, Map<Uuid, SortedSet<Integer>>> assigned) {
            assertWhole(assigned);
            before = assigned;
        }

        void change() {
            switch (random.nextInt(4)) {
                case 0 -> join();
                case 1 -> {
                    if (subscriptions.size() > 1) {
                        leave();
                    }
                }
                case 2 -> {
                    Uuid topic = List.copyOf(topics.keySet()).get(random.nextInt(topics.size()));
                    topics.put(
                            topic, shape(some(topics.get(topic)).partitions() + random.nextInt(5)));
                }
                default -> {
                    if (!alike) {
                        subscriptions.replaceAll(
                                (_, its) -> random.nextInt(3) == 0 ? subscription() : its);
                    }
                }
            }
        }

        void join() {
            String id = "m" + random.nextInt(1_000) + "-" + names++;
            subscriptions.put(id, alike ? new LinkedHashSet<>(topics.keySet()) : subscription());
            if ((random.nextInt(2) == 0)) {
                racks.put(id, "r" + random.nextInt(3));
            }
        }

        void leave() {
            subscriptions
                    .keySet()
                    .remove(
                            List.copyOf(subscriptions.keySet())
                                    .get(random.nextInt(subscriptions.size())));
        }

        int partitions() {
            return topics.values().stream().mapToInt(Shape::partitions).sum();
        }

        List<Integer> loads() {
            return before.keySet().stream().map(this::load).sorted().toList();
        }

        /// Whether a member could pass something on, directly or through others, to one that has
        /// two less.
        boolean hasBetter() {
            List<String> ids = new ArrayList<>(subscriptions.keySet());
            for (String from : ids) {
                Set<String> reached = new LinkedHashSet<>(Set.of(from));
                boolean grows = true;
                while (grows) {
                    grows = false;
                    for (String giver : List.copyOf(reached)) {
                        for (String taker : ids) {
                            boolean may =
                                    of(before, giver).keySet().stream()
                                            .anyMatch(some(subscriptions.get(taker))::contains);
                            grows |= may && reached.add(taker);
                        }
                    }
                }
                if (reached.stream().anyMatch(taker -> load(taker) < load(from) - 1)) {
                    return true;
                }
            }
            return false;
        }

        void assertWhole(Map<String, Map<Uuid, SortedSet<Integer>>> assigned) {
            assertThat(assigned.keySet()).as(name).isEqualTo(subscriptions.keySet());
            Map<Uuid, BitSet> seen = new HashMap<>();
            assigned.forEach((id, its) ->
                    its.forEach((topic, partitions) -> {
                        assertThat(subscriptions.get(id)).as(name).contains(topic);
                        assertThat(partitions).as(name).isNotEmpty();
                        for (int partition : partitions) {
                            BitSet taken = seen.computeIfAbsent(topic, _ -> new BitSet());
                            assertThat(taken.get(partition)).as(name).isFalse();
                            taken.set(partition);
                        }
                    }));
            topics.forEach((topic, shape) -> {
                boolean wanted =
                        subscriptions.values().stream().anyMatch(its -> its.contains(topic));
                BitSet taken = seen.getOrDefault(topic, new BitSet());
                assertThat(taken.cardinality()).as(name).isEqualTo(wanted ? shape.partitions() : 0);
                assertThat(taken.length()).as(name).isLessThanOrEqualTo(shape.partitions());
            });
        }

        private int load(String id) {
            return of(before, id).values().stream().mapToInt(Set::size).sum();
        }

        private Set<Uuid> subscription() {
            Set<Uuid> its = new LinkedHashSet<>(topics.keySet());
            its.removeIf(_ -> random.nextInt(3) == 0);
            return its;
        }

        private Shape shape(int partitions) {
            List<Set<String>> where = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                where.add(Set.of("r" + i % 3));
            }
            return new Shape(partitions, (random.nextInt(2) == 0) ? where : List.of());
        }
    }
}

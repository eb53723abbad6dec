package io.octavo.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.wire.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Members of a classic group that come, go, are slow, are forgotten and change their minds, while
/// topics grow and questions and answers get lost: no two read the same partition, except who was
/// forgotten and does not know it yet; and when it is quiet again, everything is read.
class ClassicMembershipWalkTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 1_000;
    private static final int QUIET_STEPS = 100;
    private static final int MEMBERS_MAX = 4;
    private static final List<Set<String>> TOPICS =
            List.of(Set.of("t"), Set.of("u"), Set.of("t", "u"));

    @Test
    void noTwoMembersReadAPartitionAndInTheEndAllAreRead() {
        int generations = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                Scene scene = new Scene(seed);
                scene.walk();
                generations += scene.group.generation();
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + ": " + failed, failed);
            }
        }
        assertThat(generations).isGreaterThan(10 * SEEDS);
    }

    private static final class Scene {
        private final Randomness random;
        private final ModelClassicGroup group = new ModelClassicGroup();
        private final Map<String, Integer> partitions = new TreeMap<>(Map.of("t", 4, "u", 2));
        private final List<Reader> readers = new ArrayList<>();
        private final List<Reader> leaving = new ArrayList<>();
        private long nowMs;

        Scene(int seed) {
            random = Randomness.seeded(seed);
        }

        void walk() {
            for (int step = 0; step < STEPS; step++) {
                nowMs += random.nextInt(1_000);
                turn();
                check("step " + step);
            }
            if (readers.isEmpty()) {
                readers.add(new Reader());
            }
            for (int step = 0; step < QUIET_STEPS; step++) {
                nowMs += 3_000;
                for (Reader reader : all()) {
                    reader.look();
                    reader.speak(false);
                    reader.listen();
                    reader.follow();
                }
                check("quiet " + step);
            }
            Set<TopicPartition> read = new HashSet<>();
            Set<TopicPartition> wanted = new HashSet<>();
            for (Reader reader : readers) {
                read.addAll(reader.reads);
                for (String topic : reader.topics) {
                    for (int index = 0; index < partitions.getOrDefault(topic, 0); index++) {
                        wanted.add(new TopicPartition(topic, index));
                    }
                }
            }
            assertThat(read).isEqualTo(wanted);
            assertThat(leaving).as("who still leaves").isEmpty();
        }

        private void turn() {
            int what = random.nextInt(60);
            List<Reader> all = all();
            if (what == 0 && readers.size() < MEMBERS_MAX) {
                readers.add(new Reader());
            } else if (what == 1) {
                partitions.merge(random.nextInt(2) == 0 ? "t" : "u", 1, Integer::sum);
            } else if (what == 2) {
                group.waitNoLonger();
            } else if (!all.isEmpty()) {
                all.get(random.nextInt(all.size())).turn(what);
            }
        }

        private List<Reader> all() {
            List<Reader> all = new ArrayList<>(readers);
            all.addAll(leaving);
            return all;
        }

        private void check(String when) {
            Set<TopicPartition> read = new HashSet<>();
            for (Reader reader : readers) {
                assertThat(reader.membership.failure()).as(when).isNull();
                if (reader.isInTheGroup()) {
                    for (TopicPartition partition : reader.reads) {
                        assertThat(read.add(partition))
                                .as("%s: %s is read twice", when, partition)
                                .isTrue();
                    }
                }
            }
            leaving.removeIf(reader -> reader.membership.isOver());
        }

        /// A member, its connection and its application.
        private final class Reader {
            private final ClassicMembership membership =
                    new ClassicMembership(GroupConsumerConfig.of("g", Position.BEGINNING));
            private final Set<TopicPartition> reads = new HashSet<>();
            private Set<String> topics = TOPICS.get(random.nextInt(TOPICS.size()));
            private Assignment seen = membership.assignment();

            /// What it waits to be answered; null if it waits for nothing.
            private @Nullable Ask<?, ?> asked;

            private @Nullable Response answer;

            Reader() {
                look();
            }

            void turn(int what) {
                switch (what) {
                    case 3 -> leave();
                    case 4 -> group.expire(membership.assignment().memberId());
                    case 5 -> speak(true);
                    case 6, 7 -> loseAnswer();
                    case 8 -> topics = TOPICS.get(random.nextInt(TOPICS.size()));
                    case 9, 10, 11, 12, 13, 14 -> look();
                    default -> {
                        if (what < 35) {
                            speak(false);
                        } else if (what < 50) {
                            listen();
                        } else {
                            follow();
                        }
                    }
                }
            }

            /// Whether the group counts on it: it is known there, and its application has followed
            /// what it lost.
            boolean isInTheGroup() {
                Assignment now = membership.assignment();
                return group.knows(now.memberId()) && now.losses() == seen.losses();
            }

            void speak(boolean lost) {
                Ask<?, ?> ask = membership.next(nowMs);
                if (ask == null) {
                    return;
                }
                asked = ask;
                answer = null;
                if (lost) {
                    loseAnswer();
                    return;
                }
                Consumer<Response> reply =
                        said -> {
                            if (asked == ask) {
                                answer = said;
                            }
                        };
                group.hear(ask.request(), reply);
            }

            void listen() {
                Response said = answer;
                if (said != null) {
                    asked = null;
                    answer = null;
                    membership.answered(said, nowMs);
                }
            }

            void loseAnswer() {
                if (asked != null) {
                    asked = null;
                    membership.unanswered(nowMs);
                }
            }

            /// As [Member] does from time to time.
            void look() {
                membership.subscribe(topics);
                Set<String> names = new TreeSet<>(topics);
                names.addAll(membership.othersTopics());
                List<TopicDescription> known = new ArrayList<>();
                names.forEach(name ->
                        known.add(
                                ClassicMembershipTest.topic(
                                        name, partitions.getOrDefault(name, 0))));
                membership.topics(known);
            }

            /// As [GroupConsumer] does in a poll.
            void follow() {
                Assignment now = membership.assignment();
                if (now.losses() != seen.losses()) {
                    reads.clear();
                }
                reads.retainAll(now.partitions());
                seen = now;
                if (random.nextInt(3) == 0) {
                    // To commit takes its time.
                    speak(false);
                    listen();
                }
                if (now.givingUp()) {
                    membership.gaveUp(now);
                }
                reads.addAll(now.partitions());
            }

            private void leave() {
                if (!readers.remove(this)) {
                    return;
                }
                leaving.add(this);
                reads.clear();
                membership.leave();
                if (asked != null && asked.request() instanceof JoinGroupRequest) {
                    loseAnswer();
                }
            }
        }
    }
}

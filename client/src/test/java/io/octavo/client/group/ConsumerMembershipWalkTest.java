package io.octavo.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.client.TopicPartition;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Members that come, go, are slow and are forgotten, while questions and answers get lost: no two
/// read the same partition, except who was forgotten and does not know it yet; and when it is quiet
/// again, everything is read.
class ConsumerMembershipWalkTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 400;
    private static final int QUIET_STEPS = 400;
    private static final int PARTITIONS = 6;
    private static final int MEMBERS_MAX = 4;

    @Test
    void noTwoMembersReadAPartitionAndInTheEndAllAreRead() {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                new Scene(seed).walk();
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + ": " + failed, failed);
            }
        }
    }

    private static final class Scene {
        private final Randomness random;
        private final ModelConsumerGroup coordinator = new ModelConsumerGroup(PARTITIONS);
        private final List<Reader> readers = new ArrayList<>();
        private long nowMs;
        private int made;

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
                come();
            }
            for (int step = 0; step < QUIET_STEPS; step++) {
                nowMs += 1_000;
                for (Reader reader : readers) {
                    reader.speak(false, false);
                    reader.follow();
                }
                check("quiet " + step);
            }
            Map<TopicPartition, Reader> all = new HashMap<>();
            readers.forEach(reader -> reader.reads.forEach(one -> all.put(one, reader)));
            assertThat(all).hasSize(PARTITIONS);
        }

        private void turn() {
            int what = random.nextInt(20);
            if (what == 0 && readers.size() < MEMBERS_MAX) {
                come();
            } else if (!readers.isEmpty()) {
                Reader one = readers.get(random.nextInt(readers.size()));
                switch (what) {
                    case 1 -> {
                        one.reads.clear();
                        one.membership.leave();
                        one.speak(false, false);
                        one.speak(false, false);
                        readers.remove(one);
                        coordinator.expire(one.id);
                    }
                    case 2 -> coordinator.expire(one.id);
                    case 3 -> one.speak(true, false);
                    case 4 -> one.speak(false, true);
                    case 5, 6, 7 -> one.follow();
                    default -> one.speak(false, false);
                }
            }
        }

        private void come() {
            readers.add(new Reader("m" + made++));
        }

        private void check(String when) {
            Set<TopicPartition> read = new HashSet<>();
            for (Reader reader : readers) {
                if (coordinator.knows(reader.id) && !reader.isOutdated()) {
                    for (TopicPartition partition : reader.reads) {
                        assertThat(read.add(partition))
                                .as("%s: %s is read twice", when, partition)
                                .isTrue();
                    }
                }
            }
        }

        /// A member and its application.
        private final class Reader {
            private final String id;
            private final ConsumerMembership membership;
            private final Set<TopicPartition> reads = new HashSet<>();
            private Assignment seen;

            /// How often the coordinator has forgotten it, by what it was answered.
            private int lossesSeen;

            Reader(String id) {
                this.id = id;
                membership = new ConsumerMembership("g", id, 60_000);
                membership.subscribe(Set.of("t"));
                membership.topics(
                        List.of(ConsumerMembershipTest.topic("t", ModelConsumerGroup.TOPIC)));
                seen = membership.assignment();
            }

            /// Whether its application still reads what the member has lost.
            boolean isOutdated() {
                return lossesSeen != membership.assignment().losses();
            }

            void speak(boolean questionLost, boolean answerLost) {
                Ask<?, ?> ask = membership.next(nowMs);
                if (ask == null) {
                    return;
                }
                if (questionLost) {
                    membership.unanswered(nowMs);
                    return;
                }
                var answer = coordinator.heard((ConsumerGroupHeartbeatRequest) ask.request());
                if (answerLost) {
                    membership.unanswered(nowMs);
                } else {
                    membership.answered(answer, nowMs);
                }
            }

            /// As [GroupConsumer] does in a poll.
            void follow() {
                Assignment now = membership.assignment();
                if (now.losses() != seen.losses()) {
                    reads.clear();
                }
                lossesSeen = now.losses();
                reads.retainAll(now.partitions());
                if (random.nextInt(3) == 0) {
                    // It takes its time.
                    speak(false, false);
                }
                seen = now;
                if (now.givingUp()) {
                    membership.gaveUp(now);
                }
                reads.addAll(now.partitions());
            }
        }
    }
}

package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.system.BrokerProcess;
import io.octavo.system.crash.Load.Pace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/// A broker under load that goes down and comes back, again and again. The load never stops.
final class Crashes {
    private static final List<String> TOPICS = List.of("first", "second");
    private static final int PARTITIONS = 3;
    private static final Pace PACE = new Pace(4, 200, 5_000, 1_000);

    /// A crash comes after at least and at most so many records were acknowledged.
    private static final int RECORDS_BETWEEN_MIN = 1_000;

    private static final int RECORDS_BETWEEN_MAX = 20_000;
    private static final long RECORDS_WAIT_MS = 60_000;

    private final int count;
    private final UnaryOperator<BrokerProcess> crash;
    private final List<Long> restartMs = new ArrayList<>();

    /// @param crash ends a broker and starts it again
    Crashes(int count, UnaryOperator<BrokerProcess> crash) {
        this.count = count;
        this.crash = crash;
    }

    /// @param crashes how often the broker went down
    /// @param failures the records that a producer gave up, by the reason
    /// @param taken how many records that a consumer had read are not there, or are others
    /// @param restartMs from a crash to the broker's word that it serves, sorted
    record Outcome(
            int crashes,
            Verdict verdict,
            Map<String, Integer> failures,
            long taken,
            List<Long> restartMs) {
        /// Nothing that was acknowledged, or read, is missing, twice or out of order; nothing was
        /// given up.
        void assertNothingLost() {
            assertThat(failures).as(toString()).isEmpty();
            assertThat(verdict.lost()).as(toString()).isZero();
            assertThat(verdict.repeated()).as(toString()).isZero();
            assertThat(verdict.misordered()).as(toString()).isZero();
            assertThat(taken).as(toString()).isZero();
            assertThat(verdict.present()).as(toString()).isEqualTo(verdict.acknowledged());
        }

        @Override
        public String toString() {
            return "%d crashes; %s; %d that a consumer had read are gone; from crash to serving: median %d ms, at most %d ms; given up: %s"
                    .formatted(
                            crashes,
                            verdict,
                            taken,
                            restartMs.get(restartMs.size() / 2),
                            restartMs.getLast(),
                            failures);
        }
    }

    /// Runs them all on `broker`, which is closed at the end.
    ///
    /// @param readAlong whether a consumer reads all the time
    Outcome of(BrokerProcess broker, boolean readAlong) {
        BrokerProcess running = broker;
        create(broker.address());
        List<TopicPartition> partitions =
                TOPICS.stream().flatMap(topic -> partitions(topic, PARTITIONS)).toList();
        try (Load load = new Load(broker.address(), partitions, PACE);
                Tail tail = new Tail(broker.address(), readAlong ? partitions : List.of())) {
            load.start();
            Randomness randomness = Randomness.system();
            for (int i = 0; i < count; i++) {
                int between = RECORDS_BETWEEN_MAX - RECORDS_BETWEEN_MIN;
                load.awaitAcknowledged(
                        RECORDS_BETWEEN_MIN + randomness.nextInt(between), RECORDS_WAIT_MS);
                long downMs = Clock.system().millis();
                running = crash.apply(running);
                restartMs.add(Clock.system().millis() - downMs);
            }
            load.finish();
            return outcome(running, load, tail, partitions);
        } finally {
            running.close();
        }
    }

    static Stream<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(index -> new TopicPartition(topic, index));
    }

    private Outcome outcome(
            BrokerProcess broker, Load load, Tail tail, List<TopicPartition> partitions) {
        try (Reading reading = new Reading(broker.address(), partitions)) {
            reading.toEnd();
            Reading along = tail.finish();
            long taken = 0;
            for (TopicPartition partition : partitions) {
                taken += different(along.identities(partition), reading.identities(partition));
            }
            return new Outcome(
                    count,
                    Verdict.of(load.sent(), reading),
                    load.failures(),
                    taken,
                    restartMs.stream().sorted().toList());
        }
    }

    /// How much of what was read `before` is not what is there `now`.
    private static long different(long[] before, long[] now) {
        int same = Arrays.mismatch(before, now);
        return same < 0 || same == before.length ? 0 : before.length - same;
    }

    private static void create(String address) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(
                            TOPICS.stream()
                                    .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("topics were not created", e);
        }
    }
}

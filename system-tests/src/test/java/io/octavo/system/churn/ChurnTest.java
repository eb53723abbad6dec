package io.octavo.system.churn;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.system.BrokerProcess;
import io.octavo.system.Eventually;
import io.octavo.system.churn.Event.Flow;
import io.octavo.system.crash.Evidence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Four groups of stock clients of three kinds read a topic that is written all along; members are
/// killed, paused, added and leave, and the broker is killed and started again.
final class ChurnTest {
    private static final String TOPIC = "churn";
    private static final int PARTITIONS = 12;
    private static final Duration SHORT = Duration.ofSeconds(24);

    /// `-Doctavo.churn.seconds`, for longer or for a look.
    private static final Duration SOAK =
            Duration.ofSeconds(Long.getLong("octavo.churn.seconds", 600));

    /// What all processes said, where something was wrong.
    private static final Path KEPT = Path.of("target", "churn");

    private static final long STEP_MS = 100;
    private static final long CAUGHT_UP_MS_MAX = 40_000;

    /// What a member says arrives within this time.
    private static final long HEARD_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    /// In the last one the protocol changes whenever the one of its members comes or goes who
    /// speaks the new one.
    private static final Map<String, List<ClientKind>> GROUPS =
            Map.of(
                    "eager", List.of(ClientKind.EAGER, ClientKind.EAGER, ClientKind.KCAT),
                    "cooperative", List.of(ClientKind.COOPERATIVE, ClientKind.COOPERATIVE),
                    "consumer", List.of(ClientKind.CONSUMER, ClientKind.CONSUMER),
                    "moving", List.of(ClientKind.COOPERATIVE, ClientKind.CONSUMER));

    private final Ledger ledger = new Ledger();
    private final long seed =
            Long.getLong("octavo.churn.seed", Randomness.system().nextInt(1_000_000));

    @TempDir private Path directory;

    @Test
    void partitionsHaveOneOwnerOffsetsDoNotGoBackAndNobodyIsStuck() {
        List<String> figures = churn(SHORT);

        assertThat(ledger.violations()).as(String.join("\n", figures)).isEmpty();
    }

    @Test
    @Tag("soak")
    void theSameForTenMinutes() {
        List<String> figures = churn(SOAK);
        Evidence.keep("churn", figures);

        assertThat(ledger.violations()).as(String.join("\n", figures)).isEmpty();
    }

    /// @return what it came to
    private List<String> churn(Duration duration) {
        BrokerProcess broker =
                BrokerProcess.start(
                        directory.resolve("data"),
                        "group.initial.rebalance.delay.ms=100",
                        "group.consumer.session.timeout.ms=6000",
                        "group.consumer.min.session.timeout.ms=6000",
                        "group.consumer.heartbeat.interval.ms=1000",
                        "group.consumer.min.heartbeat.interval.ms=1000");
        Member.Start start = new Member.Start(broker.address(), TOPIC, directory);
        try (Turbulence turbulence = new Turbulence(broker, GROUPS, start, ledger, seed);
                Watch watch = new Watch(broker.address(), GROUPS.keySet(), ledger);
                Feed feed = new Feed(broker.address(), TOPIC, PARTITIONS, ledger)) {
            watch.create(TOPIC, PARTITIONS);
            feed.start();
            watch.start();
            run(turbulence, duration);
            ledger.add(new Flow(Clock.system().nanos(), false));
            feed.finish();
            Map<Integer, Long> ends = watch.ends(partitions());
            awaitEnds(watch, ends);
            watch.stop();
            turbulence.stop();
            ledger.settle(Long.MAX_VALUE);
            checkThatNothingWasSkipped(ends);
            List<String> errors =
                    turbulence.brokerLines().stream()
                            .filter(line -> line.contains(" ERROR ") || line.contains(" WARN "))
                            .toList();
            errors.forEach(line -> ledger.violated("the broker says " + line));
            if (!ledger.violations().isEmpty()) {
                turbulence.keep(KEPT);
            }
            return figures(duration, turbulence, watch, feed);
        }
    }

    private void run(Turbulence turbulence, Duration duration) {
        try (ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor()) {
            turbulence.begin();
            Future<?> steps =
                    thread.scheduleWithFixedDelay(
                            () -> {
                                turbulence.step();
                                ledger.settle(Clock.system().nanos() - HEARD_NANOS_MAX);
                            },
                            0,
                            STEP_MS,
                            TimeUnit.MILLISECONDS);
            try {
                steps.get(duration.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException over) {
                steps.cancel(false);
            }
            thread.submit(turbulence::calm).get();
        } catch (ExecutionException | InterruptedException e) {
            turbulence.keep(KEPT);
            throw new AssertionError("seed " + seed, e);
        }
    }

    /// Everybody goes on to the end, and commits that.
    private void awaitEnds(Watch watch, Map<Integer, Long> ends) {
        try {
            Eventually.within(
                    CAUGHT_UP_MS_MAX,
                    () ->
                            assertThat(watch.committed().entrySet())
                                    .hasSize(GROUPS.size())
                                    .allSatisfy(
                                            group -> assertThat(group.getValue()).isEqualTo(ends)));
        } catch (AssertionError notThere) {
            ledger.violated("in the end: " + notThere.getCause());
        }
    }

    private void checkThatNothingWasSkipped(Map<Integer, Long> ends) {
        for (String group : GROUPS.keySet()) {
            ends.forEach((partition, end) -> {
                int next = ledger.offsets().processed(group, partition).nextClearBit(0);
                if (next < end) {
                    ledger.violated(
                            "%s has not processed record %d of %d in %d"
                                    .formatted(group, next, end, partition));
                }
            });
        }
    }

    private List<String> figures(Duration duration, Turbulence turbulence, Watch watch, Feed feed) {
        return List.of(
                "churn: 4 groups on %d partitions, %s; a session is 6 s; seed %d"
                        .formatted(PARTITIONS, new TreeMap<>(GROUPS), seed),
                Evidence.machine(),
                "%d s; %s".formatted(duration.toSeconds(), turbulence.summary()),
                "generations and epochs: %s; changes of a group's protocol: %d"
                        .formatted(ledger.owners().rebalances(), ledger.owners().typeChanges()),
                "records: %d written, processed with repetitions: %s"
                        .formatted(feed.acknowledged(), ledger.offsets().consumed()),
                "longest time in which a running member processed nothing, without the time that the broker was down: %d ms after the last disturbance of its group, %d ms in all"
                        .formatted(
                                ledger.progress().longestMs(), ledger.progress().longestInAllMs()),
                "longest time in which no record was acknowledged: %d ms"
                        .formatted(feed.longestMs()),
                "looks at committed offsets: %d, at descriptions: %d; refused: %s"
                        .formatted(
                                ledger.offsets().observations(),
                                ledger.owners().descriptions(),
                                watch.refusals()),
                "violations: " + ledger.violations());
    }

    private static List<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(index -> new TopicPartition(TOPIC, index))
                .toList();
    }
}

package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.system.BrokerProcess;
import io.octavo.system.KafkaTool;
import io.octavo.system.crash.Load.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file system that eight stock producers fill up, and that has room again later.
final class FullDiskTest {
    private static final long DISK_BYTES = 64L << 20;
    private static final long DISK_BYTES_SOAK = 1L << 30;
    private static final String TOPIC = "filling";
    private static final String BALLAST = "ballast";
    private static final int PARTITIONS = 8;
    private static final Pace PACE = new Pace(8, 8 << 10, 1_500, 100);

    private static final long FULL_WAIT_MS = 180_000;
    private static final long REFUSED_MS = 3_000;
    private static final long RESUME_MS_MAX = 10_000;
    private static final int ROUNDS = 2;
    private static final int ROUNDS_SOAK = 50;

    @TempDir private Path directory;

    @Test
    void whatIsNotProducingGoesOnAndProducingResumesWhenATopicIsDeleted() {
        fillUp(DISK_BYTES, ROUNDS);
    }

    @Test
    @Tag("soak")
    void whatIsNotProducingGoesOnOnAGibibyteToo() {
        Outcome outcome = fillUp(DISK_BYTES_SOAK, ROUNDS_SOAK);
        Evidence.keep(
                "full-disk",
                List.of(
                        "an ext4 of 1 GiB on a loop device, filled by 8 stock idempotent producers, acks=all",
                        Evidence.machine(),
                        outcome.toString().replace(directory.toString(), "DIR")));
    }

    @Test
    void aDiskThatSomebodyElseFillsIsNoFailureEither() {
        try (Ext4Image disk = Ext4Image.make(directory, DISK_BYTES);
                BrokerProcess broker = BrokerProcess.start(disk.root().resolve("data"));
                Beside beside = new Beside(broker.address());
                Load load = load(broker, beside);
                Probe probe = new Probe(broker.address())) {
            load.start();
            TopicPartition read = new TopicPartition(TOPIC, 0);
            // The producers' first requests take longer than filling the disk.
            beside.look(read);

            Path others = disk.root().resolve("others");
            fill(others);

            String refusal = awaitRefusal(probe);
            // The other may have taken the broker's reserve too, so that no topic can be made.
            beside.look(read);

            delete(others);

            long resumedMs = awaitRoom(probe);
            load.finish();
            check(broker, load);
            System.out.println(refusal + "; resumed after " + resumedMs + " ms");
        }
    }

    /// @param refusal what a producer was told
    /// @param rounds how often a consumer and an admin client did their work while it was full
    /// @param resumedMs from the deletion of a topic to the first record that was taken
    private record Outcome(
            String refusal, int rounds, long resumedMs, Verdict verdict, long batches) {
        @Override
        public String toString() {
            return "refused with: %s; %d rounds of reading, listing, describing, creating, altering and deleting while full; resumed %d ms after a topic was deleted; %s; %d batches, all valid to kafka-dump-log"
                    .formatted(refusal, rounds, resumedMs, verdict, batches);
        }
    }

    private Outcome fillUp(long diskBytes, int rounds) {
        try (Ext4Image disk = Ext4Image.make(directory, diskBytes);
                BrokerProcess broker = BrokerProcess.start(disk.root().resolve("data"));
                Beside beside = new Beside(broker.address());
                Probe probe = new Probe(broker.address())) {
            addBallast(broker, beside, diskBytes / 4);
            try (Load load = load(broker, beside)) {
                load.start();
                String refusal = awaitRefusal(probe);
                for (int i = 0; i < rounds; i++) {
                    beside.round(new TopicPartition(TOPIC, i % PARTITIONS));
                    // Room may come back for a moment, as what was set aside for an idle log does.
                    assertThat(awaitOneRefusal(probe)).isInstanceOf(RetriableException.class);
                }

                beside.delete(BALLAST);

                long resumedMs = awaitRoom(probe);
                load.finish();
                Verdict verdict = check(broker, load);
                broker.child().stop();
                return new Outcome(refusal, rounds, resumedMs, verdict, validBatches(broker));
            }
        }
    }

    private static void addBallast(BrokerProcess broker, Beside beside, long bytes) {
        beside.create(BALLAST, 1);
        List<TopicPartition> ballast = List.of(new TopicPartition(BALLAST, 0));
        try (Load load = new Load(broker.address(), ballast, PACE)) {
            load.start();
            load.awaitAcknowledged(bytes / PACE.valueBytes(), FULL_WAIT_MS);
            load.finish();
        }
    }

    private static Load load(BrokerProcess broker, Beside beside) {
        beside.create(TOPIC, PARTITIONS);
        beside.create(Probe.TOPIC, 1);
        return new Load(broker.address(), partitions(), PACE);
    }

    private static List<TopicPartition> partitions() {
        return Crashes.partitions(TOPIC, PARTITIONS).toList();
    }

    /// Waits until producing is refused, and not only until the broker has asked the system again.
    private static String awaitRefusal(Probe probe) {
        long begin = Clock.system().millis();
        long refusedMs = begin;
        Throwable refusal = null;
        while (refusal == null || Clock.system().millis() - refusedMs < REFUSED_MS) {
            assertThat(Clock.system().millis() - begin)
                    .as("it is not full")
                    .isLessThan(FULL_WAIT_MS);
            refusal = probe.refusal();
            refusedMs = refusal == null ? Clock.system().millis() : refusedMs;
        }
        assertThat(refusal).isInstanceOf(RetriableException.class);
        return refusal.toString();
    }

    private static Throwable awaitOneRefusal(Probe probe) {
        long begin = Clock.system().millis();
        Throwable refusal = probe.refusal();
        while (refusal == null) {
            assertThat(Clock.system().millis() - begin)
                    .as("it is not full again")
                    .isLessThan(FULL_WAIT_MS);
            refusal = probe.refusal();
        }
        return refusal;
    }

    private static long awaitRoom(Probe probe) {
        long freedMs = Clock.system().millis();
        while (probe.refusal() != null) {
            assertThat(Clock.system().millis() - freedMs).isLessThan(RESUME_MS_MAX);
        }
        return Clock.system().millis() - freedMs;
    }

    private static Verdict check(BrokerProcess broker, Load load) {
        assertThat(broker.child().isAlive()).as(broker.child().output()).isTrue();
        assertThat(load.failures()).isEmpty();
        try (Reading reading = new Reading(broker.address(), partitions())) {
            reading.toEnd();
            Verdict verdict = Verdict.of(load.sent(), reading);
            assertThat(verdict.present()).as(verdict.toString()).isEqualTo(verdict.acknowledged());
            assertThat(verdict.lost() + verdict.repeated() + verdict.misordered())
                    .as(verdict.toString())
                    .isZero();
            return verdict;
        }
    }

    /// Has Kafka's own tool check every segment.
    private static long validBatches(BrokerProcess broker) {
        long valid = 0;
        for (TopicPartition partition : partitions()) {
            String printed =
                    KafkaTool.DUMP_LOG.on(
                            "--files",
                            segments(broker.logDirectory().resolve(partition.toString())));
            assertThat(printed).doesNotContain("isvalid: false");
            valid += printed.lines().filter(line -> line.contains("isvalid: true")).count();
        }
        return valid;
    }

    private static String segments(Path partition) {
        try (Stream<Path> files = Files.list(partition)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".log"))
                    .sorted()
                    .collect(Collectors.joining(","));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(Path file) {
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < DISK_BYTES; written += zeros.length) {
                out.write(zeros);
            }
            throw new AssertionError("the disk has room for all of " + file);
        } catch (IOException noSpace) {
            assertThat(noSpace).hasMessageContaining("No space left on device");
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

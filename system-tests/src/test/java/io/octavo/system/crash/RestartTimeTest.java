package io.octavo.system.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.system.BrokerProcess;
import io.octavo.system.Child;
import io.octavo.system.Tools;
import io.octavo.system.Wire;
import io.octavo.system.crash.Load.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long it takes from the start of a process to what it serves, by the size of its log, after a
/// `kill -9` under load.
final class RestartTimeTest {
    private static final String GIGABYTES =
            System.getProperty("octavo.restart.gigabytes", "1,10,40");

    /// Where the log is kept from run to run, if that is named: one that is there is only extended.
    private static final String KEPT = System.getProperty("octavo.restart.directory", "");

    private static final long GIGABYTE = 1_000_000_000;
    private static final int RESTARTS = 5;
    private static final long MEDIAN_MS_MAX = 1_000;
    private static final long SPREAD_MS_MAX = 150;
    private static final String TOPIC = "large";
    private static final int PARTITIONS = 4;
    private static final int VALUE_BYTES = 256 << 10;
    private static final int UNANSWERED_MAX = 128;

    /// The load under which the broker is killed: 10 MB/s.
    private static final Pace PACE = new Pace(2, 1_000, 5_000, 5_000);

    private static final int LOADED_RECORDS = 30_000;

    /// 64 MiB, and what at most is not forced: all that the load wrote.
    private static final long READ_BYTES_MAX =
            (64L << 20) + (long) LOADED_RECORDS * PACE.valueBytes();

    private static final long LOADED_WAIT_MS = 60_000;
    private static final long FETCH_WAIT_MS = 20_000;
    private static final int FETCH_AGAIN_MS = 5;

    /// The last one that names topics by their names.
    private static final int FETCH_VERSION = 12;

    @TempDir private Path directory;

    @Test
    @Tag("soak")
    void theFirstFetchComesAsSoonFromALargeLogAsFromASmallOne() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "from the start of the process to the first fetched records, after kill -9 under 10 MB/s"
                        + " to 4 partitions; the log is not in the page cache, the program is");
        lines.add(Evidence.machine());
        List<Measured> all = new ArrayList<>();
        List<Long> mediansMs = new ArrayList<>();
        Path data = (KEPT.isEmpty() ? directory : Path.of(KEPT)).resolve("data");
        BrokerProcess broker = BrokerProcess.start(data);
        try {
            if (!Files.exists(data.resolve(TOPIC + "-0"))) {
                create(broker);
            }
            for (String gigabytes : GIGABYTES.split(",", -1)) {
                fill(broker.address(), Long.parseLong(gigabytes) * GIGABYTE - bytes(data));
                List<Measured> measured = new ArrayList<>();
                for (int i = 0; i < RESTARTS; i++) {
                    load(broker);
                    broker.child().kill();
                    dropPageCache();
                    broker = restart(broker, measured);
                }
                long medianMs = medianMs(measured, Measured::ms);
                mediansMs.add(medianMs);
                all.addAll(measured);
                lines.add(
                        "%s GB: median %d ms, from all partitions %d ms"
                                .formatted(
                                        gigabytes, medianMs, medianMs(measured, Measured::allMs)));
                measured.forEach(one -> lines.add("  " + one));
            }
        } finally {
            broker.close();
        }
        Evidence.keep("restart-time", lines);
        check(mediansMs, all);
    }

    private static void check(List<Long> mediansMs, List<Measured> all) {
        assertThat(mediansMs).allMatch(ms -> ms < MEDIAN_MS_MAX);
        assertThat(Collections.max(mediansMs) - Collections.min(mediansMs))
                .isLessThanOrEqualTo(SPREAD_MS_MAX);
        assertThat(all).allMatch(one -> one.askedBytes < READ_BYTES_MAX);
    }

    /// @param ms from the start to the first records of any partition
    /// @param allMs from the start to records of every partition
    /// @param readyMs from the start to the broker's word that it serves
    /// @param askedBytes that the process has read by system calls by then, also of the page cache
    ///   and of room that was never written to
    /// @param diskBytes that came from the disk for it, parts of the program included
    private record Measured(long ms, long allMs, long readyMs, long askedBytes, long diskBytes) {
        @Override
        public String toString() {
            return "%d ms, from all partitions %d ms (serving after %d ms), %.1f MB read, %.1f MB from disk"
                    .formatted(ms, allMs, readyMs, askedBytes / 1e6, diskBytes / 1e6);
        }
    }

    private static long medianMs(List<Measured> measured, ToLongFunction<Measured> time) {
        return measured.stream().mapToLong(time).sorted().toArray()[measured.size() / 2];
    }

    private static BrokerProcess restart(BrokerProcess killed, List<Measured> measured) {
        long startMs = Clock.system().millis();
        BrokerProcess broker = killed.restart();
        long readyMs = Clock.system().millis() - startMs;
        long firstMs = 0;
        try (Wire wire = new Wire(broker.address())) {
            Set<Integer> awaited = new TreeSet<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                awaited.add(partition);
            }
            while (!awaited.isEmpty()) {
                fetch(wire, awaited);
                if (firstMs == 0 && awaited.size() < PARTITIONS) {
                    firstMs = Clock.system().millis() - startMs;
                }
                assertThat(Clock.system().millis() - startMs)
                        .as(broker.child().output())
                        .isLessThan(FETCH_WAIT_MS);
            }
        }
        long allMs = Clock.system().millis() - startMs;
        Child child = broker.child();
        measured.add(
                new Measured(firstMs, allMs, readyMs, child.io("rchar"), child.io("read_bytes")));
        return broker;
    }

    /// Fetches from partitions that have given no records yet, and takes those out that do now.
    private static void fetch(Wire wire, Set<Integer> awaited) {
        FetchTopic topic = new FetchTopic().setTopic(TOPIC);
        for (int partition : awaited) {
            topic.partitions()
                    .add(new FetchPartition().setPartition(partition).setPartitionMaxBytes(1));
        }
        FetchRequestData request =
                new FetchRequestData()
                        .setReplicaId(-1)
                        .setMinBytes(1)
                        .setMaxWaitMs(FETCH_AGAIN_MS)
                        .setMaxBytes(1 << 20)
                        .setTopics(List.of(topic));
        FetchResponseData response = (FetchResponseData) wire.ask(request, FETCH_VERSION);
        response.responses().stream()
                .flatMap(one -> one.partitions().stream())
                .filter(one -> FetchResponse.recordsSize(one) > 0)
                .forEach(one -> awaited.remove(one.partitionIndex()));
    }

    private static void create(BrokerProcess broker) {
        try (Beside beside = new Beside(broker.address())) {
            beside.create(TOPIC, PARTITIONS);
        }
    }

    /// Runs a load until some of it was acknowledged; it is left in the middle.
    private static void load(BrokerProcess broker) {
        List<TopicPartition> partitions = Crashes.partitions(TOPIC, PARTITIONS).toList();
        try (Load load = new Load(broker.address(), partitions, PACE)) {
            load.start();
            load.awaitAcknowledged(LOADED_RECORDS, LOADED_WAIT_MS);
        }
    }

    /// How large the log is.
    private static long bytes(Path data) {
        long bytes = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Path directory = data.resolve(TOPIC + "-" + partition);
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    bytes +=
                            files.filter(file -> file.toString().endsWith(".log"))
                                    .mapToLong(file -> file.toFile().length())
                                    .sum();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return bytes;
    }

    private static void fill(String address, long bytes) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("acks", "1");
        settings.put("enable.idempotence", false);
        settings.put("batch.size", 4 * VALUE_BYTES);
        settings.put("linger.ms", 5);
        Semaphore unanswered = new Semaphore(UNANSWERED_MAX);
        CompletableFuture<Void> failure = new CompletableFuture<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = new byte[VALUE_BYTES];
            for (long i = 0; i < bytes / VALUE_BYTES; i++) {
                unanswered.acquireUninterruptibly();
                int partition = (int) (i % PARTITIONS);
                var _ =
                        producer.send(
                                new ProducerRecord<>(TOPIC, partition, null, value),
                                (_, e) -> {
                                    unanswered.release();
                                    if (e != null) {
                                        failure.completeExceptionally(e);
                                    }
                                });
                assertThat(failure).isNotDone();
            }
        }
        assertThat(failure).isNotDone();
    }

    /// Has the log read from the disk, but not the program: a broker on an empty directory brings
    /// that back.
    private void dropPageCache() {
        try {
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
        } catch (IOException e) {
            Tools.missing("right to empty the page cache (root)");
        }
        BrokerProcess.start(directory.resolve("empty")).close();
    }
}

package io.octavo.bench.load;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A load program: what ProducerPerformance does, from several producers in one JVM, each with a
/// thread and a connection of its own. The clock starts when all of them know the topic.
///
/// Arguments: BOOTSTRAP TOPIC RECORDS PRODUCERS PER_SECOND PAYLOADS SETTING... Finds
/// `records.per.second` and `requests` of all together.
final class Producers {
    private static final Clock CLOCK = Clock.system();

    /// Each producer may hold so much that is not yet sent, so that 64 of them fit into the heap
    /// that all load programs have; it is still many batches.
    private static final String BUFFER_BYTES = Integer.toString(4 << 20);

    /// As long as a load may take: a queue of so many bytes may hold more small records than a
    /// broker takes in the usual two minutes.
    private static final String DELIVERY_MS = "600000";

    private final String topic;
    private final long recordsEach;
    private final double perSecondEach;
    private final List<byte[]> values;
    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private volatile @Nullable Exception failed;

    private Producers(String[] args) throws IOException {
        topic = args[1];
        int count = Integer.parseInt(args[3]);
        recordsEach = Long.parseLong(args[2]) / count;
        perSecondEach = Double.parseDouble(args[4]) / count;
        values =
                Files.readAllLines(Path.of(args[5]), StandardCharsets.US_ASCII).stream()
                        .map(line -> line.getBytes(StandardCharsets.US_ASCII))
                        .toList();
        Map<String, Object> settings = new HashMap<>(Settings.of("bootstrap.servers=" + args[0]));
        settings.put("buffer.memory", BUFFER_BYTES);
        settings.put("delivery.timeout.ms", DELIVERY_MS);
        for (int i = 6; i < args.length; i++) {
            settings.putAll(Settings.of(args[i]));
        }
        var bytes = new ByteArraySerializer();
        for (int i = 0; i < count; i++) {
            producers.add(new KafkaProducer<>(settings, bytes, bytes));
            producers.getLast().partitionsFor(topic);
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Producers all = new Producers(args);
        List<Thread> threads = new ArrayList<>();
        long startNanos = CLOCK.nanos();
        for (var producer : all.producers) {
            threads.add(Thread.ofPlatform().start(() -> all.send(producer)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (CLOCK.nanos() - startNanos) / 1e9;
        if (all.failed != null) {
            throw new IllegalStateException("a record was not acknowledged", all.failed);
        }
        double requests = 0;
        for (var producer : all.producers) {
            requests += Requests.of("producer-metrics", producer.metrics());
            producer.close();
        }
        long records = all.recordsEach * threads.size();
        System.out.println(Findings.line("records.per.second", records / seconds));
        System.out.println(Findings.line("requests", requests));
    }

    private void send(KafkaProducer<byte[], byte[]> producer) {
        long startNanos = CLOCK.nanos();
        try {
            for (long i = 0; i < recordsEach && failed == null; i++) {
                if (perSecondEach > 0) {
                    Pace.until(CLOCK, startNanos + (long) (i / perSecondEach * 1e9));
                }
                byte[] value = values.get((int) (i % values.size()));
                var _ = producer.send(new ProducerRecord<>(topic, value), this::acknowledged);
            }
            producer.flush();
        } catch (RuntimeException e) {
            failed = e;
        }
    }

    private void acknowledged(RecordMetadata position, @Nullable Exception problem) {
        if (problem != null) {
            failed = problem;
        }
    }
}

package io.octavo.system.hostile;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/// A client that writes a record and reads it back, fifty times a second, hides no error by trying
/// again, and remembers what went wrong.
final class GoodClient implements AutoCloseable {
    private static final long PERIOD_MS = 20;
    private static final int REQUEST_MS_MAX = 20_000;
    private static final String TOPIC = "beside";

    private final KafkaProducer<Long, Long> producer;
    private final KafkaConsumer<Long, Long> consumer;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong slowestMs = new AtomicLong();
    private long number;

    GoodClient(String address) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("request.timeout.ms", REQUEST_MS_MAX);
        settings.put("default.api.timeout.ms", REQUEST_MS_MAX);
        consumer = new KafkaConsumer<>(settings, new LongDeserializer(), new LongDeserializer());
        settings.put("acks", "all");
        settings.put("enable.idempotence", false);
        settings.put("retries", 0);
        settings.put("linger.ms", 0);
        settings.put("delivery.timeout.ms", REQUEST_MS_MAX);
        producer = new KafkaProducer<>(settings, new LongSerializer(), new LongSerializer());
    }

    /// Begins, once the first record was written and read.
    void start() {
        producer.partitionsFor(TOPIC);
        consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
        consumer.seekToBeginning(consumer.assignment());
        writeAndRead();
        var _ = thread.scheduleAtFixedRate(this::writeAndRead, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    List<String> errors() {
        return errors;
    }

    long records() {
        return records.get();
    }

    long slowestMs() {
        return slowestMs.get();
    }

    @Override
    public void close() {
        thread.close();
        producer.close(Duration.ofSeconds(1));
        consumer.close();
    }

    private void writeAndRead() {
        long started = Clock.system().millis();
        try {
            producer.send(new ProducerRecord<>(TOPIC, 0, number, number)).get();
            read(number);
            records.incrementAndGet();
        } catch (Exception e) {
            errors.add("record " + number + ": " + e);
        }
        number++;
        long tookMs = Clock.system().millis() - started;
        slowestMs.accumulateAndGet(tookMs, Math::max);
    }

    private void read(long wanted) {
        long deadline = Clock.system().millis() + REQUEST_MS_MAX;
        while (Clock.system().millis() < deadline) {
            for (ConsumerRecord<Long, Long> record : consumer.poll(Duration.ofMillis(PERIOD_MS))) {
                if (record.value() != record.offset()) {
                    errors.add("offset " + record.offset() + " holds " + record.value());
                }
                if (record.value() == wanted) {
                    return;
                }
            }
        }
        errors.add("record " + wanted + " was not read");
    }
}

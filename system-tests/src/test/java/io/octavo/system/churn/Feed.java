package io.octavo.system.churn;

import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A stock producer that writes to every partition all along. It tries again by itself.
final class Feed implements AutoCloseable {
    private static final long PERIOD_MS = 20;
    private static final int VALUE_BYTES = 100;
    private static final int DELIVERY_MS_MAX = 60_000;

    private final String topic;
    private final int partitions;
    private final Ledger ledger;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private long acknowledged;
    private long acknowledgedMs = Clock.system().millis();
    private long longestMs;

    Feed(String address, String topic, int partitions, Ledger ledger) {
        this.topic = topic;
        this.partitions = partitions;
        this.ledger = ledger;
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "linger.ms",
                                5,
                                "delivery.timeout.ms",
                                DELIVERY_MS_MAX,
                                "max.block.ms",
                                DELIVERY_MS_MAX,
                                "reconnect.backoff.max.ms",
                                100),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    void start() {
        var _ = thread.scheduleAtFixedRate(this::send, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /// Stops, and waits until each record was acknowledged.
    void finish() {
        stop();
        producer.flush();
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    /// The longest time in which nothing was acknowledged.
    synchronized long longestMs() {
        return longestMs;
    }

    @Override
    public void close() {
        stop();
        producer.close(Duration.ZERO);
    }

    private void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(DELIVERY_MS_MAX, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the producer's thread did not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void send() {
        for (int partition = 0; partition < partitions; partition++) {
            var record =
                    new ProducerRecord<byte[], byte[]>(
                            topic, partition, null, new byte[VALUE_BYTES]);
            var _ =
                    producer.send(
                            record,
                            (_, failure) -> {
                                if (failure == null) {
                                    acknowledge();
                                } else {
                                    ledger.violated("a record was given up: " + failure);
                                }
                            });
        }
    }

    private synchronized void acknowledge() {
        long nowMs = Clock.system().millis();
        longestMs = Math.max(longestMs, nowMs - acknowledgedMs);
        acknowledgedMs = nowMs;
        acknowledged++;
    }
}

package io.octavo.system.crash;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A stock producer that does not try again, and so shows what a broker answers.
final class Probe implements AutoCloseable {
    static final String TOPIC = "probe";

    /// More than what a file's last block may have room for.
    private static final int VALUE_BYTES = 64 << 10;

    private static final int ANSWER_MS_MAX = 20_000;

    private final KafkaProducer<byte[], byte[]> producer;

    Probe(String address) {
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "acks",
                                "all",
                                "enable.idempotence",
                                false,
                                "retries",
                                0,
                                "linger.ms",
                                0,
                                "request.timeout.ms",
                                ANSWER_MS_MAX,
                                "delivery.timeout.ms",
                                ANSWER_MS_MAX),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /// Sends a record; null when it was acknowledged, else why not.
    @Nullable Throwable refusal() {
        try {
            producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[VALUE_BYTES])).get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

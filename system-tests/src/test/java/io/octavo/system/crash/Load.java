package io.octavo.system.crash;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.octavo.ports.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Stock idempotent producers with `acks=all`, each sending to every partition at a steady pace.
/// They try again by themselves, for as long as a broker is usually away.
final class Load implements AutoCloseable {
    private static final long PERIOD_MS = 10;
    private static final int DELIVERY_MS_MAX = 180_000;
    private static final int STOP_WAIT_SECONDS = 10;

    static {
        // They have much to say about a broker that a test takes away.
        if (LoggerFactory.getLogger("org.apache.kafka.clients") instanceof Logger clients) {
            clients.setLevel(Level.ERROR);
        }
    }

    private final List<Sender> senders = new ArrayList<>();
    private final ScheduledExecutorService threads;
    private final Map<String, Integer> failures = new TreeMap<>();
    private long acknowledged;

    /// @param valueBytes of each record
    /// @param perSecond how many records each producer sends in a second, at most
    /// @param unansweredMax how many records of a producer may be without an answer
    record Pace(int producers, int valueBytes, int perSecond, int unansweredMax) {}

    Load(String address, List<TopicPartition> partitions, Pace pace) {
        for (int i = 0; i < pace.producers; i++) {
            senders.add(new Sender(address, i, partitions, pace));
        }
        threads = Executors.newScheduledThreadPool(pace.producers);
    }

    /// Begins to send.
    void start() {
        for (Sender sender : senders) {
            var _ = threads.scheduleAtFixedRate(sender::run, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    /// How many records were acknowledged so far.
    synchronized long acknowledged() {
        return acknowledged;
    }

    /// Waits until `more` records were acknowledged from now on, by all producers together.
    synchronized void awaitAcknowledged(long more, long timeoutMs) {
        long wanted = acknowledged + more;
        long deadline = Clock.system().millis() + timeoutMs;
        try {
            for (long left = timeoutMs;
                    acknowledged < wanted;
                    left = deadline - Clock.system().millis()) {
                if (left <= 0) {
                    throw new AssertionError(
                            "%d records short of %d after %d ms; failed: %s"
                                    .formatted(wanted - acknowledged, more, timeoutMs, failures));
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// Stops sending and waits until each record was acknowledged or given up.
    void finish() {
        stop();
        senders.forEach(sender -> sender.producer.flush());
    }

    /// What each producer sent to each partition.
    List<Sent> sent() {
        return senders.stream().flatMap(sender -> sender.sent.stream()).toList();
    }

    /// Why records were given up, and how many for that reason.
    synchronized Map<String, Integer> failures() {
        return Map.copyOf(failures);
    }

    @Override
    public void close() {
        stop();
        senders.forEach(sender -> sender.producer.close(Duration.ZERO));
    }

    private void stop() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the producers' threads did not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private synchronized void completed(@Nullable Exception failure) {
        if (failure == null) {
            acknowledged++;
        } else {
            failures.merge(failure.toString(), 1, Integer::sum);
        }
        notifyAll();
    }

    /// One producer.
    private final class Sender {
        private final KafkaProducer<byte[], byte[]> producer;
        private final List<Sent> sent = new ArrayList<>();
        private final AtomicInteger unanswered = new AtomicInteger();
        private final Pace pace;
        private int turn;

        private Sender(String address, int number, List<TopicPartition> partitions, Pace pace) {
            this.pace = pace;
            for (TopicPartition partition : partitions) {
                sent.add(new Sent(number, partition, pace.valueBytes));
            }
            Map<String, Object> settings = new HashMap<>();
            settings.put("bootstrap.servers", address);
            settings.put("acks", "all");
            settings.put("enable.idempotence", true);
            settings.put("linger.ms", 5);
            settings.put("delivery.timeout.ms", DELIVERY_MS_MAX);
            settings.put("max.block.ms", DELIVERY_MS_MAX);
            settings.put("reconnect.backoff.max.ms", 100);
            producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer());
        }

        private void run() {
            long records = Math.max(1, pace.perSecond * PERIOD_MS / 1000);
            for (long i = 0; i < records && unanswered.get() < pace.unansweredMax; i++) {
                send(sent.get(turn++ % sent.size()));
            }
        }

        private void send(Sent partition) {
            int number = partition.next();
            unanswered.incrementAndGet();
            var _ =
                    producer.send(
                            partition.record(number),
                            (_, failure) -> {
                                unanswered.decrementAndGet();
                                if (failure == null) {
                                    partition.acknowledge(number);
                                }
                                completed(failure);
                            });
        }
    }
}

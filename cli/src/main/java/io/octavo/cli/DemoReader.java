package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerConfig;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import io.octavo.ports.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads all topics from their beginning, and rests now and then, so that one sees that writers do
/// not wait for readers, and how a reader catches up. Its own thread's.
final class DemoReader implements Runnable {
    private static final long POLL_MS = 100;
    private static final long CYCLE_NANOS = 10_000_000_000L;
    private static final long REST_NANOS = 4_000_000_000L;
    private static final long TICK_NANOS = 50_000_000;

    private final Client client;
    private final Map<String, DemoTally> tallies;
    private final Clock clock;
    private final DemoEnd end;
    private volatile boolean resting;

    DemoReader(Client client, List<DemoTally> tallies, Clock clock, DemoEnd end) {
        this.client = client;
        this.tallies =
                tallies.stream().collect(Collectors.toMap(DemoTally::topic, Function.identity()));
        this.clock = clock;
        this.end = end;
    }

    /// Whether it rests just now; for any thread.
    boolean isResting() {
        return resting;
    }

    @Override
    public void run() {
        try (Consumer consumer = new Consumer(client, ConsumerConfig.defaults())) {
            for (DemoTally tally : tallies.values()) {
                for (int i = 0; i < tally.partitions(); i++) {
                    consumer.seek(new TopicPartition(tally.topic(), i), Position.BEGINNING);
                }
            }
            long startNanos = clock.nanos();
            while (!end.isNear()) {
                resting = (clock.nanos() - startNanos) % CYCLE_NANOS >= CYCLE_NANOS - REST_NANOS;
                if (resting) {
                    LockSupport.parkNanos(TICK_NANOS);
                } else {
                    consumer.poll(POLL_MS).forEach(this::count);
                }
            }
        } catch (RuntimeException e) {
            end.because(e);
        }
    }

    private void count(ConsumerRecord record) {
        DemoTally tally = tallies.get(record.partition().topic());
        if (tally != null) {
            tally.read().increment();
        }
    }
}

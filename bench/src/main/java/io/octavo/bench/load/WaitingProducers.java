package io.octavo.bench.load;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A load program: producers that each send a record with `acks=all` and wait for its
/// acknowledgement before they send the next, as whoever must know before going on does. Each has a
/// connection and a thread of its own.
///
/// Arguments: BOOTSTRAP TOPIC PRODUCERS RECORD_BYTES WARM_UP_SECONDS SECONDS. Finds `per.second` of
/// all together, and the microseconds `p50` and `p99` of one acknowledgement.
final class WaitingProducers {
    private static final Clock CLOCK = Clock.system();

    private final String bootstrap;
    private final String topic;
    private final byte[] value;
    private final Deadline warm;
    private final Deadline end;
    private final Histogram nanos = SteadyPace.histogram();
    private volatile @Nullable Exception failed;

    private WaitingProducers(String[] args) {
        bootstrap = args[0];
        topic = args[1];
        value = new byte[Integer.parseInt(args[3])];
        long warmUpMs = 1_000 * Long.parseLong(args[4]);
        warm = Deadline.after(CLOCK, warmUpMs);
        end = Deadline.after(CLOCK, warmUpMs + 1_000 * Long.parseLong(args[5]));
    }

    public static void main(String[] args) throws InterruptedException {
        WaitingProducers all = new WaitingProducers(args);
        List<Thread> threads = new ArrayList<>();
        for (int i = Integer.parseInt(args[2]); i > 0; i--) {
            threads.add(Thread.ofPlatform().start(all::produce));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (all.failed != null) {
            throw new IllegalStateException("a record was not acknowledged", all.failed);
        }
        double seconds = Double.parseDouble(args[5]);
        System.out.println(Findings.line("per.second", all.nanos.getTotalCount() / seconds));
        System.out.println(Findings.line("p50", all.nanos.getValueAtPercentile(50) / 1e3));
        System.out.println(Findings.line("p99", all.nanos.getValueAtPercentile(99) / 1e3));
    }

    private void produce() {
        Map<String, Object> settings =
                Settings.of("acks=all linger.ms=0 bootstrap.servers=" + bootstrap);
        var bytes = new ByteArraySerializer();
        Histogram mine = SteadyPace.histogram();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            while (!end.passed(CLOCK)) {
                long sent = CLOCK.nanos();
                producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
                if (warm.passed(CLOCK)) {
                    mine.recordValue(CLOCK.nanos() - sent);
                }
            }
        } catch (ExecutionException | RuntimeException e) {
            failed = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed = e;
        }
        synchronized (nanos) {
            nanos.add(mine);
        }
    }
}

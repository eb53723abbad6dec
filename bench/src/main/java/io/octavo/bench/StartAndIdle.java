package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Settings;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Neighbours;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// How soon a new broker is of use, and what it takes while nobody uses it.
///
/// The clock starts with the process and stops when a producer, which has been trying to connect
/// every 10 ms meanwhile, has its first record acknowledged; the topic is created by that record.
/// Then everybody rests, and the broker is looked at.
///
/// @param settleSeconds before the idle time, for work left over from the start
/// @param idleSeconds during which the idle CPU is taken; the memory is read at its end
record StartAndIdle(int settleSeconds, int idleSeconds) implements Experiment {
    private static final Figure START =
            new Figure("start.seconds", "start to first acknowledged record, s", 2);
    private static final Figure START_CPU = new Figure("start.cpu.seconds", "CPU until then, s", 2);
    private static final Figure IDLE_RSS = new Figure("idle.rss.mib", "idle RSS, MiB", 0);
    private static final Figure IDLE_CPU =
            new Figure("idle.cpu.percent", "idle CPU, % of a core", 1);

    private static final int FIRST_RECORD_SECONDS_MAX = 60;
    private static final int RECORD_BYTES = 200;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String title() {
        return "start on an empty, formatted directory; then idle for "
                + (settleSeconds + idleSeconds)
                + " s";
    }

    @Override
    public int rehearsals() {
        return 1;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        RunningBroker.Ready ready = lab.prepare(broker);
        lab.pageCache().fill();
        try (KafkaProducer<byte[], byte[]> producer = impatientProducer(ready.bootstrap())) {
            long startNanos = lab.clock().nanos();
            try (RunningBroker running = ready.start()) {
                sendOne(producer, running);
                run.put(START, (lab.clock().nanos() - startNanos) / 1e9);
                run.put(START_CPU, running.use().cpuSeconds());
                // The client keeps its connection, as clients do, and asks for nothing.
                lab.idle(settleSeconds);
                idle(lab, running, run);
            }
        }
    }

    private void idle(Lab lab, RunningBroker running, Run run) throws IOException {
        Neighbours neighbours = Neighbours.watch(lab.clock(), running.pid());
        double before = running.use().cpuSeconds();
        lab.idle(idleSeconds);
        var after = running.use();
        run.sawForeign(neighbours.cores());
        run.put(IDLE_RSS, after.residentBytes() / 1024.0 / 1024.0);
        run.put(IDLE_CPU, (after.cpuSeconds() - before) / idleSeconds * 100);
    }

    private static KafkaProducer<byte[], byte[]> impatientProducer(String bootstrap) {
        Map<String, Object> settings =
                Settings.of(
                        """
                        acks=1 linger.ms=0 max.block.ms=60000
                        reconnect.backoff.ms=10 reconnect.backoff.max.ms=10
                        retry.backoff.ms=10 retry.backoff.max.ms=10
                        bootstrap.servers=\
                        """
                                + bootstrap);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void sendOne(KafkaProducer<byte[], byte[]> producer, RunningBroker running)
            throws IOException {
        try {
            producer.send(new ProducerRecord<>("first", new byte[RECORD_BYTES]))
                    .get(FIRST_RECORD_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "no record was acknowledged: " + e + "\n" + running.lastLines(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the first acknowledgement", e);
        }
    }
}

package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Settings;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.ProcessUse;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What a broker takes for very many partitions: to make them, to keep them while nobody uses them,
/// to start again with them; and then the same when some of them hold a record.
///
/// @param topics how many
/// @param partitions of each
/// @param touched how many partitions get one record
record PartitionLife(int topics, int partitions, int touched) implements Experiment {
    /// Apache Kafka makes no more in one request.
    private static final int REQUEST_PARTITIONS_MAX = 10_000;

    private static final int CALL_SECONDS_MAX = 600;
    private static final int IDLE_SECONDS = 10;
    private static final int RECORD_BYTES = 200;
    private static final double MIB = 1024 * 1024;

    @Override
    public String name() {
        return "partitions-" + topics + "x" + partitions;
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public String title() {
        return topics
                + " topics of "
                + partitions
                + " partitions; one record into each of "
                + touched
                + " of them";
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        RunningBroker.Ready ready = lab.prepare(broker);
        lab.pageCache().fill();
        try (RunningBroker running = ready.start()) {
            create(ready.bootstrap(), lab, run);
            rest("idle", lab, running, run);
        }
        try (RunningBroker running = restarted("restart", ready, lab, run)) {
            rest("restarted", lab, running, run);
            touch("touch", "a first record into each of ", ready, lab, run);
            rest("touched", lab, running, run);
            stop(lab, running, run);
        }
        try (RunningBroker running = restarted("again", ready, lab, run)) {
            touch("retouch", "a second record into each of ", ready, lab, run);
            rest("retouched", lab, running, run);
            running.kill();
        }
        try (RunningBroker running = restarted("killed", ready, lab, run)) {
            touch("recover", "a third record into each of ", ready, lab, run);
            rest("recovered", lab, running, run);
        }
    }

    private void create(String bootstrap, Lab lab, Run run) throws IOException {
        int step = Math.min(topics, REQUEST_PARTITIONS_MAX / partitions);
        try (Admin admin =
                Admin.create(
                        Settings.of(
                                "default.api.timeout.ms=600000 request.timeout.ms=600000"
                                        + " bootstrap.servers="
                                        + bootstrap))) {
            await(admin.describeCluster().nodes());
            long startNanos = lab.clock().nanos();
            for (int from = 0; from < topics; from += step) {
                List<NewTopic> wanted = new ArrayList<>();
                for (int i = from; i < Math.min(from + step, topics); i++) {
                    wanted.add(new NewTopic(topic(i), partitions, (short) 1));
                }
                await(admin.createTopics(wanted).all());
                if (from == 0) {
                    run.put(
                            new Figure(
                                    "create.first.seconds",
                                    "the first " + step * partitions + " created, s",
                                    2),
                            (lab.clock().nanos() - startNanos) / 1e9);
                }
            }
            run.put(
                    new Figure("create.seconds", topics * partitions + " partitions created, s", 2),
                    (lab.clock().nanos() - startNanos) / 1e9);
        }
    }

    /// Starts the broker again, and takes the time until a record is acknowledged.
    private RunningBroker restarted(String what, RunningBroker.Ready ready, Lab lab, Run run)
            throws IOException {
        try (Producer<byte[], byte[]> producer =
                producer(
                        ready.bootstrap(),
                        "reconnect.backoff.ms=10 reconnect.backoff.max.ms=10"
                                + " retry.backoff.ms=10 retry.backoff.max.ms=10")) {
            long startNanos = lab.clock().nanos();
            RunningBroker running = ready.start();
            await(producer.send(new ProducerRecord<>(topic(0), 0, null, new byte[RECORD_BYTES])));
            run.put(
                    new Figure(what + ".seconds", what + " to first acknowledged record, s", 2),
                    (lab.clock().nanos() - startNanos) / 1e9);
            run.put(
                    new Figure(what + ".cpu.seconds", "CPU until then, s", 2),
                    running.use().cpuSeconds());
            return running;
        }
    }

    private void stop(Lab lab, RunningBroker running, Run run) throws IOException {
        long startNanos = lab.clock().nanos();
        running.close();
        run.put(
                new Figure("stop.seconds", "stopped with " + touched + " open, s", 2),
                (lab.clock().nanos() - startNanos) / 1e9);
    }

    private void touch(String name, String what, RunningBroker.Ready ready, Lab lab, Run run)
            throws IOException {
        long startNanos = lab.clock().nanos();
        List<Future<?>> sent = new ArrayList<>(touched);
        try (Producer<byte[], byte[]> producer = producer(ready.bootstrap(), "linger.ms=5")) {
            for (int i = 0; i < touched; i++) {
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic(i % topics),
                                        i / topics,
                                        null,
                                        new byte[RECORD_BYTES])));
            }
            for (Future<?> each : sent) {
                await(each);
            }
        }
        run.put(
                new Figure(name + ".seconds", what + touched + ", s", 2),
                (lab.clock().nanos() - startNanos) / 1e9);
    }

    /// Lets the broker settle, then looks at what it takes.
    private static void rest(String what, Lab lab, RunningBroker running, Run run)
            throws IOException {
        lab.idle(IDLE_SECONDS / 2.0);
        double before = running.use().cpuSeconds();
        lab.idle(IDLE_SECONDS);
        var after = running.use();
        run.put(
                new Figure(what + ".cpu.percent", what + ": CPU, % of a core", 1),
                (after.cpuSeconds() - before) / IDLE_SECONDS * 100);
        run.put(new Figure(what + ".rss.mib", what + ": RSS, MiB", 0), after.residentBytes() / MIB);
        run.put(
                new Figure(what + ".files", what + ": open files", 0),
                ProcessUse.openFiles(running.pid()));
    }

    private static Producer<byte[], byte[]> producer(String bootstrap, String settings) {
        Map<String, Object> all =
                Settings.of(settings + " max.block.ms=60000 bootstrap.servers=" + bootstrap);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String topic(int i) {
        return "events.of-" + i;
    }

    private static <T> void await(Future<T> answer) throws IOException {
        try {
            answer.get(CALL_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the broker did not answer well: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a broker was asked", e);
        }
    }
}

package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;

/// What a broker spends on records produced in batches of one size, as fast as one client can.
///
/// @param name for the figures
/// @param load what is measured
/// @param warmUp how many records are sent first to another topic, unmeasured, so that the broker's
///   compilation is not measured
record ProduceCost(String name, ProduceLoad load, long warmUp) implements Experiment {
    private static final String WARM_UP_TOPIC = "warm-up";
    private static final String TOPIC = "measured";

    @Override
    public String title() {
        return "ProducerPerformance, acks=1, "
                + load.records()
                + " records of "
                + load.recordBytes()
                + " bytes, "
                + (load.batchBytes() == 0 ? "one per request" : "batch.size=" + load.batchBytes());
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker, WARM_UP_TOPIC, TOPIC)) {
            String bootstrap = running.bootstrap();
            lab.clients().produce(bootstrap, WARM_UP_TOPIC, load.withRecords(warmUp));
            lab.primeMemory(load.bytes());
            var measured =
                    lab.measure(running, run, () -> lab.clients().produce(bootstrap, TOPIC, load));
            put(run, measured);
            run.put(
                    new Figure(name + ".rss.mib", "RSS after it, MiB", 0),
                    running.use().residentBytes() / 1024.0 / 1024.0);
        }
    }

    private void put(Run run, Lab.Measured<Double> measured) {
        double recordsPerSecond = measured.result();
        if (load.batchBytes() == 0) {
            run.put(
                    new Figure(name + ".cpu.us.per.request", "broker CPU per request, µs", 1),
                    measured.cpuSeconds() * 1e6 / load.records());
            run.put(
                    new Figure(name + ".per.second", "requests per second (more is better)", 0),
                    recordsPerSecond);
        } else {
            run.put(
                    new Figure(name + ".cpu.s.per.gb", "broker CPU per GB, s", 2),
                    measured.cpuSeconds() * 1e9 / load.bytes());
            run.put(
                    new Figure(name + ".mb.per.second", "MB/s (more is better)", 0),
                    recordsPerSecond * load.recordBytes() / 1e6);
        }
    }
}

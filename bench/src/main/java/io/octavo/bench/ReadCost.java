package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;

/// What a broker spends on records read while they are in the page cache.
///
/// @param load what is written first, unmeasured
/// @param passes how often the whole topic is read in the measured run
record ReadCost(ProduceLoad load, int passes) implements Experiment {
    private static final Figure CPU =
            new Figure("consume.cpu.s.per.gb", "broker CPU per GB read, s", 2);
    private static final Figure SPEED =
            new Figure("consume.mb.per.second", "MB/s (more is better)", 0);
    private static final Figure RSS = new Figure("consume.rss.mib", "RSS after it, MiB", 0);
    private static final String TOPIC = "measured";

    @Override
    public String name() {
        return "consume";
    }

    @Override
    public String title() {
        return "assigned consumer, client's default settings, "
                + passes
                + " times "
                + load.records()
                + " records of "
                + load.recordBytes()
                + " bytes from the page cache, written with batch.size="
                + load.batchBytes();
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker, TOPIC)) {
            String bootstrap = running.bootstrap();
            lab.primeMemory(load.bytes());
            lab.clients().produce(bootstrap, TOPIC, load);
            lab.clients().read(bootstrap, TOPIC, load.records());
            long records = load.records() * passes;
            var measured =
                    lab.measure(running, run, () -> lab.clients().read(bootstrap, TOPIC, records));
            double bytes = measured.result().value("bytes");
            run.put(CPU, measured.cpuSeconds() * 1e9 / bytes);
            run.put(SPEED, bytes / 1e6 / measured.result().value("seconds"));
            run.put(RSS, running.use().residentBytes() / 1024.0 / 1024.0);
        }
    }
}

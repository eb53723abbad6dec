package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.List;

/// Whether a broker's work stays the same when it comes over more and more connections: the same
/// bytes in batches as fast as they go, and the same requests of one record at a pace.
///
/// @param batches all in all, from each number of producers
/// @param requests all in all, from each number of producers
record GrowthInConnections(List<Integer> producers, ProduceLoad batches, ProduceLoad requests)
        implements Experiment {
    static final String NAME = "growth-connections";

    private static final String TOPIC = "measured";

    /// How often the bytes are sent before: what is compared is one number of connections with
    /// another, and the first is not to be colder than the last.
    private static final int WARM_UPS = 4;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "from each of %s producers: %s; then %s"
                .formatted(producers, batches.title(), requests.title());
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker, TOPIC)) {
            for (int i = 0; i < WARM_UPS; i++) {
                lab.clients().produce(running.bootstrap(), TOPIC, batches);
            }
            lab.clients().produce(running.bootstrap(), TOPIC, requests);
            for (int count : producers) {
                Lab.Measured<Findings> bytes = produce(lab, running, run, batches, count);
                new Cost(NAME + "." + count, bytes.cpuSeconds())
                        .putBytes(run, ", " + count + " connections", (double) batches.bytes());
            }
            for (int count : producers) {
                Lab.Measured<Findings> each = produce(lab, running, run, requests, count);
                run.put(
                        new Figure(
                                NAME + "." + count + ".cpu.us.per.request",
                                "broker CPU per request, " + count + " connections, µs",
                                1),
                        each.cpuSeconds() * 1e6 / requests.records());
            }
            new Cost(NAME, 0).putResident(run, running);
        }
    }

    private static Lab.Measured<Findings> produce(
            Lab lab, RunningBroker running, Run run, ProduceLoad load, int producers)
            throws IOException {
        lab.pageCache().fill();
        return lab.measure(
                running,
                run,
                () ->
                        lab.clients()
                                .produce(
                                        running.bootstrap(), TOPIC, load.withProducers(producers)));
    }
}

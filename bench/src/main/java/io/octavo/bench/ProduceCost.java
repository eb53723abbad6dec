package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.Map;

/// What a broker spends on records produced, as fast as the clients can.
///
/// @param name for the figures
/// @param load what is measured
/// @param partitions of the topic
/// @param warmUp how many records are sent first to another topic, unmeasured, so that the broker's
///   compilation is not measured
/// @param onlyByName whether it is left out unless it is asked for
record ProduceCost(String name, ProduceLoad load, int partitions, long warmUp, boolean onlyByName)
        implements Experiment {
    private static final String WARM_UP_TOPIC = "warm-up";

    /// More would be there beside those that are measured.
    private static final int WARM_UP_PARTITIONS_MAX = 6;

    private static final String TOPIC = "measured";

    @Override
    public String title() {
        return "%s, %d partitions, after %d records to another topic"
                .formatted(load.title(), partitions, warmUp);
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker)) {
            String bootstrap = running.bootstrap();
            Lab.createTopic(
                    bootstrap,
                    WARM_UP_TOPIC,
                    Math.min(partitions, WARM_UP_PARTITIONS_MAX),
                    Map.of());
            Lab.createTopic(bootstrap, TOPIC, partitions, Map.of());
            lab.clients().produce(bootstrap, WARM_UP_TOPIC, load.withRecords(warmUp));
            lab.pageCache().fill();
            var measured =
                    lab.measure(running, run, () -> lab.clients().produce(bootstrap, TOPIC, load));
            lab.awaitRecords(bootstrap, TOPIC, load.records());
            Cost cost = new Cost(name, measured.cpuSeconds());
            Findings findings = measured.result();
            cost.putRequests(run, findings.value("requests"));
            double perSecond = findings.value("records.per.second");
            if (load.batchBytes() == 0) {
                run.put(
                        new Figure(name + ".per.second", "records/s (more is better)", 0),
                        perSecond);
            } else {
                cost.putBytes(run, "", (double) load.bytes());
                run.put(
                        new Figure(name + ".mb.per.second", "MB/s (more is better)", 0),
                        perSecond * load.recordBytes() / 1e6);
            }
            cost.putResident(run, running);
        }
    }
}

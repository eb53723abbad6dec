package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.List;

/// Whether a broker's work grows as the bytes do: loads of more and more bytes one after the other
/// to a topic that keeps a gigabyte.
///
/// @param loads each larger than the one before
record GrowthInBytes(List<ProduceLoad> loads) implements Experiment {
    static final String NAME = "growth-bytes";

    private static final String TOPIC = "measured";
    private static final long KEPT_BYTES = 1L << 30;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "%s; %s GB, of which 1 GiB is kept (retention.bytes), 1 partition"
                .formatted(
                        loads.getFirst().title(),
                        String.join(", ", loads.stream().map(GrowthInBytes::gigabytes).toList()));
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker.with(Kept.LOOKED_AFTER_EVERY_SECOND))) {
            String bootstrap = running.bootstrap();
            Lab.createTopic(bootstrap, TOPIC, 1, Kept.of(KEPT_BYTES));
            lab.clients().produce(bootstrap, TOPIC, loads.getFirst());
            lab.pageCache().fill();
            for (ProduceLoad load : loads) {
                Lab.Measured<Findings> measured =
                        lab.measure(
                                running, run, () -> lab.clients().produce(bootstrap, TOPIC, load));
                String gb = gigabytes(load);
                run.put(
                        new Figure(NAME + "." + gb + ".cpu.s", gb + " GB: broker CPU, s", 2),
                        measured.cpuSeconds());
                new Cost(NAME + "." + gb, measured.cpuSeconds())
                        .putBytes(run, " of " + gb, (double) load.bytes());
                run.put(
                        new Figure(
                                NAME + "." + gb + ".mb.per.second",
                                gb + " GB: MB/s (more is better)",
                                0),
                        measured.result().value("records.per.second") * load.recordBytes() / 1e6);
            }
            new Cost(NAME, 0).putResident(run, running);
        }
    }

    /// In names and labels.
    static String gigabytes(ProduceLoad load) {
        return java.math.BigDecimal.valueOf(load.bytes(), 9)
                .round(new java.math.MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }
}

package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;

/// How long records take at a fixed pace, from the instant each was due to its acknowledgement and
/// to its arrival at a waiting consumer.
///
/// @param name for the figures
/// @param warmUp what is sent first to another topic, as fast as it goes, so that a broker that is
///   not compiled yet does not fall behind the pace from its first second on
record PacedLatency(String name, Pace pace, ProduceLoad warmUp) implements Experiment {
    private static final String TOPIC = "measured";
    private static final String WARM_UP_TOPIC = "warm-up";

    @Override
    public String title() {
        return pace.perSecond()
                + " records of "
                + pace.recordBytes()
                + " bytes per second, one per request, acks=1, for "
                + pace.seconds()
                + " s after "
                + pace.warmUpSeconds()
                + " s of the same; before that "
                + warmUp.records()
                + " as fast as it goes";
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker, WARM_UP_TOPIC, TOPIC)) {
            String bootstrap = running.bootstrap();
            lab.clients().produce(bootstrap, WARM_UP_TOPIC, warmUp);
            lab.pageCache().fill();
            var measured =
                    lab.measure(running, run, () -> lab.clients().pace(bootstrap, TOPIC, pace));
            put(run, "received", "end to end", measured.result());
            put(run, "acknowledged", "acknowledgement", measured.result());
            run.put(
                    new Figure(name + ".late.us.p50", "sent late (or waited to send), p50, µs", 0),
                    measured.result().value("late.p50"));
            run.put(
                    new Figure(name + ".behind.ms", "in the end behind the pace by, ms", 1),
                    measured.result().value("behind.ms"));
            run.put(
                    new Figure(name + ".stolen.ms", "processors' time stolen meanwhile, ms", 0),
                    measured.result().value("stolen.ms"));
            run.put(
                    new Figure(name + ".cpu.us.per.record", "broker CPU per record, µs", 1),
                    measured.cpuSeconds() * 1e6 / pace.records());
        }
    }

    private void put(Run run, String finding, String label, Findings findings) {
        for (String part : new String[] {"p50", "p99", "p999", "max"}) {
            String shown = part.equals("p999") ? "p99.9" : part;
            run.put(
                    new Figure(
                            name + "." + finding + ".us." + part, label + " " + shown + ", µs", 0),
                    findings.value(finding + "." + part));
        }
    }
}

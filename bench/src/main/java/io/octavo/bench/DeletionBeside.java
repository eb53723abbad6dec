package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// How long acknowledgements take while another producer writes as fast as it can to topics that
/// are deleted one after the other.
///
/// @param name for the figures
/// @param flood what is written to each of the topics that are deleted
/// @param floods how many of them
/// @param quiet what is measured; lasts about as long as the floods
/// @param settings of all topics
record DeletionBeside(
        String name, ProduceLoad flood, int floods, Pace quiet, Map<String, String> settings)
        implements Experiment {
    private static final String QUIET = "quiet";

    /// How long Octavo's appends took, as it says when it has stopped.
    private static final String APPEND_TIMES = "appends: ";

    /// Kafka waits for a minute before it unlinks.
    private static final Map<String, String> AT_ONCE = Map.of("file.delete.delay.ms", "100");

    @Override
    public String title() {
        return "%d records of %d bytes per second, acks=1, beside %d times %.1f GB written as fast as it goes and deleted, %s"
                .formatted(
                        quiet.perSecond(),
                        quiet.recordBytes(),
                        floods,
                        flood.bytes() / 1e9,
                        settings);
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        RunningBroker running = lab.start(broker);
        try (running) {
            String bootstrap = running.bootstrap();
            Lab.createTopic(bootstrap, QUIET, 1, settings);
            Map<String, String> doomed = new HashMap<>(settings);
            doomed.putAll(AT_ONCE);
            for (int i = 0; i < floods; i++) {
                Lab.createTopic(bootstrap, "flood-" + i, 1, doomed);
            }
            lab.primeMemory(flood.bytes());
            Aside<Double> flooding = Aside.begin(() -> flood(lab, bootstrap));
            Findings findings = lab.clients().pace(bootstrap, QUIET, quiet);
            double recordsPerSecond = flooding.result();
            for (String part : new String[] {"p50", "p99", "p999", "max"}) {
                String shown = part.equals("p999") ? "p99.9" : part;
                run.put(
                        new Figure(name + ".us." + part, "acknowledgement " + shown + ", µs", 0),
                        findings.value("acknowledged." + part));
            }
            run.put(
                    new Figure(name + ".flood.mb.per.second", "MB/s flooded (more is better)", 0),
                    recordsPerSecond * flood.recordBytes() / 1e6);
        }
        running.printed(APPEND_TIMES).forEach(line -> System.out.println("    " + line));
    }

    /// @return records per second, while writing
    private double flood(Lab lab, String bootstrap) throws IOException {
        double recordsPerSecond = 0;
        for (int i = 0; i < floods; i++) {
            recordsPerSecond += lab.clients().produce(bootstrap, "flood-" + i, flood);
            Lab.deleteTopic(bootstrap, "flood-" + i);
        }
        return recordsPerSecond / floods;
    }
}

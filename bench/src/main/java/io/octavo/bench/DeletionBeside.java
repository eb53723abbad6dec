package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Precedence;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long acknowledgements take while another producer writes as fast as it can to a topic whose
/// old segments are deleted. The threads that measure have the processors before all others, and
/// that producer what they leave; see [Precedence]. (Where the broker came before the system's own
/// threads, which free memory and write back, one of its appends took 1.5 s.)
///
/// @param name for the figures
/// @param flood what is written to that topic; lasts about as long as the pace
/// @param quiet what is measured
/// @param settings of both topics
record DeletionBeside(String name, ProduceLoad flood, Pace quiet, Map<String, String> settings)
        implements Experiment {
    private static final String QUIET = "quiet";
    private static final String FLOOD = "flood";

    /// How long Octavo's appends took, as it says when it has stopped.
    private static final String APPEND_TIMES = "appends: ";

    /// Two segments.
    private static final long KEPT_BYTES = 256 << 20;

    @Override
    public String title() {
        return "%d records of %d bytes per second, acks=1, beside %.1f GB written as fast as it goes, of which 256 MiB are kept, %s"
                .formatted(quiet.perSecond(), quiet.recordBytes(), flood.bytes() / 1e9, settings);
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public @Nullable String lacks() {
        return Precedence.lacks();
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        RunningBroker running = lab.start(broker.with(Kept.LOOKED_AFTER_EVERY_SECOND));
        try (running) {
            String bootstrap = running.bootstrap();
            Lab.createTopic(bootstrap, QUIET, 1, settings);
            Map<String, String> few = new HashMap<>(settings);
            few.putAll(Kept.of(KEPT_BYTES));
            Lab.createTopic(bootstrap, FLOOD, 1, few);
            lab.pageCache().fill();
            Both both = lab.measure(running, run, () -> both(lab, bootstrap)).result();
            Findings findings = both.quiet;
            double recordsPerSecond = both.flood.value("records.per.second");
            for (String part : new String[] {"p50", "p99", "p999", "max"}) {
                String shown = part.equals("p999") ? "p99.9" : part;
                run.put(
                        new Figure(name + ".us." + part, "acknowledgement " + shown + ", µs", 0),
                        findings.value("acknowledged." + part));
            }
            run.put(
                    new Figure(name + ".us.late", "sent too late by the client, p99.9, µs", 0),
                    findings.value("late.p999"));
            run.put(
                    new Figure(name + ".flood.mb.per.second", "MB/s flooded (more is better)", 0),
                    recordsPerSecond * flood.recordBytes() / 1e6);
        }
        running.printed(APPEND_TIMES).forEach(line -> System.out.println("    " + line));
    }

    private record Both(Findings quiet, Findings flood) {}

    private Both both(Lab lab, String bootstrap) throws IOException {
        Aside<Findings> flooding =
                Aside.begin(() -> lab.clients().last().produce(bootstrap, FLOOD, flood));
        Findings measured = lab.clients().paceByThreadsThatAreFirst(bootstrap, QUIET, quiet);
        return new Both(measured, flooding.result());
    }
}

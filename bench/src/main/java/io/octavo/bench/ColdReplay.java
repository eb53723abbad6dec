package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.Preferred;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.CProgram;
import io.octavo.bench.load.Clients;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.Pace;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.load.ReadLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Precedence;
import io.octavo.bench.measure.ProcessUse;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long records take from a producer to a waiting consumer while another consumer replays old
/// records that are not in the page cache, against how long they take without.
///
/// The broker and the tail's clients have the processors before the replay's client, so that it is
/// the broker that is measured. The replay begins with the tail's warm-up. The compilers of a
/// client that starts take most of a core; while they do, the measure would be of who gets the
/// other.
///
/// @param name for the figures
/// @param old what is replayed
/// @param tail what is measured; is over before the replay
/// @param settings of the tail's topics
/// @param stalls source of the C program that sees when the machine stands still; null when nobody
///   is to watch for that, which itself wakes all processors thousands of times a second
record ColdReplay(
        String name,
        ProduceLoad old,
        Pace tail,
        Map<String, String> settings,
        @Nullable Path stalls)
        implements Experiment {
    private static final String OLD = "old";
    private static final String UNFORCED = Long.toString(Long.MAX_VALUE);
    private static final String ALONE = "alone";
    private static final String BESIDE = "beside";

    /// Behind the percentile of records that were not on their way while the machine stood still.
    private static final String BUT_STILL = " but in standstills";

    private static final String OVER = " beside the replay / alone";

    @Override
    public String title() {
        return "%d records of %d bytes per second, one per request, to a waiting consumer, alone and beside a replay of %.1f GB from the disk that begins %d s before, %s"
                .formatted(
                        tail.perSecond(),
                        tail.recordBytes(),
                        old.bytes() / 1e9,
                        tail.warmUpSeconds(),
                        settings);
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public @Nullable String lacks() {
        String lacks = PageCache.lacksForDropping();
        lacks = lacks == null ? Precedence.lacks() : lacks;
        return lacks == null && stalls != null ? CProgram.lacks() : lacks;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(new Preferred(broker))) {
            String bootstrap = running.bootstrap();
            Lab.createTopic(bootstrap, OLD, 1, Map.of("flush.messages", UNFORCED));
            Lab.createTopic(bootstrap, ALONE, 1, settings);
            Lab.createTopic(bootstrap, BESIDE, 1, settings);
            lab.clients().produce(bootstrap, OLD, old);
            lab.pageCache().drop();
            CProgram watch = stalls == null ? null : lab.program(stalls);
            var alone = lab.measure(running, run, () -> tail(lab, bootstrap, ALONE, watch));
            lab.pageCache().drop();
            long readBefore = ProcessUse.diskReadBytes(running.pid());
            Both both = lab.measure(running, run, () -> both(lab, bootstrap, watch)).result();
            double read = ProcessUse.diskReadBytes(running.pid()) - readBefore;
            Findings beside = both.beside;
            Findings replayed = both.replayed;
            put(run, "alone", alone.result());
            put(run, "beside", beside);
            run.put(
                    new Figure(name + ".p99.ratio", "p99" + OVER, 2),
                    beside.value("received.p99") / alone.result().value("received.p99"));
            if (watch != null) {
                run.put(
                        new Figure(name + ".moving.p99.ratio", "p99" + BUT_STILL + OVER, 2),
                        beside.value("moving.p99") / alone.result().value("moving.p99"));
            }
            run.put(
                    new Figure(name + ".replay.seconds", "the replay took, s", 1),
                    replayed.value("seconds"));
            run.put(
                    new Figure(name + ".replay.mb.per.second", "MB/s replayed (more is better)", 0),
                    replayed.value("bytes") / 1e6 / replayed.value("seconds"));
            run.put(new Figure(name + ".disk.gb", "GB read from the disk", 1), read / 1e9);
        }
    }

    private record Both(Findings beside, Findings replayed) {}

    private Both both(Lab lab, String bootstrap, @Nullable CProgram watch) throws IOException {
        ReadLoad all = ReadLoad.alone(old.records());
        Clients last = lab.clients().last();
        Aside<Findings> replay = Aside.begin(() -> last.read(bootstrap, OLD, all));
        Findings beside = tail(lab, bootstrap, BESIDE, watch);
        return new Both(beside, replay.result());
    }

    private Findings tail(Lab lab, String bootstrap, String topic, @Nullable CProgram watch)
            throws IOException {
        Clients first = lab.clients().first();
        return watch == null
                ? first.pace(bootstrap, topic, tail)
                : first.pace(bootstrap, topic, tail, watch);
    }

    private void put(Run run, String when, Findings findings) {
        for (String part : new String[] {"p50", "p99", "p999", "max"}) {
            String shown = part.equals("p999") ? "p99.9" : part;
            put(
                    run,
                    when + ".us." + part,
                    "end to end " + when + ", " + shown + ", µs",
                    findings.value("received." + part));
        }
        if (stalls != null) {
            put(
                    run,
                    when + ".moving.us.p99",
                    "end to end " + when + ", p99" + BUT_STILL + ", µs",
                    findings.value("moving.p99"));
            put(
                    run,
                    when + ".still.ms",
                    "the machine's standstills " + when + ", ms",
                    findings.value("still.ms"));
        }
        put(
                run,
                when + ".stolen.ms",
                "stolen by the hypervisor " + when + ", ms of a processor",
                findings.value("stolen.ms"));
    }

    private void put(Run run, String figure, String label, double value) {
        run.put(new Figure(name + "." + figure, label, 0), value);
    }
}

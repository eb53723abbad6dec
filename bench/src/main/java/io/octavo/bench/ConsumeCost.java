package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.load.ReadLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.ProcessUse;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a broker spends on records that are consumed.
///
/// @param source where the records are when they are asked for
/// @param load what is written
/// @param consumers how many
/// @param grouped whether they share the partitions through a group
/// @param onlyByName whether it is left out unless it is asked for
record ConsumeCost(
        Source source, ProduceLoad load, int consumers, boolean grouped, boolean onlyByName)
        implements Experiment {
    private static final String TOPIC = "measured";
    private static final String WARM_UP_TOPIC = "warm-up";

    /// What goes through another topic before what is followed is written: so much of it.
    private static final long WARM_UP_PART = 4;

    /// As many as there are consumers at most, so that a group has one for each.
    static final int PARTITIONS = 16;

    /// How often all that is in the page cache is read: a reader is fast.
    private static final int PASSES = 3;

    /// Within it a group has formed, and both brokers have compiled what they run while they wait.
    private static final double SETTLE_SECONDS = 6;

    /// Where records are when they are asked for.
    enum Source {
        /// In the page cache, written before.
        HOT,
        /// On the disk alone, written before.
        COLD,
        /// They are being written.
        TAIL
    }

    @Override
    public String name() {
        return "consume.%s.%s.x%d"
                .formatted(
                        source.name().toLowerCase(java.util.Locale.ROOT),
                        grouped ? "group" : "assigned",
                        consumers);
    }

    @Override
    public String title() {
        String what =
                switch (source) {
                    case HOT -> PASSES + " times from the page cache";
                    case COLD -> "once from the disk";
                    case TAIL ->
                            "as they are written, after a quarter of it through another topic; the"
                                    + " CPU is for writing and for reading";
                };
        return "%s read %s: %s, %d partitions"
                .formatted(read(false).title(), what, load.title(), PARTITIONS);
    }

    @Override
    public @Nullable String lacks() {
        return source == Source.COLD ? PageCache.lacksForDropping() : null;
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker)) {
            Lab.createTopic(running.bootstrap(), TOPIC, PARTITIONS, Map.of());
            lab.pageCache().fill();
            switch (source) {
                case HOT -> hot(lab, running, run);
                case COLD -> cold(lab, running, run);
                case TAIL -> tail(lab, running, run);
            }
            new Cost(name(), 0).putResident(run, running);
        }
    }

    private void hot(Lab lab, RunningBroker running, Run run) throws IOException {
        String bootstrap = running.bootstrap();
        lab.clients().produce(bootstrap, TOPIC, load);
        lab.clients().read(bootstrap, TOPIC, ReadLoad.alone(load.records()));
        ReadLoad passes = new ReadLoad(PASSES * load.records(), consumers, grouped, true);
        put(run, lab.measure(running, run, () -> lab.clients().read(bootstrap, TOPIC, passes)), 0);
    }

    private void cold(Lab lab, RunningBroker running, Run run) throws IOException {
        String bootstrap = running.bootstrap();
        lab.clients().produce(bootstrap, TOPIC, load);
        lab.clients().read(bootstrap, TOPIC, ReadLoad.alone(load.records()));
        lab.pageCache().drop();
        long readBefore = ProcessUse.diskReadBytes(running.pid());
        put(
                run,
                lab.measure(running, run, () -> lab.clients().read(bootstrap, TOPIC, read(false))),
                0);
        run.put(
                new Figure(name() + ".disk.gb", "GB read from the disk", 2),
                (ProcessUse.diskReadBytes(running.pid()) - readBefore) / 1e9);
    }

    private void tail(Lab lab, RunningBroker running, Run run) throws IOException {
        String bootstrap = running.bootstrap();
        ProduceLoad less = load.withRecords(load.records() / WARM_UP_PART);
        Lab.createTopic(bootstrap, WARM_UP_TOPIC, PARTITIONS, Map.of());
        lab.clients().produce(bootstrap, WARM_UP_TOPIC, less);
        lab.clients()
                .read(
                        bootstrap,
                        WARM_UP_TOPIC,
                        new ReadLoad(less.records(), consumers, grouped, false));
        lab.pageCache().fill();
        double[] requests = new double[1];
        Lab.Measured<Findings> measured =
                lab.measure(
                        running,
                        run,
                        () -> {
                            Aside<Findings> reading =
                                    Aside.begin(() ->
                                            lab.clients().read(bootstrap, TOPIC, read(false)));
                            lab.idle(SETTLE_SECONDS);
                            Findings written = lab.clients().produce(bootstrap, TOPIC, load);
                            requests[0] = written.value("requests");
                            return reading.result();
                        });
        put(run, measured, requests[0]);
    }

    private ReadLoad read(boolean again) {
        return new ReadLoad(load.records(), consumers, grouped, again);
    }

    /// @param more requests than those of the consumers
    private void put(Run run, Lab.Measured<Findings> measured, double more) {
        Findings found = measured.result();
        Cost cost = new Cost(name(), measured.cpuSeconds());
        cost.putBytes(
                run, source == Source.TAIL ? " written and read" : " read", found.value("bytes"));
        cost.putRequests(run, found.value("requests") + more);
        run.put(
                new Figure(name() + ".mb.per.second", "MB/s (more is better)", 0),
                found.value("bytes") / 1e6 / found.value("seconds"));
    }
}

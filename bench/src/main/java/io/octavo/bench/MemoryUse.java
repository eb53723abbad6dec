package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.load.ReadLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.ResidentMemory;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.List;

/// What a broker's memory is for: after its start, and when much has gone through it. The JVM keeps
/// books for that, which take somewhat less than a percent of it.
///
/// @param load written and read in between
/// @param settleSeconds before each look
record MemoryUse(ProduceLoad load, int settleSeconds) implements Experiment {
    private static final String TOPIC = "measured";
    private static final double MIB = 1024 * 1024;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "RSS and what it is for, idle after one record, and after this was produced and consumed: %s; 1 partition"
                .formatted(load.title());
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        Broker keepingBooks = broker.withJvmOptions(List.of(ResidentMemory.JVM_OPTION));
        try (RunningBroker running = lab.start(keepingBooks, TOPIC)) {
            String bootstrap = running.bootstrap();
            lab.clients().produce(bootstrap, TOPIC, load.withRecords(1));
            look("idle", "idle", lab, running, run);
            lab.clients().produce(bootstrap, TOPIC, load);
            lab.clients().read(bootstrap, TOPIC, ReadLoad.alone(load.records()));
            look("loaded", "after %.0f GB".formatted(load.bytes() / 1e9), lab, running, run);
        }
    }

    private void look(String name, String label, Lab lab, RunningBroker running, Run run)
            throws IOException {
        lab.idle(settleSeconds);
        ResidentMemory memory = ResidentMemory.of(lab.clients().jcmd(), running.pid());
        put(run, name + ".rss.mib", label + ": RSS, MiB", memory.total());
        memory.bytes()
                .forEach((part, bytes) ->
                        put(
                                run,
                                name
                                        + "."
                                        + part.name().toLowerCase(java.util.Locale.ROOT)
                                        + ".mib",
                                label + ": " + part.label() + ", MiB",
                                bytes));
    }

    private static void put(Run run, String name, String label, long bytes) {
        run.put(new Figure("memory." + name, label, 1), bytes / MIB);
    }
}

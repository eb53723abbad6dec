package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.CProgram;
import io.octavo.bench.load.Limits;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.load.ReadLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a broker spends on bytes, over what the machine itself takes for them in the same run.
///
/// @param source of the C program
/// @param load in large batches, to one partition
/// @param warmUp records that are sent first to another topic
/// @param passes how often everything is read
record PhysicalLimit(Path source, ProduceLoad load, long warmUp, int passes) implements Experiment {
    private static final String WARM_UP_TOPIC = "warm-up";
    private static final String TOPIC = "measured";
    private static final int FORCED = 2_000;

    @Override
    public String name() {
        return "limits";
    }

    @Override
    public String title() {
        return load.title()
                + ", 1 partition; read "
                + passes
                + " times from the page cache; over bench/limits.c, which moves as many bytes";
    }

    @Override
    public @Nullable String lacks() {
        return CProgram.lacks();
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        double produced;
        double consumed;
        try (RunningBroker running = lab.start(broker, WARM_UP_TOPIC, TOPIC)) {
            String bootstrap = running.bootstrap();
            lab.clients().produce(bootstrap, WARM_UP_TOPIC, load.withRecords(warmUp));
            lab.pageCache().fill();
            var producing =
                    lab.measure(running, run, () -> lab.clients().produce(bootstrap, TOPIC, load));
            produced = producing.cpuSeconds() * 1e9 / load.bytes();
            lab.clients().read(bootstrap, TOPIC, ReadLoad.alone(load.records()));
            ReadLoad all = ReadLoad.alone(passes * load.records());
            var reading =
                    lab.measure(running, run, () -> lab.clients().read(bootstrap, TOPIC, all));
            consumed = reading.cpuSeconds() * 1e9 / reading.result().value("bytes");
        }
        Limits limits = lab.limits(source);
        put(run, "produce", "produced", produced, limits.receive(load.bytes()));
        put(run, "consume", "consumed", consumed, limits.sendfile(load.bytes()));
        Limits.Force force = limits.force(FORCED);
        run.put(
                new Figure("limits.force.us.p50", "the disk: 4 KiB forced, p50, µs", 0),
                force.p50Micros());
        run.put(
                new Figure("limits.force.us.p99", "the disk: 4 KiB forced, p99, µs", 0),
                force.p99Micros());
    }

    private static void put(Run run, String name, String label, double broker, double limit) {
        run.put(
                new Figure(
                        "limits." + name + ".cpu.s.per.gb",
                        "broker CPU per GB " + label + ", s",
                        3),
                broker);
        run.put(new Figure("limits." + name + ".least.s.per.gb", "the machine's own, s", 3), limit);
        run.put(
                new Figure("limits." + name + ".ratio", "broker / machine, " + label, 2),
                broker / limit);
    }
}

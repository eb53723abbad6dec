package io.octavo.bench.paper;

import io.octavo.bench.Lab;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.measure.DiskUse;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs one contender once: a fresh broker on an empty directory, a first small load through
/// another queue so that its compilation is not measured, then one producer, then one consumer.
record Trial(Lab lab, long messages, String build) {
    static final int MESSAGE_BYTES = 200;

    /// The warm-up's part of the messages.
    private static final long WARM_UP_PART = 50;

    private static final String WARM_UP = "warm-up";
    private static final String MEASURED = "measured";

    Round run(Contender contender) throws IOException {
        RunningBroker.Ready ready = lab.prepare(contender.server());
        try (RunningBroker running = ready.start()) {
            try {
                lab.awaitListening(running);
                return run(contender, running, ready.home());
            } catch (IOException e) {
                throw new IOException(e.getMessage() + "\n" + running.lastLines(), e);
            }
        } finally {
            lab.clear();
        }
    }

    private Round run(Contender contender, RunningBroker running, Path home) throws IOException {
        Traffic traffic = contender.traffic();
        MessageLoad load = new MessageLoad(running.bootstrap(), MEASURED, messages, MESSAGE_BYTES);
        MessageLoad warmUp =
                new MessageLoad(
                        running.bootstrap(),
                        WARM_UP,
                        Math.max(1, messages / WARM_UP_PART),
                        MESSAGE_BYTES);
        if (traffic.kafka()) {
            Lab.createTopic(running.bootstrap(), WARM_UP, 1, Map.of());
            Lab.createTopic(running.bootstrap(), MEASURED, 1, Map.of());
        }
        traffic.produce(warmUp);
        traffic.consume(warmUp);
        lab.pageCache().fill();
        Run run = new Run();
        long before = DiskUse.bytes(home);
        Lab.Measured<List<Double>> produced =
                lab.measure(running, run, () -> traffic.produce(load));
        long diskBytes = DiskUse.bytes(home) - before;
        Lab.Measured<List<Double>> consumed =
                lab.measure(running, run, () -> traffic.consume(load));
        return new Round(
                contender.way(),
                messages,
                new Part(produced.result(), produced.cpuSeconds()),
                new Part(consumed.result(), consumed.cpuSeconds()),
                diskBytes,
                run.foreignCores(),
                build);
    }
}

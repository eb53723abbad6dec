package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.RoundRobin;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;

/// What a request and a gigabyte cost a broker when they are spread over few and over many
/// partitions: the same batches, one in each request, in turn to one partition after the other.
///
/// @param few partitions of one topic
/// @param many of another
/// @param batches of each size to each topic
/// @param perSecond the pace
record PartitionCost(String name, int few, int many, long batches, int perSecond)
        implements Experiment {
    private static final String FEW = "few";
    private static final String MANY = "many";

    /// A small one, of which the request is the cost; and one of the usual size, for the bytes.
    private static final int SMALL_BYTES = 200;

    private static final int LARGE_BYTES = 16_000;

    /// The two topics take turns, so that what drifts falls on both.
    private static final int ROUNDS = 4;

    /// After so many, as fast as they go, the broker's code is compiled; at the pace it would not
    /// be for minutes, and compiling would be most of what differs.
    private static final int WARM_UPS = 4;

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public String title() {
        return "one batch a request, in turn to each of "
                + few
                + " and of "
                + many
                + " partitions, "
                + perSecond
                + " a second; acks=all, durability=os";
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker)) {
            Lab.createTopic(running.bootstrap(), FEW, few, broker.unforced());
            Lab.createTopic(running.bootstrap(), MANY, many, broker.unforced());
            compare(lab, running, run, new Size("request", "per request, µs", SMALL_BYTES, 1e6));
            compare(lab, running, run, new Size("gb", "per GB, s", LARGE_BYTES, 1e9 / LARGE_BYTES));
        }
    }

    /// @param scale what makes a batch's CPU seconds the figure
    private record Size(String name, String label, int recordBytes, double scale) {}

    private void compare(Lab lab, RunningBroker running, Run run, Size size) throws IOException {
        RoundRobin toFew = new RoundRobin(FEW, few, size.recordBytes, batches / ROUNDS, perSecond);
        RoundRobin toMany =
                new RoundRobin(MANY, many, size.recordBytes, batches / ROUNDS, perSecond);
        for (int i = 0; i < WARM_UPS; i++) {
            lab.clients().roundRobin(running.bootstrap(), toFew.unpaced());
            lab.clients().roundRobin(running.bootstrap(), toMany.unpaced());
        }
        lab.clients().roundRobin(running.bootstrap(), toFew);
        lab.clients().roundRobin(running.bootstrap(), toMany);
        Spent onFew = new Spent();
        Spent onMany = new Spent();
        for (int round = 0; round < ROUNDS; round++) {
            onFew.add(measured(lab, running, run, toFew));
            onMany.add(measured(lab, running, run, toMany));
        }
        put(run, size, few, onFew);
        put(run, size, many, onMany);
        run.put(
                new Figure(
                        name + "." + size.name + ".ratio",
                        "many / few, " + size.label.substring(0, size.label.indexOf(',')),
                        2),
                onMany.cpuSeconds / onFew.cpuSeconds);
    }

    /// What all rounds took.
    private static final class Spent {
        private double cpuSeconds;
        private double seconds;

        void add(Lab.Measured<Findings> measured) {
            cpuSeconds += measured.cpuSeconds();
            seconds += measured.result().value("seconds");
        }
    }

    private static Lab.Measured<Findings> measured(
            Lab lab, RunningBroker running, Run run, RoundRobin load) throws IOException {
        lab.pageCache().fill();
        return lab.measure(running, run, () -> lab.clients().roundRobin(running.bootstrap(), load));
    }

    private void put(Run run, Size size, int partitions, Spent spent) {
        String figure = name + "." + size.name + "." + partitions;
        String label = partitions + " partitions: ";
        run.put(
                new Figure(figure, label + "broker CPU " + size.label, 2),
                spent.cpuSeconds / batches * size.scale);
        run.put(
                new Figure(figure + ".per.second", label + "requests a second", 0),
                batches / spent.seconds);
    }
}

package io.octavo.bench;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RunningBroker;
import io.octavo.bench.load.Findings;
import io.octavo.bench.load.ProduceLoad;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.util.Map;

/// What it costs that records are on disk before they are acknowledged: a topic with
/// `flush.messages=1`, which both brokers understand, beside one that is not flushed.
///
/// @param recordBytes the size of each value
/// @param pipelined sent by one producer that waits for nothing
/// @param warmUpSeconds of the producers that wait, left out
/// @param seconds of each of those measurements
record ForcedCost(int recordBytes, ProduceLoad pipelined, int warmUpSeconds, int seconds)
        implements Experiment {
    private static final String FLUSHED = "flushed";
    private static final String UNFLUSHED = "unflushed";
    private static final Map<String, String> EACH = Map.of("flush.messages", "1");
    private static final Map<String, String> NEVER =
            Map.of("flush.messages", Long.toString(Long.MAX_VALUE));
    private static final int MANY = 16;

    /// As many as the grid's usual topics have.
    private static final int PARTITIONS = 6;

    private static final String SPREAD = ".p" + PARTITIONS;

    @Override
    public String name() {
        return "fsync";
    }

    @Override
    public String title() {
        return "acks=all, records of %d bytes to one partition with flush.messages=1, and without; 1 and %d producers that wait for each acknowledgement; then %s, once to either unmeasured before; and to topics of %d partitions"
                .formatted(recordBytes, MANY, pipelined.title(), PARTITIONS);
    }

    @Override
    public void run(Broker broker, Lab lab, Run run) throws IOException {
        try (RunningBroker running = lab.start(broker)) {
            Lab.createTopic(running.bootstrap(), FLUSHED, 1, EACH);
            Lab.createTopic(running.bootstrap(), UNFLUSHED, 1, NEVER);
            // Lest what is measured is what the broker compiles: one broker's flushed is compared
            // with the other's unflushed, and both are to be as warm.
            wait(lab, running, UNFLUSHED, MANY);
            wait(lab, running, FLUSHED, MANY);
            waiting(lab, running, run, FLUSHED, 1);
            double forced = waiting(lab, running, run, FLUSHED, MANY);
            double free = waiting(lab, running, run, UNFLUSHED, MANY);
            run.put(
                    new Figure(
                            "fsync.part",
                            "flushed / not flushed, 16 producers (more is better)",
                            2),
                    forced / free);
            bothPipelined(lab, running, run, "");
            Lab.createTopic(running.bootstrap(), FLUSHED + SPREAD, PARTITIONS, EACH);
            Lab.createTopic(running.bootstrap(), UNFLUSHED + SPREAD, PARTITIONS, NEVER);
            bothPipelined(lab, running, run, SPREAD);
        }
    }

    /// Once unmeasured before: room ahead of a new topic's logs grows with what they get.
    private void bothPipelined(Lab lab, RunningBroker broker, Run run, String topics)
            throws IOException {
        lab.clients().produce(broker.bootstrap(), UNFLUSHED + topics, pipelined);
        lab.clients().produce(broker.bootstrap(), FLUSHED + topics, pipelined);
        pipelined(lab, broker, run, FLUSHED + topics);
        pipelined(lab, broker, run, UNFLUSHED + topics);
    }

    private Findings wait(Lab lab, RunningBroker broker, String topic, int producers)
            throws IOException {
        return lab.clients()
                .waiting(broker.bootstrap(), topic, producers, recordBytes, warmUpSeconds, seconds);
    }

    /// @return acknowledgements per second
    private double waiting(Lab lab, RunningBroker broker, Run run, String topic, int producers)
            throws IOException {
        lab.pageCache().fill();
        Lab.Measured<Findings> measured =
                lab.measure(broker, run, () -> wait(lab, broker, topic, producers));
        String name = "fsync." + topic + "." + producers;
        String label = topic + ", " + producers + " waiting: ";
        Findings found = measured.result();
        run.put(
                new Figure(name + ".per.second", label + "per second (more is better)", 0),
                found.value("per.second"));
        run.put(new Figure(name + ".us.p50", label + "p50, µs", 0), found.value("p50"));
        run.put(new Figure(name + ".us.p99", label + "p99, µs", 0), found.value("p99"));
        return found.value("per.second");
    }

    private void pipelined(Lab lab, RunningBroker broker, Run run, String topic)
            throws IOException {
        lab.pageCache().fill();
        Lab.Measured<Findings> measured =
                lab.measure(
                        broker,
                        run,
                        () -> lab.clients().produce(broker.bootstrap(), topic, pipelined));
        String label = topic.replace(SPREAD, " to " + PARTITIONS + " partitions") + ", pipelined: ";
        run.put(
                new Figure(
                        "fsync." + topic + ".pipelined.mb.per.second",
                        label + "MB/s (more is better)",
                        0),
                measured.result().value("records.per.second") * pipelined.recordBytes() / 1e6);
        run.put(
                new Figure(
                        "fsync." + topic + ".pipelined.cpu.s.per.gb",
                        label + "broker CPU per GB, s",
                        2),
                measured.cpuSeconds() * 1e9 / pipelined.bytes());
    }
}

package io.octavo.bench.load;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Starts load programs, each in a JVM of its own with the flags of Kafka's performance scripts,
/// and waits for their end.
///
/// @param java the JVM's executable
/// @param kafkaClassPath Kafka's tools and clients
/// @param benchClassPath the bench's own classes
/// @param logging Kafka's logging set-up for tools
/// @param directory for payloads and the programs' output
public record Clients(
        Path java, String kafkaClassPath, String benchClassPath, Path logging, Path directory) {
    /// `kafka-producer-perf-test.sh` and `kafka-run-class.sh`.
    private static final String FLAGS =
            """
            -Xmx512M -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20
            -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent
            """;

    /// The largest load takes seconds; a client that hangs must not hang the bench.
    private static final long RUN_SECONDS_MAX = 300;

    private static final int LINES_SHOWN = 15;

    /// `1000000 records sent, 204081.6 records/sec (199.30 MB/sec), ...`
    private static final Pattern SENT =
            Pattern.compile("^(\\d+) records sent, ([0-9.]+) records/sec");

    /// Sends `load` to `topic` with ProducerPerformance and `acks=1`.
    ///
    /// @return records per second, as the tool says
    public double produce(String bootstrap, String topic, ProduceLoad load) throws IOException {
        return produce(
                bootstrap, topic, load, "acks=1" + (load.batchBytes() == 0 ? " linger.ms=0" : ""));
    }

    /// Sends `load` to `topic` with ProducerPerformance, `acks=all` and five requests in flight.
    ///
    /// @return records per second, as the tool says
    public double pipelined(String bootstrap, String topic, ProduceLoad load) throws IOException {
        return produce(
                bootstrap,
                topic,
                load,
                "acks=all linger.ms=5 max.in.flight.requests.per.connection=5");
    }

    private double produce(String bootstrap, String topic, ProduceLoad load, String settings)
            throws IOException {
        Path payloads = Payloads.file(directory, load.recordBytes());
        String arguments =
                "--bootstrap-server %s --topic %s --num-records %d --throughput -1 --payload-file %s"
                                .formatted(bootstrap, topic, load.records(), payloads)
                        + " --command-property batch.size="
                        + load.batchBytes()
                        + " "
                        + settings;
        List<String> output = run("org.apache.kafka.tools.ProducerPerformance", arguments);
        return recordsPerSecond(output, load.records());
    }

    /// Reads `records` records of `topic` with an assigned consumer; see [HotReader].
    public Findings read(String bootstrap, String topic, long records) throws IOException {
        String arguments = bootstrap + " " + topic + " " + records;
        return Findings.parse(run(HotReader.class.getName(), arguments));
    }

    /// Sends from producers that each wait for every acknowledgement; see [WaitingProducers].
    public Findings waiting(
            String bootstrap,
            String topic,
            int producers,
            int recordBytes,
            int warmUpSeconds,
            int seconds)
            throws IOException {
        String arguments =
                "%s %s %d %d %d %d"
                        .formatted(
                                bootstrap, topic, producers, recordBytes, warmUpSeconds, seconds);
        return Findings.parse(run(WaitingProducers.class.getName(), arguments));
    }

    /// Sends at a fixed pace and reads at the same time; see [SteadyPace].
    public Findings pace(String bootstrap, String topic, Pace pace) throws IOException {
        String arguments =
                "%s %s %d %d %d %d"
                        .formatted(
                                bootstrap,
                                topic,
                                pace.perSecond(),
                                pace.recordBytes(),
                                pace.warmUpSeconds(),
                                pace.seconds());
        return Findings.parse(run(SteadyPace.class.getName(), arguments));
    }

    /// Sends one batch after the other to all partitions in turn; see [RoundRobinProducer].
    public Findings roundRobin(String bootstrap, RoundRobin load) throws IOException {
        String arguments =
                "%s %s %d %d %d %d"
                        .formatted(
                                bootstrap,
                                load.topic(),
                                load.partitions(),
                                load.recordBytes(),
                                load.batches(),
                                load.perSecond());
        return Findings.parse(run(RoundRobinProducer.class.getName(), arguments));
    }

    static double recordsPerSecond(List<String> output, long records) {
        for (String line : output.reversed()) {
            Matcher matcher = SENT.matcher(line);
            if (matcher.find()
                    && Long.parseLong(matcher.group(1)) == records
                    && line.contains("99.9th")) {
                return Double.parseDouble(matcher.group(2));
            }
        }
        throw new IllegalStateException(
                "ProducerPerformance did not report " + records + " records sent");
    }

    /// @param arguments with blanks between them; none has a blank in it
    private List<String> run(String main, String arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(List.of(FLAGS.strip().split("\\s+", -1)));
        command.add("-Dlog4j2.configurationFile=" + logging);
        command.addAll(List.of("-cp", kafkaClassPath + File.pathSeparator + benchClassPath, main));
        command.addAll(List.of(arguments.split(" ", -1)));
        Path output = Files.createTempFile(directory, "client-", ".out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            boolean ended = process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(output);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(failure(main, ended, process, lines));
            }
            return lines;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + main + " ran", e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String failure(String main, boolean ended, Process process, List<String> lines) {
        String what =
                ended
                        ? "ended with exit code " + process.exitValue()
                        : "did not end within " + RUN_SECONDS_MAX + " s";
        List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
        return main + " " + what + "; it printed:\n" + String.join("\n", last);
    }
}

package io.octavo.bench.load;

import io.octavo.bench.measure.Precedence;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
/// @param prefix a command that runs them; may be empty
public record Clients(
        Path java,
        String kafkaClassPath,
        String benchClassPath,
        Path logging,
        Path directory,
        List<String> prefix) {
    /// `kafka-producer-perf-test.sh` and `kafka-run-class.sh`; and a load of which a thread had no
    /// memory ends, and is not measured.
    private static final String FLAGS =
            """
            -Xmx512M -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20
            -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent
            -XX:+ExitOnOutOfMemoryError
            """;

    /// Most loads take seconds; a client that hangs must not hang the bench.
    private static final long RUN_SECONDS_MAX = 300;

    /// Slower than every broker here; what is written takes so much longer.
    private static final long BYTES_PER_SECOND_MIN = 20_000_000;

    /// And so for messages that are sent one by one.
    private static final long PER_SECOND_MIN = 2_000;

    private static final String PRODUCER_PERFORMANCE = "org.apache.kafka.tools.ProducerPerformance";

    private static final int LINES_SHOWN = 15;

    /// For who times single records. Left to itself the collector may choose a young generation
    /// that it has to clear three times a second, which is more than one record in two hundred.
    private static final List<String> FEW_PAUSES = List.of("-Xmn256M");

    /// For several producers in one JVM that compress: each has a compressor of a tenth of a
    /// megabyte for every partition with a batch that is not sent yet, whatever `buffer.memory` is.
    private static final List<String> MANY_COMPRESSORS = List.of("-Xmx2G");

    /// `1000000 records sent, 204081.6 records/sec (199.30 MB/sec), ...`
    private static final Pattern SENT =
            Pattern.compile("^(\\d+) records sent, ([0-9.]+) records/sec");

    /// `producer-metrics:request-total:{client-id=perf-producer-client} : 62507.000`
    private static final Pattern REQUESTS =
            Pattern.compile("^producer-metrics:request-total:[^ ]* +: ([0-9.]+)");

    /// The same, for who measures something beside another load; see [Precedence].
    public Clients first() {
        return with(Precedence.FIRST);
    }

    /// The same, for that load.
    public Clients last() {
        return with(Precedence.LAST);
    }

    private Clients with(List<String> prefix) {
        return new Clients(java, kafkaClassPath, benchClassPath, logging, directory, prefix);
    }

    /// Sends `load` to `topic`: with ProducerPerformance when it is one producer, with [Producers]
    /// when it is several.
    ///
    /// @return `records.per.second` and `requests`
    public Findings produce(String bootstrap, String topic, ProduceLoad load) throws IOException {
        Path payloads = Payloads.file(directory, load.recordBytes());
        long secondsMax = RUN_SECONDS_MAX + load.bytes() / BYTES_PER_SECOND_MIN;
        if (load.producers() > 1) {
            String arguments =
                    "%s %s %d %d %d %s %s"
                            .formatted(
                                    bootstrap,
                                    topic,
                                    load.records(),
                                    load.producers(),
                                    load.perSecond(),
                                    payloads,
                                    load.settings());
            List<String> flags = load.compresses() ? MANY_COMPRESSORS : List.of();
            return Findings.parse(run(flags, Producers.class.getName(), arguments, secondsMax));
        }
        String arguments =
                "--bootstrap-server %s --topic %s --num-records %d --throughput %d --payload-file %s --print-metrics --command-property %s"
                        .formatted(
                                bootstrap,
                                topic,
                                load.records(),
                                load.perSecond() == 0 ? -1 : load.perSecond(),
                                payloads,
                                load.settings());
        List<String> output = run(PRODUCER_PERFORMANCE, arguments, secondsMax);
        return new Findings(
                Map.of(
                        "records.per.second", recordsPerSecond(output, load.records()),
                        "requests", requests(output)));
    }

    /// Reads `topic`; see [Readers].
    public Findings read(String bootstrap, String topic, ReadLoad load) throws IOException {
        String arguments =
                "%s %s %d %d %s %s"
                        .formatted(
                                bootstrap,
                                topic,
                                load.records(),
                                load.consumers(),
                                load.grouped(),
                                load.again());
        return Findings.parse(run(Readers.class.getName(), arguments));
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
        return pace(bootstrap, topic, pace, "");
    }

    /// The same; the threads that send and take acknowledgements are [Precedence#FIRST], the rest
    /// of the program, beside a broker that is not, is as it is.
    public Findings paceByThreadsThatAreFirst(String bootstrap, String topic, Pace pace)
            throws IOException {
        return pace(bootstrap, topic, pace, " " + SteadyPace.THREADS_FIRST);
    }

    /// The same as [#pace(String, String, Pace)], and watches for times in which the machine stands
    /// still.
    ///
    /// @param stalls the program that sees them
    public Findings pace(String bootstrap, String topic, Pace pace, CProgram stalls)
            throws IOException {
        return pace(bootstrap, topic, pace, " " + stalls.path());
    }

    private Findings pace(String bootstrap, String topic, Pace pace, String more)
            throws IOException {
        String arguments =
                "%s %s %d %d %d %d %d%s"
                        .formatted(
                                bootstrap,
                                topic,
                                pace.perSecond(),
                                pace.recordBytes(),
                                pace.warmUpPerSecond(),
                                pace.warmUpSeconds(),
                                pace.seconds(),
                                more);
        return Findings.parse(
                run(FEW_PAUSES, SteadyPace.class.getName(), arguments, RUN_SECONDS_MAX));
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

    /// Runs a load program that a broker's own module brings, or one of this package.
    ///
    /// @param main the program's class
    /// @param more what it takes beside the load, with blanks between; may be empty
    public Findings run(String main, MessageLoad load, String more) throws IOException {
        long secondsMax = Math.max(RUN_SECONDS_MAX, load.messages() / PER_SECOND_MIN);
        return Findings.parse(run(main, (load.arguments() + " " + more).strip(), secondsMax));
    }

    /// The tool that asks a JVM about itself, of the JDK that runs the clients.
    public Path jcmd() {
        return java.resolveSibling("jcmd");
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

    /// What ProducerPerformance printed of its own metrics.
    static double requests(List<String> output) {
        for (String line : output) {
            Matcher matcher = REQUESTS.matcher(line);
            if (matcher.find()) {
                return Double.parseDouble(matcher.group(1));
            }
        }
        throw new IllegalStateException("ProducerPerformance did not print its request-total");
    }

    private List<String> run(String main, String arguments) throws IOException {
        return run(main, arguments, RUN_SECONDS_MAX);
    }

    private List<String> run(String main, String arguments, long secondsMax) throws IOException {
        return run(List.of(), main, arguments, secondsMax);
    }

    /// @param flags of this JVM besides
    /// @param arguments with blanks between them; none has a blank in it
    private List<String> run(List<String> flags, String main, String arguments, long secondsMax)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(java.toString());
        command.addAll(List.of(FLAGS.strip().split("\\s+", -1)));
        command.addAll(flags);
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
            boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(output);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(main + failure(ended, secondsMax, process, lines));
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

    private static String failure(
            boolean ended, long secondsMax, Process process, List<String> lines) {
        String what =
                ended
                        ? " ended with exit code " + process.exitValue()
                        : " did not end within " + secondsMax + " s";
        List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
        return what + "; it printed:\n" + String.join("\n", last);
    }
}

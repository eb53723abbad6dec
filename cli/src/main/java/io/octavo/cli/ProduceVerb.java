package io.octavo.cli;

import io.octavo.client.Client;
import io.octavo.client.Producer;
import io.octavo.client.ProducerConfig;
import io.octavo.client.ProducerRecord;
import io.octavo.ports.Clock;
import io.octavo.protocol.record.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo produce TOPIC`: each line of the input becomes a record, byte for byte. Ends when all
/// are acknowledged (`acks=all`), or when one is refused; those that were read before that is known
/// are written. On Ctrl-C what was read is written first.
@Command(
        name = "produce",
        description = "Write lines into a topic, a record each.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: octavo produce logs --file /var/log/syslog --compression zstd"})
final class ProduceVerb implements Callable<Integer> {
    /// Just below what brokers take by default (`max.message.bytes`, a batch with its overhead).
    private static final int LINE_BYTES_MAX = 1_000_000;

    /// Long enough for a broker that restarts.
    private static final long FINISH_MS_MAX = 10_000;

    private final Streams streams;
    private final AtomicReference<@Nullable Refusal> refused = new AtomicReference<>();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopped;

    @Spec private CommandSpec spec;

    @Mixin private final Bootstrap bootstrap = new Bootstrap();
    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(paramLabel = "TOPIC")
    private String topic = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read this file; without it, standard input.")
    private @Nullable Path file;

    @Option(
            names = {"-K", "--key-separator"},
            paramLabel = "TEXT",
            description = "What stands before the first TEXT in a line is the key (\\t is a tab).")
    private @Nullable KeySeparator keySeparator;

    @Option(
            names = {"-z", "--compression"},
            paramLabel = "CODEC",
            defaultValue = "none",
            description = "none, gzip, snappy, lz4 or zstd; default ${DEFAULT-VALUE}.")
    private Compression compression = Compression.NONE;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Write to this one; without it, the key decides, or nothing does.")
    private @Nullable Integer partition;

    ProduceVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        if (partition != null && partition < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--partition: partitions are counted from 0.");
        }
        ProducerConfig config =
                ProducerConfig.defaults().withCompression(compression, Compression.DEFAULT_LEVEL);
        Clock clock = Clock.system();
        Progress progress = new Progress(streams, clock, "sent");
        try (InputStream in = input();
                Client client = bootstrap.open();
                Producer producer = new Producer(client, config);
                Interruption _ = Interruption.ending(() -> finish(producer))) {
            sendAll(producer, new LineReader(in, LINE_BYTES_MAX), progress);
            producer.flush();
        }
        refuse();
        progress.end(" to " + topic);
        if (output.json()) {
            streams.out().json(Json.document(progress.result()));
        }
        return 0;
    }

    private InputStream input() throws IOException {
        if (file == null) {
            if (streams.terminals().in()) {
                streams.err().println("Type records, one a line; Ctrl-D ends.");
            }
            return streams.in();
        }
        if (Files.isDirectory(file)) {
            throw new Failure(file + " is a directory");
        }
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new Failure("there is no file " + file);
        }
    }

    private void sendAll(Producer producer, LineReader lines, Progress progress)
            throws IOException {
        int to = partition == null ? ProducerRecord.ANY_PARTITION : partition;
        for (ByteBuffer line = lines.next(); line != null; line = lines.next()) {
            int bytes = line.remaining();
            var split =
                    keySeparator == null
                            ? new KeySeparator.Split(null, line)
                            : keySeparator.split(line);
            if (stopped) {
                return;
            }
            long number = read.incrementAndGet();
            var _ =
                    producer.send(
                                    new ProducerRecord(
                                            topic,
                                            to,
                                            ProducerRecord.NOW,
                                            split.key(),
                                            split.value(),
                                            List.of()))
                            .whenComplete((_, problem) -> note(number, problem));
            if (refused.get() != null) {
                return;
            }
            progress.add(1, bytes);
        }
    }

    /// @param line its number, from 1
    private record Refusal(long line, String reason) {}

    private void note(long line, @Nullable Throwable problem) {
        if (problem == null) {
            written.incrementAndGet();
            return;
        }
        Refusal its = new Refusal(line, String.valueOf(problem.getMessage()));
        refused.accumulateAndGet(
                its, (known, one) -> known == null || one.line < known.line ? one : known);
    }

    private void refuse() {
        Refusal first = refused.get();
        if (first != null) {
            throw new Failure(
                    "not every record was written: line %d: %s; of %d lines that were read, %d were written"
                            .formatted(first.line, first.reason, read.get(), written.get()));
        }
    }

    /// What was read last may be on its way into a batch.
    private void flushAll(Producer producer) {
        do {
            producer.flush();
        } while (refused.get() == null && written.get() < read.get());
    }

    /// The input may go on for ever: what came of it is written.
    private void finish(Producer producer) {
        stopped = true;
        try {
            CompletableFuture.runAsync(() -> flushAll(producer))
                    .get(FINISH_MS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            // What is missing is said below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streams.err()
                .println(
                        "octavo: stopped; of %d lines that were read, %d were written"
                                .formatted(read.get(), written.get()));
    }
}

package io.octavo.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.log.LogFiles;
import io.octavo.log.SegmentCheck;
import io.octavo.protocol.record.CodecUnavailable;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `octavo log dump DIR|FILE`: the batches in a log's segments, in files of Octavo's or Kafka's. A
/// line for each batch; with `-o json` an object on each line.
@Command(
        name = "dump",
        description = "Print the batches of a segment, a partition or a data directory.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: octavo log dump octavo-data/clicks-0 --verify"})
final class LogDumpVerb implements Callable<Integer> {
    private static final String SUFFIX = ".log";
    private static final String PARTITION = ".+-\\d+(\\..+)?";
    private static final String BATCH = "%-22s %9s %11s %12s  %-6s %5s  %-24s  %s";
    private static final String HEAD =
            BATCH.formatted(
                    "OFFSETS", "RECORDS", "BYTES", "AT", "CODEC", "EPOCH", "LATEST", "PRODUCER");

    private final Streams streams;
    private final LogFiles files = LogFiles.system();

    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "DIR|FILE",
            description = "A .log file, a partition's directory, or a data directory.")
    private Path path = Path.of("");

    @Option(
            names = {"-r", "--records"},
            description = "The records of each batch too.")
    private boolean records;

    @Option(
            names = {"-v", "--verify"},
            description = "Check every batch and both indexes; exit code 1 if anything is wrong.")
    private boolean verify;

    private long batches;
    private long problems;

    LogDumpVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        List<Path> segments = segments();
        for (Path segment : segments) {
            if (!dump(segment)) {
                return 0;
            }
        }
        if (problems > 0) {
            throw new Failure(Amount.of(problems, "problem") + " found below " + path);
        }
        if (verify) {
            String found = Amount.of(segments.size(), "segment");
            streams.err().println("all well: " + found + ", batches: " + Amount.count(batches));
        }
        return 0;
    }

    /// The segments meant, in order.
    private List<Path> segments() throws IOException {
        if (!Files.exists(path)) {
            throw new Failure("there is no " + path);
        }
        if (!Files.isDirectory(path)) {
            if (isSegment(path)) {
                return List.of(path);
            }
            throw new Failure(path + " is no segment: their names are twenty digits and '.log'");
        }
        List<Path> found = new ArrayList<>(segmentsIn(path));
        for (String name : files.list(path)) {
            Path partition = path.resolve(name);
            if (name.matches(PARTITION) && Files.isDirectory(partition)) {
                found.addAll(segmentsIn(partition));
            }
        }
        if (found.isEmpty()) {
            throw new Failure("there are no segments (*.log) in " + path);
        }
        Collections.sort(found);
        return found;
    }

    private List<Path> segmentsIn(Path directory) throws IOException {
        return files.list(directory).stream()
                .map(directory::resolve)
                .filter(LogDumpVerb::isSegment)
                .toList();
    }

    private static boolean isSegment(Path file) {
        return String.valueOf(file.getFileName()).matches("\\d{20}\\" + SUFFIX);
    }

    /// @return false when nobody reads what is printed any more, and nothing else is asked for
    private boolean dump(Path segment) throws IOException {
        if (!output.json()) {
            streams.out().println(segment);
            streams.out().println(HEAD);
        }
        SegmentCheck check = verify ? SegmentCheck.of(files, segment) : null;
        try (SegmentWalk walk = SegmentWalk.open(files, segment)) {
            for (RecordBatch batch = walk.next(); batch != null; batch = walk.next()) {
                batches++;
                show(segment, batch, walk.position());
                if (check != null) {
                    check.batch(batch, walk.position());
                } else if (!streams.out().arrives()) {
                    return false;
                }
            }
            if (walk.spareBytes() > 0 && !output.json()) {
                streams.out().println(Amount.bytes(walk.spareBytes()) + " taken ahead");
            }
            if (walk.damage() != null) {
                problem(segment, walk.damage());
            }
        }
        if (check != null) {
            check.problems().forEach(problem -> problem(segment, problem));
        }
        if (!output.json()) {
            streams.out().println();
        }
        return true;
    }

    private void problem(Path segment, String what) {
        problems++;
        streams.err().println(segment + ": " + what);
    }

    private void show(Path segment, RecordBatch batch, long position) {
        if (output.json()) {
            streams.out().json(Json.line(json(segment, batch, position)));
            return;
        }
        streams.out().println(text(batch, position).stripTrailing());
        if (records) {
            try {
                batch.records().forEach(record -> streams.out().println("    " + text(record)));
            } catch (CorruptBatch | CodecUnavailable e) {
                streams.out().println("    unreadable: " + e.getMessage());
            }
        }
    }

    private static String text(RecordBatch batch, long position) {
        return BATCH.formatted(
                batch.baseOffset() + "-" + batch.lastOffset(),
                batch.count(),
                batch.sizeBytes(),
                position,
                codec(batch),
                batch.leaderEpoch(),
                batch.maxTimestamp() < 0 ? "-" : Instant.ofEpochMilli(batch.maxTimestamp()),
                producer(batch));
    }

    private static String codec(RecordBatch batch) {
        Compression codec = batch.compression();
        return codec == null ? "?" : codec.text();
    }

    /// `id/epoch seq first-last`, then what kind of batch it is.
    private static String producer(RecordBatch batch) {
        StringBuilder text = new StringBuilder();
        if (batch.hasProducerId()) {
            text.append(batch.producerId()).append('/').append(batch.producerEpoch());
            text.append(" seq ").append(batch.baseSequence()).append('-');
            text.append(batch.lastSequence());
        }
        text.append(batch.isTransactional() ? " transactional" : "");
        return text.append(batch.isControl() ? " control" : "").toString();
    }

    private static String text(LogRecord record) {
        StringBuilder text = new StringBuilder().append(record.offset()).append("  ");
        if (record.key() != null) {
            text.append(printable(record.key())).append(": ");
        }
        text.append(printable(record.value()));
        record.headers()
                .forEach(header ->
                        text.append("  ")
                                .append(printable(header.key()))
                                .append('=')
                                .append(printable(header.value())));
        return text.toString();
    }

    /// Text on one line; what a terminal would act on is shown as a dot.
    private static String printable(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? "(null)"
                : printable(StandardCharsets.UTF_8.decode(bytes.slice()).toString());
    }

    private static String printable(String text) {
        return text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", ".");
    }

    private ObjectNode json(Path segment, RecordBatch batch, long position) {
        ObjectNode node = Json.object();
        node.put("file", segment.toString());
        node.put("position", position);
        node.put("baseOffset", batch.baseOffset());
        node.put("lastOffset", batch.lastOffset());
        node.put("count", batch.count());
        node.put("bytes", batch.sizeBytes());
        node.put("codec", codec(batch));
        node.put("leaderEpoch", batch.leaderEpoch());
        node.put("baseTimestamp", batch.baseTimestamp());
        node.put("maxTimestamp", batch.maxTimestamp());
        node.put("timestampType", batch.timestampType().name());
        node.put("producerId", batch.producerId());
        node.put("producerEpoch", batch.producerEpoch());
        node.put("baseSequence", batch.baseSequence());
        node.put("transactional", batch.isTransactional());
        node.put("control", batch.isControl());
        node.put("crcValid", batch.crcValid());
        if (records) {
            putRecords(node, batch);
        }
        return node;
    }

    /// A batch that cannot be read has `unreadable`, the reason, instead of `records`.
    private static void putRecords(ObjectNode node, RecordBatch batch) {
        try {
            List<LogRecord> decoded = batch.records();
            var list = node.putArray("records");
            for (LogRecord record : decoded) {
                ObjectNode added = list.addObject();
                added.put("offset", record.offset());
                added.put("timestamp", record.timestamp());
                Json.putRecord(added, record.key(), record.value(), record.headers());
            }
        } catch (CorruptBatch | CodecUnavailable e) {
            node.put("unreadable", e.getMessage());
        }
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a partition as `kafka-dump-log` reads them.
final class DumpedLog {
    private static final Pattern INDEX_ENTRY = Pattern.compile("offset: \\d+ position: \\d+");
    private static final Pattern TIME_ENTRY = Pattern.compile("timestamp: \\d+ offset: \\d+");
    private static final Pattern PRODUCER = Pattern.compile("^producerId: \\d+", Pattern.MULTILINE);
    private static final Pattern BATCH = Pattern.compile("baseOffset: \\d+ .*isvalid: true");

    /// The tool of Kafka 4.3 says of every segment's first batch that offset -1 comes before it; a
    /// gap shows between offsets that exist.
    private static final Pattern COMPLAINT =
            Pattern.compile(
                    "isvalid: false|Mismatches in|mismatch in|out of order|not found in the log|"
                            + " \\d+ is followed by|invalid bytes|Exception|corrupt",
                    Pattern.CASE_INSENSITIVE);

    private DumpedLog() {}

    /// The files of a partition with this suffix, oldest first.
    static List<Path> files(BrokerProcess broker, String partition, String suffix) {
        try (Stream<Path> files = Files.list(broker.logDirectory().resolve(partition))) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has Kafka's tool read these segments, every record of them, and each index entry against the
    /// batch it points to.
    static void verify(String when, List<Path> segments, List<Path> snapshots) {
        List<String> files = new ArrayList<>();
        for (Path segment : segments) {
            String name = segment.toString().replaceFirst("\\.log$", "");
            files.addAll(List.of(name + ".log", name + ".index", name + ".timeindex"));
        }
        snapshots.forEach(snapshot -> files.add(snapshot.toString()));
        String said = KafkaTool.DUMP_LOG.on("--deep-iteration", "--files", String.join(",", files));
        assertThat(COMPLAINT.matcher(said).results().map(r -> line(said, r.start())).toList())
                .as(when)
                .isEmpty();
        System.out.printf(
                "kafka-dump-log %s: %d segments, %d batches, %d + %d index entries, %d producers%n",
                when,
                segments.size(),
                count(BATCH, said),
                count(INDEX_ENTRY, said),
                count(TIME_ENTRY, said),
                count(PRODUCER, said));
        assertThat(count(BATCH, said)).isGreaterThan(segments.size());
    }

    private static long count(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().count();
    }

    private static String line(String text, int at) {
        int end = text.indexOf('\n', at);
        return text.substring(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length() : end);
    }
}

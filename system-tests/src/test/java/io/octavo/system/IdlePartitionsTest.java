package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a partition costs that nobody has written to; `bench/compare --only partitions-50x1000`
/// measures many more of them.
final class IdlePartitionsTest {
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 500;

    /// Twice what it takes, in the store's tree, the cluster's view and the table of partitions
    /// together.
    private static final long HEAP_BYTES_MAX = 1_600;

    private static final int FILES_MAX = 20;
    private static final long STOP_WAIT_SECONDS = 20;

    /// The last line: `Total 1288625 47135848`.
    private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

    @TempDir private Path directory;

    @Test
    void aPartitionWithoutRecordsTakesAKilobyteOfMemoryAndNoFile()
            throws IOException, ExecutionException, InterruptedException {
        OctavoProcess first = OctavoProcess.start(directory.resolve("data"));
        long heapBefore = liveHeapBytes(first);
        int filesBefore = openFiles(first);
        createTopics(first);

        assertThat(liveHeapBytes(first) - heapBefore)
                .isLessThan(TOPICS * PARTITIONS * HEAP_BYTES_MAX);
        assertThat(openFiles(first)).isLessThan(filesBefore + FILES_MAX);
        assertThat(first.child().stop()).isZero();
        assertThat(entries(first.data())).noneMatch(name -> name.startsWith("idle"));

        try (OctavoProcess second = first.restart()) {
            assertThat(liveHeapBytes(second) - heapBefore)
                    .isLessThan(TOPICS * PARTITIONS * HEAP_BYTES_MAX);
            assertThat(openFiles(second)).isLessThan(filesBefore + FILES_MAX);
        }
    }

    private static void createTopics(OctavoProcess octavo)
            throws ExecutionException, InterruptedException {
        List<NewTopic> wanted =
                IntStream.range(0, TOPICS)
                        .mapToObj(i -> new NewTopic("idle-" + i, PARTITIONS, (short) 1))
                        .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", octavo.address()))) {
            admin.createTopics(wanted).all().get();
        }
    }

    /// What is left after a full collection.
    private static long liveHeapBytes(OctavoProcess octavo) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        String pid = Long.toString(octavo.child().pid());
        try (Child child =
                Child.start(
                        "jcmd", new ProcessBuilder(jcmd.toString(), pid, "GC.class_histogram"))) {
            assertThat(child.exitCode(STOP_WAIT_SECONDS)).as(child.output()).isZero();
            Matcher total = TOTAL.matcher(child.output());
            assertThat(total.find()).as(child.output()).isTrue();
            return Long.parseLong(total.group(1));
        }
    }

    private static int openFiles(OctavoProcess octavo) throws IOException {
        return entries(Path.of("/proc", Long.toString(octavo.child().pid()), "fd")).size();
    }

    private static List<String> entries(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}

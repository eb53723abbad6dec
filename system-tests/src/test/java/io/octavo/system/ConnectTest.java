package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka Connect as it comes, in distributed mode: its connectors, how far they are and how they
/// are is in topics of ours, and workers and sinks are groups of ours.
final class ConnectTest {
    private static final String TOPIC = "lines";
    private static final String SINK_GROUP = "connect-sink";
    private static final int LINES = 500;
    private static final long WAIT_MS = 60_000;
    private static final long VERB_SECONDS_MAX = 60;

    @TempDir private Path directory;
    private BrokerProcess broker;

    @BeforeEach
    void startTheBroker() throws IOException {
        Files.createFile(out());
        broker =
                BrokerProcess.start(
                        directory.resolve("data"), "group.initial.rebalance.delay.ms=100");
        JavaClient.create(broker.address(), List.of(new NewTopic(TOPIC, 2, (short) 1)));
    }

    @AfterEach
    void stopTheBroker() {
        broker.close();
    }

    @Test
    void linesOfAFileComeOutInAnotherThoughBrokerAndWorkerAreKilled() throws Exception {
        append(0);
        try (ConnectWorker worker = ConnectWorker.start(directory, broker.address())) {
            worker.run("source", connector("FileStreamSource", "topic", in()));
            worker.run("sink", connector("FileStreamSink", "topics", out()));
            awaitLines(LINES);
            Eventually.within(
                    WAIT_MS,
                    () -> {
                        assertThat(worker.states("source")).containsExactly("RUNNING", "RUNNING");
                        assertThat(worker.states("sink")).containsExactly("RUNNING", "RUNNING");
                    });
            assertTheGroupsAreShown();

            broker.child().kill();
            append(LINES);
            broker = broker.restart();
            awaitLines(2 * LINES);
            worker.child().kill();
        }

        append(2 * LINES);
        try (ConnectWorker another = ConnectWorker.start(directory, broker.address())) {
            awaitLines(3 * LINES);
            assertThat(another.states("sink")).containsExactly("RUNNING", "RUNNING");
            Eventually.within(WAIT_MS, this::assertNothingIsLeft);
        }
    }

    private void assertTheGroupsAreShown() {
        assertThat(KafkaTool.GROUPS.against(broker, "--list")).contains(SINK_GROUP);
        assertThat(
                        KafkaTool.GROUPS.against(
                                broker, "--describe", "--members", "--group", SINK_GROUP))
                .containsPattern("connector-consumer-sink-0\\S* +/127.0.0.1 +\\S+ +2");
        Child verb =
                OctavoProcess.octavo(List.of("group", "list", "--bootstrap", broker.address()));
        assertThat(verb.exitCode(VERB_SECONDS_MAX)).as(verb.output()).isZero();
        assertThat(verb.output()).contains(SINK_GROUP, ConnectWorker.GROUP);
    }

    private void assertNothingIsLeft() {
        assertThat(KafkaTool.GROUPS.against(broker, "--describe", "--group", SINK_GROUP))
                .containsPattern(SINK_GROUP + " +lines +0 +\\d+ +\\d+ +0 ")
                .containsPattern(SINK_GROUP + " +lines +1 +\\d+ +\\d+ +0 ");
    }

    /// Until what came out is the first `count` lines. What came out again does not count: Connect
    /// promises "at least once".
    private void awaitLines(int count) {
        List<String> wanted = lines(0, count);
        Eventually.within(
                WAIT_MS,
                () ->
                        assertThat(Files.readAllLines(out()).stream().distinct())
                                .containsExactlyInAnyOrderElementsOf(wanted));
    }

    private void append(int from) throws IOException {
        Files.write(
                in(),
                lines(from, from + LINES),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static List<String> lines(int from, int end) {
        return IntStream.range(from, end).mapToObj(n -> "line " + n).toList();
    }

    private static Map<String, String> connector(String kind, String topics, Path file) {
        return Map.of(
                "connector.class", kind, "tasks.max", "1", topics, TOPIC, "file", file.toString());
    }

    private Path in() {
        return directory.resolve("in.txt");
    }

    private Path out() {
        return directory.resolve("out.txt");
    }
}

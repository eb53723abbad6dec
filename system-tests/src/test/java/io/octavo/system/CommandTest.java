package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The verbs of `octavo` against a running broker, as a person or a script uses them.
final class CommandTest {
    private static final long VERB_SECONDS_MAX = 60;

    @TempDir private static Path directory;
    private static OctavoProcess broker;

    @BeforeAll
    static void aBroker() {
        broker = OctavoProcess.start(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        broker.child().close();
    }

    @Test
    void aTopicIsCreatedDescribedAlteredAndDeleted() {
        assertThat(run("topic", "create", "notes", "-p", "2", "--set", "retention.ms=60000"))
                .isEqualTo("created topic notes");
        assertThat(run("topic", "alter", "notes", "--partitions", "3", "--unset", "retention.ms"))
                .contains("topic notes has 3 partitions");
        assertThat(run("topic", "describe", "notes"))
                .contains("topic notes, id ", "        2  ")
                .doesNotContain("retention.ms");
        assertThat(run("topic", "list").lines()).contains("notes");
        run("topic", "delete", "notes");
        assertThat(run("topic", "list").lines()).doesNotContain("notes");
    }

    @Test
    void aGroupIsShownResetAndDeleted() throws IOException {
        run("topic", "create", "read", "-p", "2");
        Path input = Files.writeString(directory.resolve("read"), "one\ntwo\nthree\n");
        run("produce", "read", "--file", input.toString());
        assertThat(run("group", "reset", "shelf", "-t", "read", "--to", "beginning", "--dry-run"))
                .containsPattern("read +0 +0");
        assertThat(run("group", "list").lines()).doesNotContain("shelf");

        run("group", "reset", "shelf", "-t", "read", "--to", "beginning");

        assertThat(run("group", "list").lines()).contains("shelf");
        assertThat(run("group", "list", "--lag")).containsPattern("shelf +Empty +classic +3 ");
        assertThat(run("group", "describe", "shelf")).contains("group shelf, classic, Empty");
        JsonNode lag = new ObjectMapper().readTree(run("group", "lag", "shelf", "-o", "json"));
        assertThat(lag).hasSize(2);
        JsonNode one = lag.get(0).get("lag");
        JsonNode other = lag.get(1).get("lag");
        assertThat(one.get("records").asLong() + other.get("records").asLong()).isEqualTo(3);
        assertThat(Math.max(one.get("ms").asLong(), other.get("ms").asLong())).isPositive();
        assertThat(run("group", "history", "shelf")).contains("GENERATION");
        run("group", "delete", "shelf");
        assertThat(run("group", "list").lines()).doesNotContain("shelf");
    }

    @Test
    void whatIsThereAlreadyIsAFailureUnlessThatIsFine() {
        run("topic", "create", "twice");

        Child again = verb("topic", "create", "twice");

        assertThat(again.exitCode(VERB_SECONDS_MAX)).isEqualTo(1);
        assertThat(again.output()).contains("TOPIC_ALREADY_EXISTS");
        assertThat(run("topic", "create", "twice", "--if-absent")).contains("already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void aFileThatWasProducedIsConsumedAsItWas(String codec) throws Exception {
        LogFile file = LogFile.all(directory).getFirst();
        String topic = "file-" + codec;

        String said = run("produce", topic, "--file", file.path().toString(), "-z", codec);

        assertThat(said).contains("sent ", " to " + topic);
        assertThat(LogFile.read(consumed(topic)).lines()).isEqualTo(file.lines());
    }

    @Test
    void keysAreSplitOffAndShownAsJson() throws Exception {
        Path lines = Files.writeString(directory.resolve("pairs.txt"), "a=1\nb=2=3\nnone\n");
        run("produce", "pairs", "--file", lines.toString(), "--key-separator", "=");

        List<JsonNode> records = new ArrayList<>();
        for (String line : run("consume", "pairs", "-o", "json").split("\n", -1)) {
            records.add(new ObjectMapper().readTree(line));
        }

        assertThat(records.stream().map(record -> record.get("key").asText()))
                .containsExactly("a", "b", "null");
        assertThat(records.stream().map(record -> record.get("value").asText()))
                .containsExactly("1", "2=3", "none");
    }

    @Test
    void readingStartsAndStopsWhereItIsTold() throws Exception {
        Path lines = Files.writeString(directory.resolve("few.txt"), "one\ntwo\nthree\nfour\n");
        run("produce", "few", "--file", lines.toString());

        assertThat(run("consume", "few", "--from", "offset", "2", "--format", "%o:%s\\n"))
                .isEqualTo("2:three\n3:four");
        assertThat(run("consume", "few", "--count", "1")).isEqualTo("one");
        assertThat(run("consume", "few", "--from", "end")).isEmpty();
        assertThat(run("consume", "few", "--from", "timestamp", "2020-01-01").lines()).hasSize(4);
        Child behind = verb("consume", "few", "--from", "offset", "5");
        assertThat(behind.exitCode(VERB_SECONDS_MAX)).isEqualTo(1);
        assertThat(behind.output()).contains("few-0 ends at offset 4");
    }

    @Test
    void anOffsetWhoseRecordIsGoneIsRefused() throws Exception {
        run("topic", "create", "gone", "-p", "1");
        Path lines = Files.writeString(directory.resolve("gone.txt"), "one\ntwo\nthree\n");
        run("produce", "gone", "--file", lines.toString());
        TopicPartition partition = new TopicPartition("gone", 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
        }

        Child behind = verb("consume", "gone", "--from", "offset", "0");

        assertThat(behind.exitCode(VERB_SECONDS_MAX)).isEqualTo(1);
        assertThat(behind.output()).contains("gone-0 begins at offset 2, behind 0");
        assertThat(run("consume", "gone", "--from", "beginning")).isEqualTo("three");
    }

    @Test
    void aFollowerGetsWhatIsWrittenLater() throws Exception {
        run("topic", "create", "later");
        try (Child follower = verb("consume", "later", "--follow", "--count", "1")) {
            Path line = Files.writeString(directory.resolve("line.txt"), "here\n");
            run("produce", "later", "--file", line.toString());

            assertThat(follower.exitCode(VERB_SECONDS_MAX)).as(follower.output()).isZero();
            assertThat(follower.output()).isEqualTo("here");
        }
    }

    @Test
    void theLogOfARunningBrokerIsVerified() throws Exception {
        Path lines = Files.writeString(directory.resolve("dumped.txt"), "one\ntwo\n");
        run("produce", "dumped", "--file", lines.toString());
        String partition = broker.data().resolve("dumped-0").toString();

        Child dump = OctavoProcess.octavo(List.of("log", "dump", partition, "-r", "--verify"));

        assertThat(dump.exitCode(VERB_SECONDS_MAX)).as(dump.output()).isZero();
        assertThat(dump.output()).contains("0  one", "1  two", "all well: 1 segment");
    }

    @Test
    void theDemoShowsRecordsThatFlowAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Path file = Files.writeString(directory.resolve("story.txt"), "once\nupon\n");
        ProcessBuilder demo =
                new ProcessBuilder(
                        Tools.ROOT.resolve("bin/octavo").toString(),
                        "demo",
                        file.toString(),
                        "--seconds",
                        "3");
        demo.environment().put("OCTAVO_JVM_OPTIONS", "-Djava.io.tmpdir=" + temporary);

        Child child = Child.start("octavo demo", demo);

        assertThat(child.exitCode(VERB_SECONDS_MAX)).as(child.output()).isZero();
        assertThat(child.output()).contains("page-views: ", "story.txt: 2 written", "wrote ");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(path -> path.toString().contains("octavo"))).isEmpty();
        }
    }

    /// What a topic holds, in a file: the bytes that `consume` prints are no text.
    private static Path consumed(String topic) throws IOException {
        Path out = directory.resolve(topic + ".out");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Tools.ROOT.resolve("bin/octavo").toString(),
                                "consume",
                                topic,
                                "--bootstrap",
                                broker.address())
                        .redirectOutput(out.toFile());
        Child consumer = Child.startKeepingErrors("octavo consume", builder);
        assertThat(consumer.exitCode(VERB_SECONDS_MAX)).as(consumer.output()).isZero();
        return out;
    }

    /// @return what the verb printed, when all went well
    private static String run(String... words) {
        Child child = verb(words);
        assertThat(child.exitCode(VERB_SECONDS_MAX)).as(child.output()).isZero();
        return child.output();
    }

    private static Child verb(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--bootstrap", broker.address()));
        return OctavoProcess.octavo(command);
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups of stock clients, and the tool that looks at them.
final class GroupsTest {
    private static final String TOPIC = "shared";
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 200;
    private static final Clock CLOCK = Clock.system();
    private static final long WAIT_MS = 30_000;
    private static final Pattern COLUMNS = Pattern.compile(" +");

    @TempDir private Path directory;
    private BrokerProcess broker;

    @BeforeEach
    void startTheBroker() {
        broker =
                BrokerProcess.start(
                        directory.resolve("data"), "group.initial.rebalance.delay.ms=100");
        KafkaTool.TOPICS.against(
                broker, "--create", "--topic", TOPIC, "--partitions", Integer.toString(PARTITIONS));
    }

    @AfterEach
    void stopTheBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void membersShareTheWorkAndGoOnWhereItWasLeft(String protocol) {
        produce(0, RECORDS);
        Set<String> read = new TreeSet<>();
        try (Member one = new Member(protocol, "one");
                Member other = new Member(protocol, "other")) {
            pollUntil(read, RECORDS, one, other);
            await(one, other);

            assertThat(describe("--members"))
                    .containsPattern("\\S+ +/127.0.0.1 +one +2")
                    .containsPattern("\\S+ +/127.0.0.1 +other +2");
            assertThat(describe("--state")).containsPattern("Stable +2");
            assertThat(KafkaTool.GROUPS.against(broker, "--list", "--state"))
                    .containsPattern("g +Stable");
        }
        assertThat(describe()).containsPattern("g +shared +0 +\\d+ +\\d+ +0 +-");

        broker.child().kill();
        broker = broker.restart();
        produce(RECORDS, 1);
        try (Member again = new Member(protocol, "again")) {
            Set<String> rest = new TreeSet<>();
            pollUntil(rest, 1, again);
            assertThat(rest).containsExactly(Integer.toString(RECORDS));
        }
        assertThat(read).hasSize(RECORDS);
    }

    @Test
    void kcatAndTheConsoleConsumerJoinAndTheirOffsetsAreKept() {
        produce(0, RECORDS);
        Kcat kcat = new Kcat(directory);

        String lines = new String(kcat.run(broker.address(), kcatGroup()), StandardCharsets.UTF_8);

        assertThat(lines.lines()).hasSize(RECORDS);
        assertThat(
                        KafkaTool.CONSOLE_CONSUMER.against(
                                broker,
                                "--topic",
                                TOPIC,
                                "--group",
                                "console",
                                "--from-beginning",
                                "--max-messages",
                                Integer.toString(RECORDS)))
                .contains("Processed a total of " + RECORDS);
        assertThat(KafkaTool.GROUPS.against(broker, "--list")).contains("kcat", "console");
        assertThat(KafkaTool.GROUPS.against(broker, "--describe", "--group", "console"))
                .containsPattern("console +shared +3 +\\d+ +\\d+ +0 ");
    }

    @Test
    void offsetsAreResetInEachWayAndGroupsDeleted() {
        produce(0, RECORDS);
        try (Member member = new Member("classic", "one")) {
            pollUntil(new TreeSet<>(), RECORDS, member);
        }
        assertThat(total("--to-earliest")).isZero();
        assertThat(total("--to-latest")).isEqualTo(RECORDS);
        assertThat(total("--shift-by", "-10")).isEqualTo(RECORDS - 10 * PARTITIONS);
        assertThat(total("--to-current")).isEqualTo(RECORDS - 10 * PARTITIONS);
        assertThat(total("--to-offset", "5")).isEqualTo(5 * PARTITIONS);
        assertThat(total("--to-datetime", "2020-01-01T00:00:00.000")).isZero();
        assertThat(total("--by-duration", "PT0S")).isEqualTo(RECORDS);
        assertThat(
                        KafkaTool.GROUPS.against(
                                broker,
                                "--delete-offsets",
                                "--group",
                                "g",
                                "--topic",
                                TOPIC + ":0"))
                .contains("Successful");
        assertThat(describe()).doesNotContainPattern("g +shared +0 ");
        assertThat(KafkaTool.GROUPS.against(broker, "--delete", "--group", "g"))
                .contains("successful");
        assertThat(KafkaTool.GROUPS.against(broker, "--list")).doesNotContain("g");
    }

    @Test
    void offsetsAreExportedAndTakenFromAFile() throws IOException {
        produce(0, RECORDS);
        try (Member member = new Member("consumer", "one")) {
            pollUntil(new TreeSet<>(), RECORDS, member);
        }
        String[] reset = {"--reset-offsets", "--group", "g"};
        String exported =
                KafkaTool.GROUPS.against(
                        broker,
                        and(reset, "--all-topics", "--to-current", "--dry-run", "--export"));
        assertThat(exported.lines().filter(line -> line.startsWith(TOPIC)))
                .containsExactlyInAnyOrder(
                        "shared,0,50", "shared,1,50", "shared,2,50", "shared,3,50");
        Path file = Files.writeString(directory.resolve("plan.csv"), "shared,1,7\nshared,3,9\n");

        KafkaTool.GROUPS.against(broker, and(reset, "--from-file", file.toString(), "--execute"));

        assertThat(describe())
                .containsPattern("g +shared +0 +50 +50 +0 ")
                .containsPattern("g +shared +1 +7 +50 +43 ")
                .containsPattern("g +shared +2 +50 +50 +0 ")
                .containsPattern("g +shared +3 +9 +50 +41 ");
        try (Member again = new Member("classic", "again")) {
            Set<String> rest = new TreeSet<>();
            pollUntil(rest, 43 + 41, again);
            assertThat(rest).hasSize(43 + 41);
        }
    }

    private static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    /// The sum of the offsets after a reset.
    private long total(String... how) {
        List<String> arguments =
                new ArrayList<>(
                        List.of("--reset-offsets", "--group", "g", "--topic", TOPIC, "--execute"));
        arguments.addAll(List.of(how));
        return KafkaTool.GROUPS
                .against(broker, arguments.toArray(String[]::new))
                .lines()
                .filter(line -> line.startsWith("g "))
                .mapToLong(line -> Long.parseLong(COLUMNS.split(line.strip(), -1)[3]))
                .sum();
    }

    private String describe(String... how) {
        List<String> arguments = new ArrayList<>(List.of("--describe", "--group", "g"));
        arguments.addAll(List.of(how));
        return KafkaTool.GROUPS.against(broker, arguments.toArray(String[]::new));
    }

    private static List<String> kcatGroup() {
        return List.of(
                "-G",
                "kcat",
                "-q",
                "-c",
                Integer.toString(RECORDS),
                "-X",
                "auto.offset.reset=earliest",
                TOPIC);
    }

    private void produce(int from, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
        var strings = new StringSerializer();
        try (var producer = new KafkaProducer<>(settings, strings, strings)) {
            for (int i = from; i < from + count; i++) {
                String value = Integer.toString(i);
                var _ = producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value));
            }
        }
    }

    private static void pollUntil(Set<String> read, int count, Member... members) {
        long end = CLOCK.millis() + WAIT_MS;
        while (read.size() < count) {
            assertThat(CLOCK.millis()).as("read " + read.size()).isLessThan(end);
            for (Member member : members) {
                member.poll(read);
            }
        }
    }

    /// Until both have half of the partitions.
    private static void await(Member... members) {
        long end = CLOCK.millis() + WAIT_MS;
        boolean all = false;
        while (!all) {
            assertThat(CLOCK.millis()).as("partitions").isLessThan(end);
            all = true;
            for (Member member : members) {
                member.poll(new TreeSet<>());
                all &= member.consumer.assignment().size() == PARTITIONS / members.length;
            }
        }
        for (Member member : members) {
            member.consumer.commitSync();
        }
    }

    /// A stock consumer of the group.
    private final class Member implements AutoCloseable {
        private final KafkaConsumer<String, String> consumer;

        Member(String protocol, String clientId) {
            var strings = new StringDeserializer();
            consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    broker.address(),
                                    "group.id",
                                    "g",
                                    "client.id",
                                    clientId,
                                    "group.protocol",
                                    protocol,
                                    "auto.offset.reset",
                                    "earliest"),
                            strings,
                            strings);
            consumer.subscribe(List.of(TOPIC));
        }

        void poll(Set<String> read) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> read.add(record.value()));
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}

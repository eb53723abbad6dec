package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `octavo consume --group`: several of it, and stock clients beside it, in one group, on our
/// broker and on Apache Kafka.
final class ConsumeGroupTest {
    private static final String TOPIC = "shared";
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 200;
    private static final long WAIT_SECONDS = 60;
    private static final String[] FAST = {"group.initial.rebalance.delay.ms=100"};

    @TempDir private Path directory;

    /// Each test starts the one it is about.
    @SuppressWarnings("NullAway.Init")
    private BrokerProcess broker;

    private final List<Child> readers = new ArrayList<>();

    @AfterEach
    void end() {
        readers.forEach(Child::close);
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "octavo, consumer",
        "octavo, classic",
        "kafka, consumer",
        "kafka, classic",
    })
    void processesShareTheWorkAndGoOnWhereItWasLeft(String brokers, String protocol) {
        start(brokers);
        Child one = follow(protocol);
        Child other = follow(protocol);
        produce(0, RECORDS);
        until("all are read", () -> lines(one, other).containsAll(numbers(0, RECORDS)));
        until("both have their share", () -> members().equals(List.of(2, 2)));

        assertThat(one.stop()).isNotEqualTo(1);
        until("one has all", () -> members().equals(List.of(PARTITIONS)));
        produce(RECORDS, 2 * RECORDS);
        until("the rest is read", () -> lines(other).containsAll(numbers(RECORDS, 2 * RECORDS)));
        assertThat(other.stop()).isNotEqualTo(1);

        // Nothing that was printed and committed comes again.
        assertThat(one.output().lines().count() + other.output().lines().count())
                .isEqualTo(2 * RECORDS);
        assertThat(members()).isEmpty();
        Child last = consume("--group-protocol", protocol, TOPIC);
        assertThat(last.exitCode(WAIT_SECONDS)).as(last.output()).isZero();
        assertThat(last.output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void aStockClientSharesTheWorkInEitherProtocol(String protocol) {
        start("octavo");
        Child ours = follow(protocol);
        Set<String> read = new HashSet<>();
        try (KafkaConsumer<String, String> stock = stock(protocol)) {
            produce(0, RECORDS);
            until(
                    "all are read",
                    () -> {
                        stock.poll(Duration.ofMillis(100))
                                .forEach(record -> read.add(record.value()));
                        Set<String> all = lines(ours);
                        all.addAll(read);
                        return all.containsAll(numbers(0, RECORDS));
                    });
            until(
                    "both have their share",
                    () -> {
                        stock.poll(Duration.ofMillis(100))
                                .forEach(record -> read.add(record.value()));
                        return stock.assignment().size() == 2 && members().equals(List.of(2, 2));
                    });
        }
        until("ours has all", () -> members().equals(List.of(PARTITIONS)));
        produce(RECORDS, 2 * RECORDS);
        until("the rest is read", () -> lines(ours).containsAll(numbers(RECORDS, 2 * RECORDS)));
    }

    /// Whoever comes first decides how; the other follows.
    @Test
    void membersOfBothProtocolsAreInOneGroup() {
        start("octavo");
        Child classic = follow("classic");
        until("it has all", () -> members().equals(List.of(PARTITIONS)));
        Child consumer = follow("consumer");
        until("both have their share", () -> members().equals(List.of(2, 2)));

        produce(0, RECORDS);

        until("all are read", () -> lines(classic, consumer).containsAll(numbers(0, RECORDS)));
        classic.stop();
        until("one has all", () -> members().equals(List.of(PARTITIONS)));
    }

    @Test
    void whatAKilledProcessHasPrintedIsCommittedOrComesAgain() {
        start("octavo");
        produce(0, RECORDS);
        Child killed = follow("consumer");
        until("it reads", () -> !killed.output().isEmpty());
        killed.kill();
        Child next = consume("--count", Integer.toString(RECORDS), "--follow", TOPIC);
        produce(RECORDS, 2 * RECORDS);

        until("nothing is missing", () -> lines(killed, next).containsAll(numbers(0, RECORDS)));
    }

    @Test
    void topicsAreChosenByARegexAndLaterOnesToo() {
        start("octavo");
        KafkaTool.TOPICS.against(broker, "--create", "--topic", "log.a");
        Child reader = consume("--topics-regex", "log\\..*", "--follow", "--format", "%t %s\\n");
        produce("log.a", 0, 10);
        until("the first is read", () -> lines(reader).contains("log.a 9"));
        KafkaTool.TOPICS.against(broker, "--create", "--topic", "log.b");
        produce("log.b", 0, 10);
        produce(0, 10);

        until("the later one is read", () -> lines(reader).contains("log.b 9"));
        assertThat(reader.output()).doesNotContain(TOPIC);
    }

    @Test
    void aCountIsCommittedAsFarAsItWasPrinted() {
        start("octavo");
        produce(0, RECORDS);
        List<String> printed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Child part = consume("--count", Integer.toString(RECORDS / 4), TOPIC);
            assertThat(part.exitCode(WAIT_SECONDS)).as(part.output()).isZero();
            part.output().lines().forEach(printed::add);
        }
        assertThat(printed).hasSize(RECORDS).containsAll(numbers(0, RECORDS));
    }

    @Test
    void whatIsWrongIsSaidPlainly() {
        start("octavo");
        Child none = consume("none");
        assertThat(none.exitCode(WAIT_SECONDS)).isEqualTo(1);
        assertThat(none.output()).contains("topic none").contains("UNKNOWN_TOPIC_OR_PARTITION");
        Child partition = consume("--partition", "1", TOPIC);
        assertThat(partition.exitCode(WAIT_SECONDS)).isEqualTo(2);
        assertThat(partition.output()).contains("leave out --partition");
        Child both = consume("--topics-regex", "a", TOPIC);
        assertThat(both.exitCode(WAIT_SECONDS)).isEqualTo(2);
    }

    private void start(String brokers) {
        broker =
                brokers.equals("kafka")
                        ? ApacheKafka.start(directory.resolve("kafka"), FAST)
                        : OctavoProcess.start(directory.resolve("octavo"), FAST);
        KafkaTool.TOPICS.against(
                broker, "--create", "--topic", TOPIC, "--partitions", Integer.toString(PARTITIONS));
    }

    private Child follow(String protocol) {
        return consume("--group-protocol", protocol, "--follow", TOPIC);
    }

    private Child consume(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("consume", "-b", broker.address(), "--group", "g"));
        command.addAll(List.of(arguments));
        Child child = OctavoProcess.octavo(command);
        readers.add(child);
        return child;
    }

    private KafkaConsumer<String, String> stock(String protocol) {
        var strings = new StringDeserializer();
        KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.address(),
                                "group.id",
                                "g",
                                "group.protocol",
                                protocol,
                                "auto.offset.reset",
                                "earliest"),
                        strings,
                        strings);
        consumer.subscribe(List.of(TOPIC));
        return consumer;
    }

    private void produce(int from, int to) {
        produce(TOPIC, from, to);
    }

    private void produce(String topic, int from, int to) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
        var strings = new StringSerializer();
        try (var producer = new KafkaProducer<>(settings, strings, strings)) {
            int partitions = topic.equals(TOPIC) ? PARTITIONS : 1;
            for (int i = from; i < to; i++) {
                String value = Integer.toString(i);
                var _ = producer.send(new ProducerRecord<>(topic, i % partitions, null, value));
            }
        }
    }

    /// How many partitions each member has, the fewest first.
    private List<Integer> members() {
        List<Integer> counts = new ArrayList<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            var described = admin.describeConsumerGroups(List.of("g")).describedGroups();
            Objects.requireNonNull(described.get("g"))
                    .get(WAIT_SECONDS, TimeUnit.SECONDS)
                    .members()
                    .forEach(member -> counts.add(member.assignment().topicPartitions().size()));
        } catch (ExecutionException e) {
            // There is no such group yet.
            return List.of();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
        return counts.stream().sorted().toList();
    }

    private static Set<String> lines(Child... children) {
        Set<String> lines = new HashSet<>();
        for (Child child : children) {
            child.output().lines().forEach(lines::add);
        }
        return lines;
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    private static void until(String what, Supplier<Boolean> holds) {
        Eventually.within(WAIT_SECONDS * 1_000, () -> assertThat(holds.get()).as(what).isTrue());
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka Streams as it comes, by the word count among its own examples: the counts are in stores
/// whose changes are kept in compacted topics of ours, and on their way between the two halves of
/// the program words go through a topic whose records are deleted when they were read.
final class StreamsTest {
    private static final String APPLICATION = "word-count";
    private static final String INPUT = "streams-plaintext-input";
    private static final String OUTPUT = "streams-wordcount-output";
    private static final String STORE =
            APPLICATION + "-KSTREAM-AGGREGATE-STATE-STORE-0000000003-changelog";
    private static final String BETWEEN =
            APPLICATION + "-KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition";
    private static final int PARTITIONS = 4;

    /// Two halves, each with a task for each partition.
    private static final int TASKS = 2 * PARTITIONS;

    private static final int LINES = 400;
    private static final int WORDS = 20;
    private static final long WAIT_MS = 60_000;

    @TempDir private Path directory;
    private BrokerProcess broker;
    private KafkaProducer<String, String> producer;
    private final Map<String, Long> sent = new TreeMap<>();

    @BeforeEach
    void startTheBroker() {
        broker =
                BrokerProcess.start(
                        directory.resolve("data"), "group.initial.rebalance.delay.ms=100");
        JavaClient.create(
                broker.address(),
                List.of(
                        new NewTopic(INPUT, PARTITIONS, (short) 1),
                        new NewTopic(OUTPUT, PARTITIONS, (short) 1)));
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.address(), "linger.ms", 5),
                        new StringSerializer(),
                        new StringSerializer());
    }

    @AfterEach
    void stopTheBroker() {
        producer.close(Duration.ZERO);
        broker.close();
    }

    @Test
    void wordsAreCountedThoughBrokerAndAnInstanceAreKilled() throws Exception {
        try (Child one = wordCount("one");
                Counts counts = new Counts()) {
            send();
            counts.await();
            try (Child other = wordCount("other")) {
                awaitTasks(2);
                send();
                broker.child().kill();
                send();
                broker = broker.restart();
                counts.await();
                other.kill();
            }
            send();
            counts.await();
            awaitTasks(1);
            assertThat(one.isAlive()).as(one.output()).isTrue();
        }
        assertTheTopicsInBetween();
    }

    /// @param name its client id's, and its stores' directory
    private Child wordCount(String name) throws IOException {
        Path properties = directory.resolve(name + ".properties");
        Files.write(
                properties,
                List.of(
                        "application.id=" + APPLICATION,
                        "client.id=" + name,
                        "bootstrap.servers=" + broker.address(),
                        "state.dir=" + directory.resolve(name),
                        "commit.interval.ms=500",
                        "repartition.purge.interval.ms=500",
                        "session.timeout.ms=6000",
                        "heartbeat.interval.ms=1000"));
        List<String> command =
                Tools.kafka(
                        "org.apache.kafka.streams.examples.wordcount.WordCountDemo",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1");
        command.add(properties.toString());
        return Child.start(name, new ProcessBuilder(command));
    }

    /// Sends lines of words, each with another number of them.
    private void send() {
        for (int line = 0; line < LINES; line++) {
            StringBuilder words = new StringBuilder();
            for (int word = 0; word <= line % WORDS; word++) {
                words.append("word").append(word).append(' ');
                sent.merge("word" + word, 1L, Long::sum);
            }
            var _ =
                    producer.send(
                            new ProducerRecord<>(INPUT, line % PARTITIONS, null, words.toString()));
        }
    }

    /// Until so many members have all tasks between them, every one some.
    private void awaitTasks(int members) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            Eventually.within(
                    WAIT_MS,
                    () -> {
                        var groups = admin.describeClassicGroups(List.of(APPLICATION)).all().get();
                        var group = Objects.requireNonNull(groups.get(APPLICATION));
                        List<Integer> tasks =
                                group.members().stream().map(StreamsTest::partitions).toList();
                        assertThat(tasks).hasSize(members).doesNotContain(0);
                        assertThat(tasks.stream().mapToInt(n -> n).sum()).isEqualTo(TASKS);
                    });
        }
    }

    private static int partitions(MemberDescription member) {
        return member.assignment().topicPartitions().size();
    }

    private void assertTheTopicsInBetween() throws Exception {
        assertThat(
                        KafkaTool.CONFIGS.against(
                                broker,
                                "--entity-type",
                                "topics",
                                "--entity-name",
                                STORE,
                                "--describe"))
                .contains("cleanup.policy=compact");
        String first =
                KafkaTool.GET_OFFSETS.against(broker, "--topic", BETWEEN, "--time", "earliest");
        assertThat(first).as("records that were read are deleted").doesNotContain(":0\n");
        assertThat(KafkaTool.GROUPS.against(broker, "--describe", "--group", APPLICATION))
                .contains(INPUT, BETWEEN);
    }

    /// The last count of each word, read along.
    private final class Counts implements AutoCloseable {
        private final Map<String, Long> counts = new HashMap<>();
        private final KafkaConsumer<String, Long> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.address()),
                        new StringDeserializer(),
                        new LongDeserializer());

        Counts() {
            List<TopicPartition> partitions =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(index -> new TopicPartition(OUTPUT, index))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /// Until each word that was sent was counted at least as often, which is what Streams
        /// promises; and no other word.
        void await() {
            long deadline = Clock.system().millis() + WAIT_MS;
            while (!isComplete()) {
                assertThat(Clock.system().millis())
                        .as("%s of %s", new TreeMap<>(counts), sent)
                        .isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> counts.put(record.key(), record.value()));
            }
            assertThat(counts.keySet()).isEqualTo(sent.keySet());
        }

        private boolean isComplete() {
            return sent.entrySet().stream()
                    .allMatch(word -> counts.getOrDefault(word.getKey(), 0L) >= word.getValue());
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}

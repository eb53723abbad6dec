package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.system.StockClient.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A partition that a real Apache Kafka wrote, taken over by ours.
final class AdoptedPartitionTest {
    private static final String TOPIC = "adopted";
    private static final int IN_A_TRANSACTION = 1_000;
    private static final int VALUE_BYTES = 400;
    private static final String COMMITTED = "read_committed";
    private static final int ABORTED = 2;

    @TempDir private Path directory;

    @Test
    void everythingKafkaWroteIsServedAndTheLogGoesOn() throws Exception {
        JavaClient client = new JavaClient();
        List<LogFile> files = LogFile.all(directory);
        List<Message> written;
        List<Message> committed;
        Path theirs;
        try (ApacheKafka kafka =
                ApacheKafka.start(
                        directory.resolve("kafka"),
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "transaction.state.log.num.partitions=1")) {
            createTopic(kafka.address());
            for (Codec codec : Codec.values()) {
                client.produce(kafka.address(), TOPIC, files.getFirst(), codec, true);
            }
            transactions(kafka.address());
            written = client.consume(kafka.address(), TOPIC);
            committed = client.consume(kafka.address(), TOPIC, COMMITTED);
            theirs = kafka.logDirectory().resolve(TOPIC + "-0");
            assertThat(kafka.child().stop()).isIn(0, 143);
        }
        Path data = directory.resolve("octavo");
        try (OctavoProcess broker = OctavoProcess.start(data)) {
            createTopic(broker.address());
            broker.child().stop();
        }

        adopt(theirs, data);

        Path ours = data.resolve(TOPIC + "-0");
        try (OctavoProcess broker = OctavoProcess.start(data)) {
            List<Message> served = client.consume(broker.address(), TOPIC);
            assertThat(served).isEqualTo(written);
            assertThat(committed).hasSize(written.size() - ABORTED * IN_A_TRANSACTION);
            assertThat(client.consume(broker.address(), TOPIC, COMMITTED)).isEqualTo(committed);
            assertThat(segments(theirs)).hasSizeGreaterThan(1);
            for (Path segment : segments(theirs)) {
                assertThat(ours.resolve(segment.getFileName().toString()))
                        .hasSameBinaryContentAs(segment);
            }
            client.produce(broker.address(), TOPIC, files.getFirst(), Codec.NONE, true);
            List<Message> after = client.consume(broker.address(), TOPIC);
            assertThat(after.subList(0, written.size())).isEqualTo(written);
            assertThat(after).hasSize(written.size() + files.getFirst().lines().size());
            broker.child().stop();
        }
        sameTransactionIndexes(theirs, ours);
        try (OctavoProcess broker = OctavoProcess.start(data)) {
            assertThat(client.consume(broker.address(), TOPIC, COMMITTED))
                    .startsWith(committed.toArray(Message[]::new))
                    .hasSize(committed.size() + files.getFirst().lines().size());
            broker.child().stop();
        }
        assertThat(epochs(ours))
                .startsWith(epochs(theirs).toArray(String[]::new))
                .hasSizeGreaterThan(1);
        dumpHasNoComplaint(ours);
    }

    private static void dumpHasNoComplaint(Path ours) throws IOException {
        for (Path segment : segments(ours)) {
            String name = segment.toString().replaceFirst("\\.log$", "");
            String said =
                    KafkaTool.DUMP_LOG.on(
                            "--deep-iteration",
                            "--files",
                            name + ".log," + name + ".index," + name + ".timeindex");
            assertThat(said).contains("isvalid: true").doesNotContain("isvalid: false");
            assertThat(said).doesNotContainIgnoringCase("mismatch");
        }
    }

    /// Ours were made from the log; a segment without an aborted transaction has none.
    private static void sameTransactionIndexes(Path theirs, Path ours) throws IOException {
        int compared = 0;
        for (Path segment : segments(theirs)) {
            String name = segment.getFileName().toString().replace(".log", ".txnindex");
            Path index = theirs.resolve(name);
            if (Files.exists(index) && Files.size(index) > 0) {
                assertThat(ours.resolve(name)).hasSameBinaryContentAs(index);
                compared++;
            } else {
                assertThat(ours.resolve(name)).doesNotExist();
            }
        }
        assertThat(compared).isPositive();
    }

    private static void adopt(Path theirs, Path data) {
        List<String> command =
                List.of("partition", "adopt", theirs.toString(), "--data", data.toString());
        try (Child adopt = OctavoProcess.octavo(command)) {
            assertThat(adopt.exitCode(60)).as(adopt.output()).isZero();
            assertThat(adopt.output()).contains("copying offsets 0 to ");
        }
    }

    private static void createTopic(String address) {
        Map<String, String> settings = Map.of("segment.bytes", Integer.toString(1 << 20));
        JavaClient.create(address, List.of(new NewTopic(TOPIC, 1, (short) 1).configs(settings)));
    }

    /// One that is committed, one that is aborted, in turns.
    private static void transactions(String address)
            throws ExecutionException, InterruptedException {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        address,
                        "transactional.id",
                        "adopted",
                        "compression.type",
                        "lz4");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Randomness randomness = Randomness.seeded(1);
            producer.initTransactions();
            for (int transaction = 0; transaction < 4; transaction++) {
                producer.beginTransaction();
                for (int i = 0; i < IN_A_TRANSACTION; i++) {
                    byte[] value = new byte[VALUE_BYTES];
                    for (int at = 0; at < VALUE_BYTES; at += Long.BYTES) {
                        ByteBuffer.wrap(value).putLong(at, randomness.nextLong());
                    }
                    var _ = producer.send(new ProducerRecord<>(TOPIC, 0, value, value));
                }
                producer.flush();
                if (transaction % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
        }
    }

    private static List<Path> segments(Path partition) throws IOException {
        try (Stream<Path> all = Files.list(partition)) {
            return all.filter(path -> path.toString().endsWith(".log")).sorted().toList();
        }
    }

    /// The entries of Kafka's file, without how many there are.
    private static List<String> epochs(Path partition) throws IOException {
        List<String> lines = Files.readAllLines(partition.resolve("leader-epoch-checkpoint"));
        return lines.subList(2, lines.size());
    }
}

package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A byte that changed on the disk, seen with kcat.
final class DamagedLogTest {
    private static final String TOPIC = "damaged";
    private static final int MAGIC_AT = 16;
    private static final int LENGTH_AT = 8;
    private static final int LENGTH_PREFIX_BYTES = 12;
    private static final int FETCH_VERSION = 11;

    @TempDir private Path directory;

    @Test
    void whatLiesAroundIsServedAndAppendsGoOn() throws Exception {
        Kcat kcat = new Kcat(directory);
        Path data = directory.resolve("data");
        try (OctavoProcess broker = OctavoProcess.start(data)) {
            for (String line : List.of("one", "two", "three")) {
                produce(kcat, broker, line);
            }
            broker.child().stop();
        }
        Path segment = data.resolve(TOPIC + "-0").resolve("0".repeat(20) + ".log");
        damageTheSecondBatch(segment);

        try (OctavoProcess broker = OctavoProcess.start(data)) {
            assertThat(consume(kcat, broker, "-o", "0", "-c", "1")).isEqualTo("one\n");
            assertThat(consume(kcat, broker, "-o", "2", "-e")).isEqualTo("three\n");
            assertThat(error(broker, 1)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
            produce(kcat, broker, "four");
            assertThat(consume(kcat, broker, "-o", "2", "-e")).isEqualTo("three\nfour\n");
            assertThat(error(broker, 1)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
            assertThat(broker.child().output()).contains(segment + " has lost offsets 1 to 1");

            try (Child verify = OctavoProcess.octavo(List.of("log", "verify", data.toString()))) {
                assertThat(verify.exitCode(60)).isEqualTo(1);
                assertThat(verify.output())
                        .contains("damage: " + segment + " has lost offsets 1 to 1");
            }
        }
    }

    private Path input(String line) throws IOException {
        return Files.writeString(directory.resolve("line"), line + "\n");
    }

    private void produce(Kcat kcat, OctavoProcess broker, String line) throws IOException {
        kcat.run(broker.address(), List.of("-P", "-t", TOPIC, "-l", input(line).toString()));
    }

    private static String consume(Kcat kcat, OctavoProcess broker, String... how) {
        List<String> arguments = new java.util.ArrayList<>(List.of("-C", "-t", TOPIC, "-p", "0"));
        arguments.addAll(List.of(how));
        arguments.add("-q");
        return new String(kcat.run(broker.address(), arguments), StandardCharsets.UTF_8);
    }

    private static Errors error(OctavoProcess broker, long offset) {
        FetchRequestData request =
                new FetchRequestData()
                        .setMaxWaitMs(0)
                        .setMinBytes(0)
                        .setTopics(
                                List.of(
                                        new FetchTopic()
                                                .setTopic(TOPIC)
                                                .setPartitions(
                                                        List.of(
                                                                new FetchPartition()
                                                                        .setPartition(0)
                                                                        .setFetchOffset(offset)
                                                                        .setPartitionMaxBytes(
                                                                                1 << 20)))));
        try (Wire wire = new Wire(broker.address())) {
            FetchResponseData answer = (FetchResponseData) wire.ask(request, FETCH_VERSION);
            return Errors.forCode(
                    answer.responses().getFirst().partitions().getFirst().errorCode());
        }
    }

    private static void damageTheSecondBatch(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int second = LENGTH_PREFIX_BYTES + ByteBuffer.wrap(bytes).getInt(LENGTH_AT);
        bytes[second + MAGIC_AT] ^= 0x40;
        Files.write(segment, bytes);
    }
}

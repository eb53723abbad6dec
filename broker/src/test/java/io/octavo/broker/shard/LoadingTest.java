package io.octavo.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.TestBroker;
import io.octavo.log.Adoption;
import io.octavo.log.Log;
import io.octavo.log.LogFiles;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A state machine is made of all records, each as it was appended, or there is none.
class LoadingTest {
    private static final String TOPIC = "__state";
    private static final String FILE = TOPIC + "-0/00000000000000000000.log";
    private static final int RECORDS = 5;

    @TempDir Path root;
    private TestBroker broker;
    private Log log;
    private final Keys machine = new Keys();

    @BeforeEach
    void write() throws IOException {
        broker = new TestBroker(root);
        broker.create(TOPIC, 1);
        log = broker.log(TOPIC, 0);
        for (int i = 0; i < RECORDS; i++) {
            RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
            batch.append(0, Batches.bytes("key" + i), Batches.bytes("value"), List.of());
            log.append(new RecordBatch(batch.build()), 0);
        }
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    @Test
    void everyRecordIsLoaded() throws IOException {
        assertThat(Loading.of(log, machine)).isEqualTo(RECORDS);
        assertThat(machine.keys).containsExactly("key0", "key1", "key2", "key3", "key4");
    }

    @Test
    void whatWasWrittenInAnotherClusterIsToldApart(@TempDir Path here) throws IOException {
        broker.close();
        Adoption.of(LogFiles.system(), root.resolve(TOPIC + "-0")).into(here);
        broker = new TestBroker(here);
        broker.create(TOPIC, 1);
        log = broker.log(TOPIC, 0);
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(0, Batches.bytes("ours"), Batches.bytes("value"), List.of());
        log.append(new RecordBatch(batch.build()), 1);

        Loading.of(log, machine);

        assertThat(machine.keys).hasSize(RECORDS + 1).last().isEqualTo("ours");
        assertThat(machine.adopted).containsExactly("key0", "key1", "key2", "key3", "key4");
    }

    @Test
    void aLoadBeginsWithTheStartInTheMiddleOfALog() throws IOException {
        log.advanceStart(3);

        assertThat(Loading.of(log, machine)).isEqualTo(RECORDS);
        assertThat(machine.keys).containsExactly("key3", "key4");
    }

    /// As it is while the partition goes to another directory.
    @Test
    void aLogThatIsClosedIsNotTakenForAnEmptyOne() throws IOException {
        log.close();

        assertThatThrownBy(() -> Loading.of(log, machine)).isInstanceOf(IOException.class);
    }

    @Test
    void aRecordThatIsNotWhatWasAppendedIsNotBelieved() throws IOException {
        change(position("key2") + 3, 'X');

        assertThatThrownBy(() -> Loading.of(log, machine))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TOPIC)
                .hasMessageContaining("2");
        assertThat(machine.keys).doesNotContain("keyX");
        broker.checkpoint();
        assertThat(log.damagedRanges()).hasSize(1);
    }

    /// The offset is outside of the batch's CRC.
    @Test
    void aBatchThatSaysItLiesBehindTheEndDoesNotEndTheLoad() throws IOException {
        int size = (int) Files.size(root.resolve(FILE)) / RECORDS;
        byte[] all = Files.readAllBytes(root.resolve(FILE));
        int second = position("key1") / size * size;
        assertThat(ByteBuffer.wrap(all).getLong(second)).isEqualTo(1);
        change(second + 6, 1);

        assertThatThrownBy(() -> Loading.of(log, machine)).isInstanceOf(IOException.class);
    }

    private int position(String text) throws IOException {
        String all = Files.readString(root.resolve(FILE), StandardCharsets.ISO_8859_1);
        return all.indexOf(text);
    }

    private void change(int position, int value) throws IOException {
        Path path = root.resolve(FILE);
        byte[] all = Files.readAllBytes(path);
        all[position] = (byte) value;
        Files.write(path, all);
    }

    private static final class Keys implements StateMachine {
        final List<String> keys = new ArrayList<>();
        final List<String> adopted = new ArrayList<>();

        @Override
        public void load(ByteBuffer key, @Nullable ByteBuffer value, boolean adopted) {
            String text = StandardCharsets.UTF_8.decode(key).toString();
            keys.add(text);
            if (adopted) {
                this.adopted.add(text);
            }
        }

        @Override
        public void begin(Turns turns) {}

        @Override
        public void settled(String key) {}

        @Override
        public void end() {}
    }
}

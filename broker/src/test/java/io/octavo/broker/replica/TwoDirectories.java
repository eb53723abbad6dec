package io.octavo.broker.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.Topic;
import io.octavo.log.DataDirectory;
import io.octavo.log.LogFiles;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker with two data directories, on disks that can be broken.
abstract class TwoDirectories {
    @TempDir Path one;
    @TempDir Path two;

    final FailingFiles files = new FailingFiles();
    TestBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = open(files);
    }

    @AfterEach
    void close() throws IOException {
        files.mend();
        broker.close();
    }

    Partition restored(Topic topic) {
        broker.restore(topic);
        Partition partition = broker.partition(topic.name(), 0);
        partition.log();
        broker.worker().run();
        return partition;
    }

    void resumeMoves() {
        broker.partitions().directories().forEach(broker.partitions()::resumeMoves);
    }

    void removeAll() throws IOException {
        for (DataDirectory directory : broker.partitions().directories()) {
            directory.checkpoint();
            while (directory.remove()) {
                // Until nothing is left to be removed.
            }
        }
    }

    TestBroker open(LogFiles on) throws IOException {
        return new TestBroker(List.of(one, two), on, Map.of());
    }

    Partition create() {
        broker.create("t", 1);
        return broker.partition("t", 0);
    }

    ErrorCode move(Path to) {
        return broker.partitions().move("t", 0, to);
    }

    Path elsewhere(Partition partition) {
        return partition.directory().root().equals(one) ? two : one;
    }

    DataDirectory directoryAt(Path root) {
        return broker.partitions().directories().stream()
                .filter(directory -> directory.root().equals(root))
                .findFirst()
                .orElseThrow();
    }

    static void append(Partition partition, String value) {
        assertThat(append(partition, value, false).rejection()).isNull();
    }

    static Append append(Partition partition, String value, boolean all) {
        RecordBatch batch = new RecordBatch(Batches.of(value));
        Append append = Append.of(partition, batch, all, _ -> {});
        partition.append(append);
        return append;
    }

    List<String> values(Partition partition) throws IOException {
        List<String> values = new ArrayList<>();
        var log = broker.log("t", 0);
        long offset = log.startOffset();
        while (offset < log.endOffset()) {
            ReadResult read = partition.read(log, offset, log.endOffset(), 1, true, true);
            LogSlice slice = (LogSlice) read;
            RecordBatch batch = Objects.requireNonNull(RecordBatch.next(slice.toBytes()));
            slice.release();
            batch.records().forEach(record -> values.add(text(record.value())));
            offset = batch.nextOffset();
        }
        return values;
    }

    static String text(@Nullable ByteBuffer value) {
        return value == null ? "" : UTF_8.decode(value).toString();
    }
}

package io.octavo.broker.replica;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker with a topic of one partition, and appends to it.
abstract class PartitionScene {
    @TempDir Path root;

    final FailingFiles disk = new FailingFiles();
    TestBroker broker;
    Partition partition;
    final List<Append> decided = new ArrayList<>();
    int changes;

    @BeforeEach
    void open() throws IOException {
        broker = new TestBroker(root, disk, Map.of());
        broker.create("t", 1);
        partition = broker.partition("t", 0);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    Append append(ByteBuffer batch) {
        return append(batch, false);
    }

    Append append(ByteBuffer batch, boolean all) {
        Append append = Append.of(partition, new RecordBatch(batch), all, decided::add);
        partition.append(append);
        return append;
    }

    void watch() {
        partition.watch(() -> changes++);
    }

    static ErrorCode error(Append append) {
        Rejection rejection = append.rejection();
        return rejection == null ? ErrorCode.NONE : rejection.error();
    }
}

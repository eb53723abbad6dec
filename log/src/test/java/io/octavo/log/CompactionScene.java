package io.octavo.log;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A log of small segments that is compacted when a test says so.
abstract class CompactionScene {
    static final long RETENTION_MS = 1_000;
    static final long MAP_BYTES = 1 << 20;
    static final LogConfig CONFIG =
            LogConfig.defaults()
                    .withSegmentBytesMax(1024)
                    .with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, RETENTION_MS));

    @TempDir Path root;
    Disk disk;
    Log log;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root);
        log = disk.log(CONFIG);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    void compact() throws IOException {
        log.roll();
        CompactionModel.compact(log, disk.clock.wallMs(), MAP_BYTES);
    }

    void append(String key, @Nullable String value) throws IOException {
        log.append(new RecordBatch(batch(key, value).build()), 0);
    }

    static RecordBatchBuilder batch(String key, @Nullable String value) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.GZIP);
        builder.append(Batches.TIME, bytes(key), value == null ? null : bytes(value), List.of());
        return builder;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    List<Long> offsets() throws IOException {
        return CompactionModel.records(log).stream().map(LogRecord::offset).toList();
    }

    List<Long> bases() throws IOException {
        return CompactionModel.batches(log).stream().map(RecordBatch::baseOffset).toList();
    }

    Compaction begin(Dirtiness what) {
        return Compaction.begin(log, what, log.endOffset(), MAP_BYTES, disk.clock.wallMs());
    }
}

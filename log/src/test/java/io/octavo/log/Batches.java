package io.octavo.log;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Batches as a client sends them, for tests.
final class Batches {
    static final long TIME = 1_700_000_123_457L;

    private Batches() {}

    /// A batch of `count` small records, all of one time.
    static RecordBatch of(int count) {
        return of(count, 10, TIME);
    }

    static RecordBatch of(int count, int valueBytes, long timestamp) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        fill(builder, count, valueBytes, timestamp);
        return new RecordBatch(builder.build());
    }

    /// One record for each timestamp.
    static RecordBatch at(Compression compression, long... timestamps) {
        RecordBatchBuilder builder = new RecordBatchBuilder(compression);
        for (long timestamp : timestamps) {
            builder.append(timestamp, null, value(10), List.of());
        }
        return new RecordBatch(builder.build());
    }

    /// A batch of one record with a key.
    static RecordBatch keyed(String key, long timestamp) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
        builder.append(timestamp, bytes, value(10), List.of());
        return new RecordBatch(builder.build());
    }

    static RecordBatch from(long producerId, int epoch, int sequence, int count) {
        return from(producerId, epoch, sequence, count, false);
    }

    static RecordBatch inTransaction(long producerId, int epoch, int sequence, int count) {
        return from(producerId, epoch, sequence, count, true);
    }

    static RecordBatch marker(long producerId, int epoch, boolean commits) {
        return new RecordBatch(new EndMarker(commits, 7).batch(TIME, producerId, (short) epoch));
    }

    /// The batches in bytes that a log gave out; one that is cut at the end is left out.
    static List<RecordBatch> in(ByteBuffer bytes) {
        List<RecordBatch> batches = new ArrayList<>();
        RecordBatch next = RecordBatch.next(bytes);
        while (next != null) {
            batches.add(next);
            next = RecordBatch.next(bytes);
        }
        return batches;
    }

    private static RecordBatch from(
            long producerId, int epoch, int sequence, int count, boolean transactional) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE)
                        .producer(producerId, (short) epoch, sequence);
        if (transactional) {
            builder.transactional();
        }
        fill(builder, count, 10, TIME);
        return new RecordBatch(builder.build());
    }

    private static void fill(
            RecordBatchBuilder builder, int count, int valueBytes, long timestamp) {
        for (int i = 0; i < count; i++) {
            builder.append(timestamp, null, value(valueBytes), List.of());
        }
    }

    private static ByteBuffer value(int bytes) {
        return ByteBuffer.wrap("x".repeat(bytes).getBytes(StandardCharsets.UTF_8));
    }
}

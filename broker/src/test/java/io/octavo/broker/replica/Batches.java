package io.octavo.broker.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.Header;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;

/// Batches as producers send them.
public final class Batches {
    private static final List<Header> NO_HEADERS = List.of();

    private Batches() {}

    /// Records without keys and timestamps.
    public static ByteBuffer of(String... values) {
        return at(RecordBatch.NO_TIMESTAMP, values);
    }

    /// Records without keys, all of one time.
    public static ByteBuffer at(long timestamp, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (String value : values) {
            builder.append(timestamp, null, bytes(value), NO_HEADERS);
        }
        return builder.build();
    }

    /// One batch of an idempotent producer.
    public static ByteBuffer from(long producerId, int epoch, int sequence, String... values) {
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE)
                        .producer(producerId, (short) epoch, sequence);
        for (String value : values) {
            builder.append(RecordBatch.NO_TIMESTAMP, null, bytes(value), NO_HEADERS);
        }
        return builder.build();
    }

    /// One record whose value has this many bytes.
    public static ByteBuffer ofSize(int valueBytes) {
        return of("x".repeat(valueBytes));
    }

    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}

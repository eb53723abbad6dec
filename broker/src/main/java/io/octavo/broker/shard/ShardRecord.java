package io.octavo.broker.shard;

import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record of a shard's topic: a key that begins with the number of its type, and a value that
/// begins with the number of its version (the form of Apache Kafka's coordinators).
///
/// @param value null to say that nothing of this key is left
public record ShardRecord(ByteBuffer key, @Nullable ByteBuffer value) {
    private static final int BYTES = 64;

    /// @param type in front of the key
    /// @param valueVersion in front of the value, and the form it is written in
    public static ShardRecord of(
            short type, Message key, int valueVersion, @Nullable Message value) {
        return new ShardRecord(
                prefixed(type, key, 0),
                value == null ? null : prefixed(valueVersion, value, valueVersion));
    }

    /// Says that nothing of this key is left.
    public static ShardRecord tombstone(short type, Message key) {
        return of(type, key, 0, null);
    }

    /// The most that it adds to a batch.
    public int bytesMax() {
        return RecordBatchBuilder.recordBytesMax(key, value, List.of());
    }

    private static ByteBuffer prefixed(int prefix, Message message, int version) {
        Writer out = Writer.heap(BYTES);
        out.int16((short) prefix);
        message.write(out, version);
        return out.bytes();
    }
}

package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The control record that ends a transaction in one partition (KIP-98). A control batch holds one.
///
/// ```
/// key     version i16 = 0 | type i16: 0 abort, 1 commit
/// value   version i16 = 0 | coordinatorEpoch i32
/// ```
///
/// @param commits whether the transaction's records count, or are to be skipped
/// @param coordinatorEpoch the coordinator's, so that an older one is refused
public record EndMarker(boolean commits, int coordinatorEpoch) {
    private static final short VERSION = 0;
    private static final short TYPE_ABORT = 0;
    private static final short TYPE_COMMIT = 1;
    private static final int KEY_BYTES = 4;
    private static final int VALUE_BYTES = 6;

    /// A control batch with this marker alone; offset and leader epoch are stamped at the append.
    public ByteBuffer batch(long timestamp, long producerId, short producerEpoch) {
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
        key.putShort(VERSION).putShort(commits ? TYPE_COMMIT : TYPE_ABORT).flip();
        ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
        value.putShort(VERSION).putInt(coordinatorEpoch).flip();
        RecordBatchBuilder builder =
                new RecordBatchBuilder(Compression.NONE)
                        .transactional()
                        .control()
                        .producer(producerId, producerEpoch, RecordBatch.NO_SEQUENCE);
        builder.append(timestamp, key, value, List.of());
        return builder.build();
    }

    /// The marker in a control batch; null when it holds another kind of control record, or, after
    /// compaction, none.
    ///
    /// @throws CorruptBatch when the record is shorter than its format
    public static @Nullable EndMarker read(RecordBatch batch) {
        RecordCursor cursor = batch.cursor();
        if (!batch.isControl() || !cursor.next()) {
            return null;
        }
        ByteBuffer key = cursor.key();
        ByteBuffer value = cursor.value();
        if (key == null || key.remaining() < KEY_BYTES) {
            throw new CorruptBatch(
                    "a control record at offset " + cursor.offset() + " without a type");
        }
        short type = key.getShort(Short.BYTES);
        if (type != TYPE_ABORT && type != TYPE_COMMIT) {
            return null;
        }
        if (value == null || value.remaining() < VALUE_BYTES) {
            throw new CorruptBatch(
                    "an end marker at offset " + cursor.offset() + " without a value");
        }
        return new EndMarker(type == TYPE_COMMIT, value.getInt(Short.BYTES));
    }
}

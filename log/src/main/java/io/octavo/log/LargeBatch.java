package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// A batch in a file that may be too large to be believed. One wrong bit in a length makes a batch
/// of up to a segment's size, so that memory is taken for a large one only after its CRC was found
/// right, in parts.
public final class LargeBatch {
    /// Up to this size memory is taken for a batch unseen.
    public static final int BELIEVED_BYTES = 1 << 20;

    private static final int PART_BYTES = 1 << 16;

    private LargeBatch() {}

    /// Whether memory may be taken for a batch: it is small, or its CRC is right.
    ///
    /// @param sizeBytes what its header says, at least a header's size
    public static boolean isReal(LogFile file, long position, int sizeBytes) throws IOException {
        return sizeBytes <= BELIEVED_BYTES || isRight(file, position, sizeBytes);
    }

    /// Whether the CRC of a batch of any size is right; false where the file ends before it does.
    static boolean isRight(LogFile file, long position, int sizeBytes) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(Math.min(sizeBytes, PART_BYTES));
        int expected = 0;
        CRC32C crc = new CRC32C();
        for (int at = 0; at < sizeBytes; at += part.limit()) {
            part.clear().limit(Math.min(sizeBytes - at, PART_BYTES));
            file.read(part, position + at);
            if (part.hasRemaining()) {
                return false;
            }
            part.flip();
            if (at == 0) {
                expected = part.getInt(RecordBatch.CRC_AT);
                part.position(RecordBatch.ATTRIBUTES_AT);
            }
            crc.update(part);
        }
        return (int) crc.getValue() == expected;
    }
}

package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// A message as Kafka wrote them before version 0.11, which are not served. Big endian:
///
/// ```
/// offset i64 | size i32 of all that follows | crc u32 of all that follows it | magic i8 = 0, 1 | ...
/// ```
final class OldMessage {
    private static final int SIZE_AT = 8;
    private static final int CRC_AT = 12;
    private static final int MAGIC_AT = 16;
    private static final int HEADER_BYTES = 17;
    private static final int MAGIC_MAX = 1;
    private static final int PART_BYTES = 64 << 10;

    private OldMessage() {}

    /// Whether a file has one at a position, whole and right.
    static boolean isAt(LogFile file, long position) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (file.read(header, position) < HEADER_BYTES) {
            return false;
        }
        long end = position + CRC_AT + header.getInt(SIZE_AT);
        int magic = header.get(MAGIC_AT);
        if (magic < 0
                || magic > MAGIC_MAX
                || end < position + HEADER_BYTES
                || end > file.sizeBytes()) {
            return false;
        }
        CRC32 crc = new CRC32();
        ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
        for (long at = position + MAGIC_AT; at < end; at += PART_BYTES) {
            part.clear().limit((int) Math.min(PART_BYTES, end - at));
            file.read(part, at);
            crc.update(part.flip());
        }
        return (int) crc.getValue() == header.getInt(CRC_AT);
    }
}

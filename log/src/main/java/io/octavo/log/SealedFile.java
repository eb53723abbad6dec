package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Small files that say what they are and whether they are whole, big endian.
///
/// ```
///  0  magic    i32
///  4  version  i16
///  6  crc      u32   CRC-32C of all that follows
/// 10  body
/// ```
final class SealedFile {
    /// Where the body begins.
    static final int BODY_AT = 10;

    private static final int CRC_AT = 6;

    private SealedFile() {}

    /// What is in the file, from its body on; null when there is none, or it is not exactly such a
    /// file.
    static @Nullable ByteBuffer read(LogFiles files, Path path, int magic, short version)
            throws IOException {
        ByteBuffer bytes = WholeFile.read(files, path);
        if (bytes == null
                || !isWhole(bytes)
                || bytes.getInt(0) != magic
                || bytes.getShort(Integer.BYTES) != version) {
            return null;
        }
        return bytes.position(BODY_AT);
    }

    /// Whether the CRC is that of what follows it.
    static boolean isWhole(ByteBuffer bytes) {
        return bytes.limit() >= BODY_AT && bytes.getInt(CRC_AT) == crc(bytes);
    }

    /// Room for a file whose body, of so many bytes, is to be put next.
    static ByteBuffer begin(int magic, short version, int bodyBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(BODY_AT + bodyBytes);
        return bytes.putInt(magic).putShort(version).putInt(0);
    }

    /// Puts the CRC over a body that is complete, and replaces the file for good.
    static void replace(LogFiles files, Path path, ByteBuffer bytes) throws IOException {
        bytes.flip();
        bytes.putInt(CRC_AT, crc(bytes));
        WholeFile.replace(files, path, bytes);
    }

    /// A text: its length in an i16, then UTF-8.
    static String text(ByteBuffer bytes) {
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    static void putText(ByteBuffer bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.putShort((short) utf8.length).put(utf8);
    }

    /// What a text takes.
    static int textBytes(String text) {
        return Short.BYTES + text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(BODY_AT, bytes.limit() - BODY_AT));
        return (int) crc.getValue();
    }
}

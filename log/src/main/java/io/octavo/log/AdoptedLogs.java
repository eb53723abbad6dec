package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// The logs that were adopted and not yet led here, with the last leader epoch each has: the file
/// `adopted.octavo` in the data directory, big endian.
///
/// ```
/// magic i32 = "OCTA" | version i16 = 1 | crc u32 of all that follows
/// | count i32 { nameLength i16 | name UTF-8 | lastEpoch i32 }
/// ```
///
/// Epochs never decrease along a log, so who leads one of these has to begin above. A file that is
/// not exactly this is as good as absent.
final class AdoptedLogs {
    static final String FILE = "adopted.octavo";

    private static final int MAGIC = 0x4F435441;
    private static final short VERSION = 1;
    private static final int CRC_AT = 6;
    private static final int BODY_AT = 10;

    private AdoptedLogs() {}

    static Map<String, Integer> read(LogFiles files, Path root) throws IOException {
        Map<String, Integer> epochs = new TreeMap<>();
        ByteBuffer bytes = WholeFile.read(files, root.resolve(FILE));
        if (bytes == null
                || bytes.remaining() < BODY_AT + Integer.BYTES
                || bytes.getInt(0) != MAGIC
                || bytes.getShort(Integer.BYTES) != VERSION
                || bytes.getInt(CRC_AT) != crc(bytes)) {
            return epochs;
        }
        bytes.position(BODY_AT);
        try {
            for (int left = bytes.getInt(); left > 0; left--) {
                byte[] name = new byte[Short.toUnsignedInt(bytes.getShort())];
                bytes.get(name);
                epochs.put(new String(name, StandardCharsets.UTF_8), bytes.getInt());
            }
        } catch (BufferUnderflowException strange) {
            return new TreeMap<>();
        }
        return epochs;
    }

    static void write(LogFiles files, Path root, Map<String, Integer> epochs) throws IOException {
        int size = BODY_AT + Integer.BYTES;
        for (String name : epochs.keySet()) {
            size += Short.BYTES + name.getBytes(StandardCharsets.UTF_8).length + Integer.BYTES;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putInt(MAGIC).putShort(VERSION).putInt(0).putInt(epochs.size());
        epochs.forEach((name, epoch) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            bytes.putShort((short) text.length).put(text).putInt(epoch);
        });
        bytes.flip();
        bytes.putInt(CRC_AT, crc(bytes));
        WholeFile.replace(files, root.resolve(FILE), bytes);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(BODY_AT, bytes.limit() - BODY_AT));
        return (int) crc.getValue();
    }
}

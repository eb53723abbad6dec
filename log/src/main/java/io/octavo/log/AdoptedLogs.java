package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The logs that were adopted and not yet opened here: the file `adopted.octavo` in the data
/// directory, a [SealedFile].
///
/// ```
/// magic i32 = "OCTA" | version i16 = 2 | crc u32
/// | count i32 { nameLength i16 | name UTF-8 | lastEpoch i32 | startOffset i64 }
/// ```
///
/// A file that is not exactly this is as good as absent.
final class AdoptedLogs {
    static final String FILE = "adopted.octavo";

    private static final int MAGIC = 0x4F435441;
    private static final short VERSION = 2;

    private AdoptedLogs() {}

    /// What the files of a log do not say by themselves.
    ///
    /// @param lastEpoch the last leader epoch: epochs never decrease along a log, so who leads it
    ///   has to begin above
    /// @param startOffset what is before it was deleted
    record Adopted(int lastEpoch, long startOffset) {
        private static final int BYTES = Integer.BYTES + Long.BYTES;
    }

    static Map<String, Adopted> read(LogFiles files, Path root) throws IOException {
        Map<String, Adopted> logs = new TreeMap<>();
        ByteBuffer bytes = SealedFile.read(files, root.resolve(FILE), MAGIC, VERSION);
        if (bytes == null) {
            return logs;
        }
        try {
            for (int left = bytes.getInt(); left > 0; left--) {
                String name = SealedFile.text(bytes);
                logs.put(name, new Adopted(bytes.getInt(), bytes.getLong()));
            }
        } catch (BufferUnderflowException strange) {
            return new TreeMap<>();
        }
        return logs;
    }

    /// Where a log begins; 0 when it was not adopted.
    static long startOffset(LogFiles files, Path root, String name) throws IOException {
        Adopted adopted = read(files, root).get(name);
        return adopted == null ? 0 : adopted.startOffset;
    }

    static void write(LogFiles files, Path root, Map<String, Adopted> logs) throws IOException {
        int size = Integer.BYTES;
        for (String name : logs.keySet()) {
            size += SealedFile.textBytes(name) + Adopted.BYTES;
        }
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size).putInt(logs.size());
        logs.forEach((name, adopted) -> {
            SealedFile.putText(bytes, name);
            bytes.putInt(adopted.lastEpoch).putLong(adopted.startOffset);
        });
        SealedFile.replace(files, root.resolve(FILE), bytes);
    }
}

package io.octavo.log;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The logs that were adopted and not yet led here, with the last leader epoch each has: the file
/// `adopted.octavo` in the data directory, a [SealedFile].
///
/// ```
/// magic i32 = "OCTA" | version i16 = 1 | crc u32
/// | count i32 { nameLength i16 | name UTF-8 | lastEpoch i32 }
/// ```
///
/// Epochs never decrease along a log, so who leads one of these has to begin above. A file that is
/// not exactly this is as good as absent.
final class AdoptedLogs {
    static final String FILE = "adopted.octavo";

    private static final int MAGIC = 0x4F435441;
    private static final short VERSION = 1;

    private AdoptedLogs() {}

    static Map<String, Integer> read(LogFiles files, Path root) throws IOException {
        Map<String, Integer> epochs = new TreeMap<>();
        ByteBuffer bytes = SealedFile.read(files, root.resolve(FILE), MAGIC, VERSION);
        if (bytes == null) {
            return epochs;
        }
        try {
            for (int left = bytes.getInt(); left > 0; left--) {
                epochs.put(SealedFile.text(bytes), bytes.getInt());
            }
        } catch (BufferUnderflowException strange) {
            return new TreeMap<>();
        }
        return epochs;
    }

    static void write(LogFiles files, Path root, Map<String, Integer> epochs) throws IOException {
        int size = Integer.BYTES;
        for (String name : epochs.keySet()) {
            size += SealedFile.textBytes(name) + Integer.BYTES;
        }
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size).putInt(epochs.size());
        epochs.forEach((name, epoch) -> {
            SealedFile.putText(bytes, name);
            bytes.putInt(epoch);
        });
        SealedFile.replace(files, root.resolve(FILE), bytes);
    }
}

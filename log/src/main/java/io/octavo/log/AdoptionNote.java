package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What the files of a log that was adopted ([Adoption]) do not say by themselves: the file
/// `adoption.octavo` in its directory, a [SealedFile].
///
/// ```
/// magic i32 = "OCTF" | version i16 = 1 | crc u32 | startOffset i64 | endOffset i64
/// ```
///
/// A file that is not exactly this is as good as absent.
///
/// @param startOffset what is before it was deleted, where the checkpoint does not know the log
/// @param endOffset producers of batches before it are another broker's, and not known
record AdoptionNote(long startOffset, long endOffset) {
    static final String FILE = "adoption.octavo";

    /// Of a log that was not adopted.
    static final AdoptionNote NONE = new AdoptionNote(0, 0);

    private static final int MAGIC = 0x4F435446;
    private static final short VERSION = 1;
    private static final int BODY_BYTES = 2 * Long.BYTES;

    static AdoptionNote read(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = SealedFile.read(files, directory.resolve(FILE), MAGIC, VERSION);
        return bytes == null || bytes.remaining() != BODY_BYTES
                ? NONE
                : new AdoptionNote(bytes.getLong(), bytes.getLong());
    }

    void write(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, BODY_BYTES);
        bytes.putLong(startOffset).putLong(endOffset);
        SealedFile.replace(files, directory.resolve(FILE), bytes);
    }
}

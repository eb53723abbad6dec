package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What a segment's file has behind its last right batch: room that was never written to, or a torn
/// end.
///
/// @param from where it begins
/// @param to the file's size
record FileRest(LogFile file, int from, int to) {
    /// How much of a torn end is kept.
    static final int KEPT_BYTES_MAX = 64 << 20;

    private static final int COPY_BYTES = 1 << 20;

    int bytes() {
        return to - from;
    }

    /// Whether it is room that was never written to.
    boolean isRoom() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(COPY_BYTES, bytes()));
        for (int at = from; at < to; at += COPY_BYTES) {
            bytes.clear().limit(Math.min(COPY_BYTES, to - at));
            file.read(bytes, at);
            bytes.flip();
            while (bytes.remaining() >= Long.BYTES) {
                if (bytes.getLong() != 0) {
                    return false;
                }
            }
            while (bytes.hasRemaining()) {
                if (bytes.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Copies it, or as much as is kept, into a file that survives a power cut.
    void keep(LogFiles files, Path kept) throws IOException {
        try (LogFile into = files.open(kept, LogFiles.Mode.CREATE)) {
            int length = Math.min(bytes(), KEPT_BYTES_MAX);
            ByteBuffer part = ByteBuffer.allocate(Math.min(COPY_BYTES, length));
            for (int at = 0; at < length; at += COPY_BYTES) {
                part.clear().limit(Math.min(COPY_BYTES, length - at));
                file.read(part, (long) from + at);
                into.write(part.flip(), at);
            }
            into.force();
        }
    }
}

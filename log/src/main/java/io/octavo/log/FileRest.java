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

    /// Where a restart looks for what was written: at all of so much, and behind that at the
    /// beginning of each step.
    private static final int WHOLE_BYTES = 1 << 20;

    private static final int STEP_BYTES = 256 << 10;
    private static final int SAMPLE_BYTES = 4 << 10;

    int bytes() {
        return to - from;
    }

    /// Whether it is room that was never written to.
    boolean isRoom() throws IOException {
        return isZero(from, to);
    }

    /// Whether it seems to be room: looks at all of the beginning, and at a sample of the rest. A
    /// restart is not to read all that a busy log has set aside. Enough while the page cache holds
    /// what was written, batch behind batch; what a power cut leaves may begin anywhere.
    boolean seemsRoom() throws IOException {
        int sampled = (int) Math.min((long) from + WHOLE_BYTES, to);
        if (!isZero(from, sampled)) {
            return false;
        }
        for (long at = sampled; at < to; at += STEP_BYTES) {
            if (!isZero((int) at, (int) Math.min(at + SAMPLE_BYTES, to))) {
                return false;
            }
        }
        return true;
    }

    private boolean isZero(int begin, int end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(COPY_BYTES, end - begin));
        for (long at = begin; at < end; at += COPY_BYTES) {
            bytes.clear().limit((int) Math.min(COPY_BYTES, end - at));
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

    /// Copies it, or as much as is kept, into a file that survives a power cut; zeros for what the
    /// disk cannot read.
    void keep(LogFiles files, Path kept) throws IOException {
        try (LogFile into = files.open(kept, LogFiles.Mode.CREATE)) {
            int length = Math.min(bytes(), KEPT_BYTES_MAX);
            ByteBuffer part = ByteBuffer.allocate(Math.min(COPY_BYTES, length));
            for (int at = 0; at < length; at += COPY_BYTES) {
                part.clear().limit(Math.min(COPY_BYTES, length - at));
                TolerantRead.fill(file, part, (long) from + at);
                into.write(part.flip(), at);
            }
            // One of an earlier end at the same place was longer.
            into.truncate(length);
            into.force();
        }
    }
}

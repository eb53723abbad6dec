package io.octavo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads lines as bytes, whatever their encoding; a line ends with `\n`, which is not part of it
/// (`\r` is). A last line without `\n` counts. For one thread.
final class LineReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int lineBytesMax;
    private byte[] buffer = new byte[BUFFER_BYTES];

    /// What was read and not given out yet: `[start, end)`.
    private int start;

    private int end;
    private long lines;

    /// @param lineBytesMax longer lines are refused, since they would have to be held in memory
    LineReader(InputStream in, int lineBytesMax) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
    }

    /// The next line, or null at the end. Good until the next call, which reuses its bytes.
    ///
    /// @throws Failure when it is longer than is allowed
    @Nullable ByteBuffer next() throws IOException {
        int searched = start;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == '\n') {
                    return line(i, i + 1);
                }
            }
            searched = end - start;
            if (searched > lineBytesMax) {
                throw new Failure(
                        "line "
                                + (lines + 1)
                                + " is longer than "
                                + Amount.bytes(lineBytesMax)
                                + ", which is more than a record may have");
            }
            makeRoom();
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return start == end ? null : line(end, end);
            }
            end += read;
        }
    }

    /// How many lines were given out.
    long lines() {
        return lines;
    }

    private ByteBuffer line(int lineEnd, int next) {
        ByteBuffer line = ByteBuffer.wrap(buffer, start, lineEnd - start).slice();
        start = next;
        lines++;
        return line;
    }

    /// Moves the begun line to the front, and enlarges the buffer when it is full of it.
    private void makeRoom() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
    }
}

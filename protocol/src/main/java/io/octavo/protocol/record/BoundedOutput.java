package io.octavo.protocol.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A byte array that grows with what is written to it, up to a limit. It grows by what is there,
/// never by what a peer announces, so that a few bytes cannot make it large.
final class BoundedOutput extends OutputStream {
    private static final int FIRST_BYTES = 8 << 10;

    private final int bytesMax;
    private byte[] bytes;
    private int size;

    BoundedOutput(int bytesMax) {
        this.bytesMax = bytesMax;
        bytes = new byte[Math.min(FIRST_BYTES, bytesMax)];
    }

    /// Reads a stream to its end.
    void drain(InputStream in) throws IOException {
        while (true) {
            if (size == bytes.length && !grown()) {
                if (in.read() >= 0) {
                    throw tooLarge();
                }
                return;
            }
            int read = in.read(bytes, size, bytes.length - size);
            if (read < 0) {
                return;
            }
            size += read;
        }
    }

    /// Makes room for `more` bytes and returns the array to write them to, from [#size()] on;
    /// [#advance] follows.
    ///
    /// @param more as a peer says, which may be anything
    byte[] room(int more) {
        if (more < 0 || more > bytesMax - size) {
            throw tooLarge();
        }
        if (more > bytes.length - size) {
            long doubled = Math.max(2L * bytes.length, (long) size + more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, bytesMax));
        }
        return bytes;
    }

    void advance(int written) {
        size += written;
    }

    int size() {
        return size;
    }

    @Override
    public void write(int b) {
        room(1)[size] = (byte) b;
        size++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, room(length), size, length);
        size += length;
    }

    /// What was written, sharing the array.
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    private boolean grown() {
        if (bytes.length == bytesMax) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * bytes.length, bytesMax));
        return true;
    }

    private CorruptBatch tooLarge() {
        return new CorruptBatch(
                "the batch decompresses to more than the " + bytesMax + " bytes allowed");
    }
}

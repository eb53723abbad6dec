package io.octavo.broker.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One received request, without its length, where it was received. Belongs to the connection's
/// event loop.
final class Frame {
    /// API key, version and correlation id; what is shorter is no request.
    static final int BYTES_MIN = 8;

    private FrameMemory.@Nullable Chunk chunk;
    private final int start;
    private final int sizeBytes;
    private final short apiKey;

    /// Holds the chunk.
    ///
    /// @param start where in the chunk the frame begins
    Frame(FrameMemory.Chunk chunk, int start, int sizeBytes) {
        chunk.hold();
        this.chunk = chunk;
        this.start = start;
        this.sizeBytes = sizeBytes;
        apiKey = chunk.bytes().getShort(start);
    }

    int sizeBytes() {
        return sizeBytes;
    }

    short apiKey() {
        return apiKey;
    }

    /// The bytes, valid until [#release()].
    ByteBuffer bytes() {
        FrameMemory.Chunk held = chunk;
        if (held == null) {
            throw new IllegalStateException("the frame is released");
        }
        return held.bytes().nioBuffer(start, sizeBytes);
    }

    /// Gives the memory back; harmless when called again.
    void release() {
        FrameMemory.Chunk held = chunk;
        chunk = null;
        if (held != null) {
            held.release();
        }
    }
}

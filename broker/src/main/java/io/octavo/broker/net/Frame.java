package io.octavo.broker.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One received request, without its length, where it was received. Belongs to the connection's
/// event loop; [#isReleased()] may be asked elsewhere, and is true late at worst.
final class Frame {
    /// API key, version and correlation id; what is shorter is no request.
    static final int BYTES_MIN = 8;

    private FrameMemory.@Nullable Chunk chunk;
    private int start;
    private final int sizeBytes;
    private final short apiKey;

    private final long nanos;

    /// Holds the chunk.
    ///
    /// @param start where in the chunk the frame begins
    /// @param nanos when it was complete
    Frame(FrameMemory.Chunk chunk, int start, int sizeBytes, long nanos) {
        chunk.hold(sizeBytes);
        this.chunk = chunk;
        this.start = start;
        this.sizeBytes = sizeBytes;
        this.nanos = nanos;
        apiKey = chunk.bytes().getShort(start);
    }

    int sizeBytes() {
        return sizeBytes;
    }

    short apiKey() {
        return apiKey;
    }

    /// When it was complete, by the monotonic clock.
    long nanos() {
        return nanos;
    }

    /// The bytes, valid until [#release()].
    ByteBuffer bytes() {
        FrameMemory.Chunk held = chunk;
        if (held == null) {
            throw new IllegalStateException("the frame is released");
        }
        return held.bytes().nioBuffer(start, sizeBytes);
    }

    boolean isReleased() {
        return chunk == null;
    }

    /// Gives the memory back; harmless when called again.
    void release() {
        FrameMemory.Chunk held = chunk;
        chunk = null;
        if (held != null) {
            held.release(sizeBytes);
        }
    }

    /// Moves to memory of its own where it lies in much more than is used. Not when it was read:
    /// what was made of it stays where it is.
    void settle(FrameMemory memory) {
        FrameMemory.Chunk held = chunk;
        if (held == null || !held.tooLarge()) {
            return;
        }
        FrameMemory.Chunk own = memory.takeSmaller(Math.max(FrameMemory.BYTES_MIN, sizeBytes));
        own.bytes().writeBytes(held.bytes(), start, sizeBytes);
        own.hold(sizeBytes);
        own.release();
        chunk = own;
        start = 0;
        held.release(sizeBytes);
    }
}

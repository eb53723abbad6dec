package io.octavo.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/// Cuts what a channel delivers into frames: an int32 length and so many bytes.
///
/// ```
/// channel ─> input, 32 KiB: small frames, and the beginning of a large one
///        └─> frame, of its own: the rest of a large one, without another copy
/// ```
final class FrameReader {
    private static final int INPUT_BYTES = 32 << 10;

    /// A frame's buffer begins with at most this and doubles as bytes arrive, whatever the length
    /// says.
    private static final int FRAME_BYTES_FIRST = 1 << 20;

    /// The most that is read at once: the JDK copies through direct memory of this size, and keeps
    /// it.
    private static final int READ_BYTES_MAX = 256 << 10;

    private final int frameBytesMax;
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES).limit(0);
    private @Nullable ByteBuffer frame;
    private int frameBytes;

    FrameReader(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /// The next whole frame, without its length, in a heap buffer of its own; null when the channel
    /// has no more for now.
    ///
    /// @throws EOFException at the channel's end
    /// @throws Unreadable when the length is not one of a frame
    @Nullable ByteBuffer next(ReadableByteChannel channel) throws IOException {
        while (true) {
            if (frame == null && input.remaining() >= Integer.BYTES) {
                begin(input.getInt());
            }
            if (frame != null && frame.position() + input.remaining() >= frameBytes) {
                return finished(frame);
            }
            int read = frame == null ? fillInput(channel) : fillFrame(frame, channel);
            if (read < 0) {
                throw new EOFException();
            }
            if (read == 0) {
                return null;
            }
        }
    }

    private void begin(int bytes) {
        if (bytes < Integer.BYTES || bytes > frameBytesMax) {
            throw new Unreadable(
                    "the broker announces an answer of "
                            + bytes
                            + " bytes; accepted are "
                            + frameBytesMax
                            + ". Is a Kafka listener there, without TLS?");
        }
        frameBytes = bytes;
        frame = ByteBuffer.allocate(Math.min(bytes, FRAME_BYTES_FIRST));
    }

    private ByteBuffer finished(ByteBuffer whole) {
        ByteBuffer target = grown(whole, frameBytes);
        int missing = frameBytes - target.position();
        target.put(input.slice(input.position(), missing));
        input.position(input.position() + missing);
        frame = null;
        return target.flip();
    }

    private int fillInput(ReadableByteChannel channel) throws IOException {
        input.compact();
        int read = channel.read(input);
        input.flip();
        return read;
    }

    private int fillFrame(ByteBuffer part, ReadableByteChannel channel) throws IOException {
        ByteBuffer target = grown(part, part.position() + input.remaining() + 1);
        target.put(input);
        target.limit(Math.min(target.capacity(), target.position() + READ_BYTES_MAX));
        int read = channel.read(target);
        target.limit(target.capacity());
        frame = target;
        return read;
    }

    /// The same buffer, or a larger one when it does not hold `needed` bytes.
    private ByteBuffer grown(ByteBuffer part, int needed) {
        if (needed <= part.capacity()) {
            return part;
        }
        long doubled = Math.max(needed, 2L * part.capacity());
        return ByteBuffer.allocate((int) Math.min(doubled, frameBytes)).put(part.flip());
    }
}

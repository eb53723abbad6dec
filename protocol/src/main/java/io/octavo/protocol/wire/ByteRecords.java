package io.octavo.protocol.wire;

import java.nio.ByteBuffer;

/// Records in memory: the bytes between the buffer's position and its limit. When it was read, the
/// buffer is a slice of the received frame and lives as long as the frame does.
public record ByteRecords(ByteBuffer buffer) implements Records {
    /// No records.
    public static final ByteRecords EMPTY =
            new ByteRecords(ByteBuffer.allocate(0).asReadOnlyBuffer());

    @Override
    public int sizeBytes() {
        return buffer.remaining();
    }
}

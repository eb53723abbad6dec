package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// Makes Netty read a connection's bytes straight into the buffer its frames stay in, and decides
/// how long one connection is read before the others have their turn. Belongs to the connection's
/// event loop.
final class ReceiveBurst implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    /// How often a connection that has more is read before the next one: so much that a large frame
    /// is not slowed down, so little that the requests read in a burst take a few milliseconds.
    private static final int READS_MAX = 4;

    private final Connection connection;
    private int reads;
    private int attemptedBytes;
    private int lastBytes;

    ReceiveBurst(Connection connection) {
        this.connection = connection;
    }

    @Override
    public RecvByteBufAllocator.ExtendedHandle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator unused) {
        return connection.roomToRead().retain();
    }

    @Override
    public int guess() {
        return FrameMemory.CHUNK_BYTES;
    }

    @Override
    public void reset(ChannelConfig config) {
        reads = 0;
    }

    @Override
    public void incMessagesRead(int messages) {
        reads += messages;
    }

    @Override
    public void lastBytesRead(int bytes) {
        lastBytes = bytes;
        if (bytes > 0) {
            connection.loop().counts().received(bytes);
        }
    }

    @Override
    public int lastBytesRead() {
        return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
        return lastBytes == attemptedBytes && mayContinue();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
        return mayHaveMore.get() && mayContinue();
    }

    @Override
    public void readComplete() {}

    private boolean mayContinue() {
        return reads < READS_MAX && connection.mayReadOn();
    }
}

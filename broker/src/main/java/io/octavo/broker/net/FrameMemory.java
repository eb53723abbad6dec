package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// Where the connections of one event loop get the buffers they receive into. Belongs to that loop,
/// except the budget, which is the node's.
final class FrameMemory {
    /// What a connection may be read into before it has shown that it sends more: several small
    /// requests, or one producer's batch of the usual size, in one system call; and small enough to
    /// stay in the processor's cache.
    static final int CHUNK_BYTES = 64 * 1024;

    /// Below this, memory is not worth moving for.
    static final int BYTES_MIN = 512;

    /// A chunk is given back for a smaller one when less than this part of it is used.
    static final int USED_PART_MIN = 4;

    private final ByteBufAllocator allocator;
    private final FrameBudget budget;
    private @Nullable ByteBuf spare;

    FrameMemory(ByteBufAllocator allocator, FrameBudget budget) {
        this.allocator = allocator;
        this.budget = budget;
    }

    FrameBudget budget() {
        return budget;
    }

    /// @return an empty chunk held once, or null when the claim has to wait
    @Nullable Chunk take(FrameBudget.Claim claim, int bytes) {
        return budget.take(claim, bytes) ? new Chunk(allocate(bytes), this) : null;
    }

    /// @return an empty chunk held once, in place of a larger one
    Chunk takeSmaller(int bytes) {
        budget.takeAnyway(bytes);
        return new Chunk(allocate(bytes), this);
    }

    void give(ByteBuf bytes) {
        budget.give(bytes.capacity());
        if (bytes.capacity() == CHUNK_BYTES && spare == null) {
            spare = bytes.clear();
        } else {
            bytes.release();
        }
    }

    /// Frees what is kept for the next connection.
    void close() {
        ByteBuf kept = spare;
        spare = null;
        if (kept != null) {
            kept.release();
        }
    }

    private ByteBuf allocate(int bytes) {
        ByteBuf kept = spare;
        if (kept != null && bytes == CHUNK_BYTES) {
            spare = null;
            return kept;
        }
        return allocator.directBuffer(bytes, bytes);
    }

    /// A buffer that frames lie in: held by the connection that receives into it and by each frame
    /// in it. Belongs to the event loop.
    static final class Chunk {
        private final ByteBuf bytes;
        private final FrameMemory memory;
        private int holders = 1;

        /// Of the frames that hold it.
        private int frameBytes;

        Chunk(ByteBuf bytes, FrameMemory memory) {
            this.bytes = bytes;
            this.memory = memory;
        }

        /// From the reader index to the writer index is what was received and not yet cut into
        /// frames.
        ByteBuf bytes() {
            return bytes;
        }

        boolean shared() {
            return holders > 1;
        }

        /// For a frame in it.
        void hold(int bytes) {
            holders++;
            frameBytes += bytes;
        }

        /// A frame in it is not used any more.
        void release(int bytes) {
            frameBytes -= bytes;
            release();
        }

        /// Whether the frames that hold it, and what is not cut yet, would have enough in a smaller
        /// one.
        boolean tooLarge() {
            long used = frameBytes + (long) bytes.readableBytes();
            return Math.max(BYTES_MIN, USED_PART_MIN * used) < bytes.capacity();
        }

        void release() {
            holders--;
            if (holders == 0) {
                memory.give(bytes);
            }
        }
    }
}

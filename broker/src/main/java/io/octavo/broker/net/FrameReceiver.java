package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.octavo.ports.Clock;
import io.octavo.protocol.wire.MalformedFrame;
import org.jspecify.annotations.Nullable;

/// Receives the bytes of one connection and cuts them into frames, where they lie. Belongs to the
/// connection's event loop.
///
/// ```
/// chunk  | cut before | length frame | length frame | length fra           |
///                     ^ reader index                            ^ writer index: the socket is read to here
/// ```
///
/// Several small frames arrive by one read; a frame that the chunk has no room for moves, once, to
/// one that has. Memory follows what arrives: a chunk is at most 64 KiB or twice what is received
/// of the frame, unless the connection has completed a frame of that size before: then it may be 2
/// MiB at once, and what the frame needs when a quarter of it has come. Between bursts a connection
/// keeps no more than four times what it received, and an idle one nothing.
final class FrameReceiver {
    private static final int LENGTH_BYTES = 4;
    private static final int KEY_BYTES = 2;

    /// A request other than a Produce is an object on the heap once it is decoded, of up to several
    /// times its size; those of the largest clusters have a few megabytes.
    static final int DECODED_BYTES_MAX = 8 << 20;

    /// What a frame is to grow by in [#PACE_MS] while others have no memory.
    private static final int PACE_BYTES = 4 << 20;

    private static final long PACE_MS = 10_000;

    /// The largest chunk that is taken before anything of a frame has arrived, on a connection
    /// whose frames are large. Fits a Java producer's largest batch (`max.request.size` 1 MiB); the
    /// first part of larger frames is moved.
    private static final int CHUNK_BYTES_MAX = 2 << 20;

    /// A chunk with less room than this is not read into while the frame's length is not known.
    private static final int ROOM_BYTES_MIN = 4096;

    private final FrameMemory memory;
    private final Clock clock;
    private final FrameBudget.Claim claim;
    private int frameBytesMax;
    private FrameMemory.@Nullable Chunk chunk;
    private int completedBytesMax;
    private boolean frameCut;
    private boolean starved;

    /// Whether the pace of the frame is measured, from when on, and what was received of it then.
    private boolean paced;

    private long paceMs;
    private int paceBytes;

    /// @param frameBytesMax the largest frame, without its length
    /// @param memoryFree told, on any thread, that [#makeRoom] may succeed now
    FrameReceiver(FrameMemory memory, Clock clock, int frameBytesMax, Runnable memoryFree) {
        this.memory = memory;
        this.clock = clock;
        this.frameBytesMax = frameBytesMax;
        claim = new FrameBudget.Claim(memoryFree);
    }

    /// Sets the largest frame from the next one on: it is smaller before a client is authenticated.
    void frameBytesMax(int bytes) {
        frameBytesMax = bytes;
    }

    /// Sees to it that [#room()] has room for the rest of the frame, or for a good part of it.
    ///
    /// @return false when there is no memory and the connection must not be read until `memoryFree`
    ///   is called
    boolean makeRoom() {
        FrameMemory.Chunk held = chunk;
        if (held == null) {
            starved = !replace(null, chunkBytes());
            return !starved;
        }
        ByteBuf bytes = held.bytes();
        if (!bytes.isReadable() && !held.shared()) {
            bytes.clear();
        }
        if (hasRoom(bytes)) {
            return true;
        }
        if (growing(bytes) && bytes.writableBytes() >= ROOM_BYTES_MIN) {
            return true;
        }
        int wanted = wantedBytes(bytes);
        if (wanted <= bytes.capacity() && !held.shared()) {
            bytes.discardReadBytes();
            return true;
        }
        starved = !replace(held, wanted) && !bytes.isWritable();
        return !starved;
    }

    /// The buffer to read into, from its writer index on; after [#makeRoom()].
    ByteBuf room() {
        FrameMemory.Chunk held = chunk;
        if (held == null) {
            throw new IllegalStateException("no room was made");
        }
        return held.bytes();
    }

    /// Whether the frame that is being received has not grown as it should for a while; to be asked
    /// now and then.
    ///
    /// @param hurried whether others have no memory, and it is up to the peer that this one goes on
    boolean tooSlow(long nowMs, boolean hurried) {
        FrameMemory.Chunk held = chunk;
        int received = held == null ? 0 : held.bytes().readableBytes();
        if (!hurried || received == 0) {
            paced = false;
            return false;
        }
        if (!paced || received < paceBytes || received - paceBytes >= PACE_BYTES) {
            paced = true;
            paceMs = nowMs;
            paceBytes = received;
        }
        return nowMs - paceMs >= PACE_MS;
    }

    /// Cuts the next frame off.
    ///
    /// @return null when it is not complete
    /// @throws MalformedFrame when its length is impossible or not allowed
    @Nullable Frame next() {
        FrameMemory.Chunk held = chunk;
        if (held == null) {
            return null;
        }
        ByteBuf bytes = held.bytes();
        int unparsed = bytes.readableBytes();
        if (unparsed < LENGTH_BYTES) {
            return null;
        }
        int start = bytes.readerIndex();
        int size = bytes.getInt(start);
        if (!allowed(size)) {
            throw new MalformedFrame(
                    "a frame of "
                            + size
                            + " bytes, not in ["
                            + Frame.BYTES_MIN
                            + ", "
                            + frameBytesMax
                            + "]");
        }
        if (size > DECODED_BYTES_MAX
                && unparsed >= LENGTH_BYTES + KEY_BYTES
                && bytes.getShort(start + LENGTH_BYTES) != RequestQueue.PRODUCE) {
            throw new MalformedFrame(
                    "a frame of "
                            + size
                            + " bytes that is no Produce; others have at most "
                            + DECODED_BYTES_MAX);
        }
        if (unparsed - LENGTH_BYTES < size) {
            return null;
        }
        paced = false;
        bytes.skipBytes(LENGTH_BYTES + size);
        completedBytesMax = Math.max(completedBytesMax, size);
        frameCut = true;
        return new Frame(held, start + LENGTH_BYTES, size, clock.nanos());
    }

    /// Whether something was received that [#next()] has not returned.
    boolean midFrame() {
        FrameMemory.Chunk held = chunk;
        return held != null && held.bytes().isReadable();
    }

    /// Gives back what is not needed until more arrives.
    void settle() {
        if (starved) {
            return;
        }
        FrameMemory.Chunk held = chunk;
        boolean midFrame = held != null && held.bytes().isReadable();
        if (frameCut || !midFrame) {
            frameCut = false;
            leaveBudget();
        }
        if (held == null) {
            return;
        }
        if (!midFrame) {
            drop();
            return;
        }
        if (claim.age == 0) {
            claim.age = memory.budget().nextAge();
        }
        shrink(held);
    }

    /// The same once frames were cut, also of what came before the last read.
    void settleIfCut() {
        if (frameCut) {
            settle();
        }
    }

    /// There may be memory again. Who has cut all that came needs none until more does, which may
    /// be never, and others do.
    void retry() {
        starved = false;
        if (!midFrame()) {
            settleIfCut();
        }
    }

    /// Lets others have the memory that [#makeRoom] asked for.
    void renounce() {
        leaveBudget();
    }

    /// Gives everything back.
    void close() {
        leaveBudget();
        drop();
    }

    private void leaveBudget() {
        memory.budget().leave(claim);
        claim.age = 0;
    }

    private void shrink(FrameMemory.Chunk held) {
        ByteBuf bytes = held.bytes();
        int unparsed = bytes.readableBytes();
        if (unparsed > bytes.capacity() / FrameMemory.USED_PART_MIN) {
            return;
        }
        int enough = Math.max(FrameMemory.BYTES_MIN, Integer.highestOneBit(unparsed) << 1);
        if (enough < bytes.capacity()) {
            FrameMemory.Chunk smaller = memory.takeSmaller(enough);
            smaller.bytes().writeBytes(bytes);
            chunk = smaller;
            held.release();
        }
    }

    private void drop() {
        FrameMemory.Chunk held = chunk;
        chunk = null;
        if (held != null) {
            held.release();
        }
    }

    /// Moves what is not parsed to a new chunk.
    private boolean replace(FrameMemory.@Nullable Chunk held, int wantedBytes) {
        FrameMemory.Chunk larger = memory.take(claim, wantedBytes);
        if (larger == null) {
            return false;
        }
        if (held != null) {
            larger.bytes().writeBytes(held.bytes());
            held.release();
        }
        chunk = larger;
        return true;
    }

    private boolean hasRoom(ByteBuf bytes) {
        int capacity = bytes.capacity();
        if (capacity < FrameMemory.CHUNK_BYTES) {
            return false;
        }
        int frame = frameBytes(bytes);
        if (frame == LENGTH_BYTES) {
            return bytes.writableBytes() >= ROOM_BYTES_MIN;
        }
        return bytes.isWritable() && bytes.readerIndex() + frame <= capacity;
    }

    /// Whether memory follows what has arrived of the frame: the chunk is doubled each time it is
    /// full, not at each read.
    private boolean growing(ByteBuf bytes) {
        return !wholeIsDue(bytes, frameBytes(bytes));
    }

    /// Whether there may be room for all of the frame: the connection has completed one of that
    /// size, and this one has begun in earnest if it is large.
    private boolean wholeIsDue(ByteBuf bytes, int frame) {
        return frame - LENGTH_BYTES <= completedBytesMax
                && (frame <= CHUNK_BYTES_MAX
                        || bytes.readableBytes() > frame / FrameMemory.USED_PART_MIN);
    }

    /// The bytes of the frame that is being received, with its length; only those of the length
    /// while it is not known.
    private int frameBytes(ByteBuf bytes) {
        if (bytes.readableBytes() < LENGTH_BYTES) {
            return LENGTH_BYTES;
        }
        int size = bytes.getInt(bytes.readerIndex());
        return allowed(size) ? LENGTH_BYTES + size : LENGTH_BYTES;
    }

    private boolean allowed(int size) {
        return size >= Frame.BYTES_MIN && size <= frameBytesMax;
    }

    /// How large a chunk should be before anything of a frame has arrived.
    private int chunkBytes() {
        int known = Math.min(CHUNK_BYTES_MAX, LENGTH_BYTES + completedBytesMax);
        return Math.ceilDiv(Math.max(known, 1), FrameMemory.CHUNK_BYTES) * FrameMemory.CHUNK_BYTES;
    }

    /// How large a chunk should be, now that a part of a frame has arrived.
    private int wantedBytes(ByteBuf bytes) {
        int unparsed = bytes.readableBytes();
        int needed = Math.max(frameBytes(bytes), unparsed + 1);
        int first = chunkBytes();
        if (needed <= first) {
            return first;
        }
        if (wholeIsDue(bytes, needed)) {
            return needed;
        }
        return (int) Math.min(needed, Math.max(first, 2L * unparsed));
    }
}

package io.octavo.broker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.octavo.log.LogSlice;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A stretch of a reply that waits to be handed to the socket, and what it holds.
sealed interface ReplyPart {
    /// The most that is handed to the socket at a time; and what is fetched at once where records
    /// have to be read from the disk first.
    int WINDOW_BYTES = 1 << 20;

    /// Records that no file of the machine holds are copied, this much at a time; and so much of
    /// what is around records is handed over, so that it is seen that a slow reader reads.
    int PIECE_BYTES = 256 * 1024;

    /// Up to so many bytes of a file are copied: handed over as a buffer, they leave with the bytes
    /// around them in one call, and whoever waits for them wakes once.
    int FEW_BYTES = 16 * 1024;

    /// Whether the next window can be handed to the socket without waiting for the disk. If not, it
    /// is being read, and the connection gets a turn when it is there.
    ///
    /// @throws IOException when it cannot be read
    default boolean ready(ReadAhead ahead) throws IOException {
        return true;
    }

    /// The next window, which is the caller's: a [ByteBuf] or a [SliceRegion].
    Object next(ByteBufAllocator allocator) throws IOException;

    /// Whether [#next] has returned everything.
    boolean done();

    /// Gives up what is held. To be called once.
    void release();

    /// Records to be sent, as they are held best.
    static ReplyPart of(Records records) {
        return switch (records) {
            case LogSlice slice -> {
                FileChannel file = slice.channel();
                yield file == null ? new Copied(slice::read, slice) : new Sliced(slice, file);
            }
            case ByteRecords(ByteBuffer bytes) ->
                    new Copied((into, from) -> copy(bytes, into, from), records);
            default -> throw new IllegalArgumentException("cannot send " + records.getClass());
        };
    }

    private static void copy(ByteBuffer bytes, ByteBuffer into, int from) {
        int wanted = Math.min(into.remaining(), bytes.remaining() - from);
        into.put(into.position(), bytes, bytes.position() + from, wanted);
        into.position(into.position() + wanted);
    }

    private static ByteBuf copy(Source source, int from, int bytes, ByteBufAllocator allocator)
            throws IOException {
        ByteBuf piece = allocator.directBuffer(bytes, bytes);
        try {
            source.read(piece.internalNioBuffer(0, bytes), from);
        } catch (IOException | RuntimeException e) {
            piece.release();
            throw e;
        }
        return piece.writerIndex(bytes);
    }

    /// Bytes of the protocol between records.
    final class Gathered implements ReplyPart {
        private final int bufferBytes;
        private @Nullable ByteBuf bytes;

        /// Takes the buffer over.
        Gathered(ByteBuf bytes) {
            this.bytes = bytes;
            bufferBytes = bytes.capacity();
        }

        /// What the buffer holds in memory.
        int bufferBytes() {
            return bufferBytes;
        }

        @Override
        public Object next(ByteBufAllocator allocator) {
            ByteBuf left = bytes;
            if (left == null) {
                throw new IllegalStateException("handed over already");
            }
            if (left.readableBytes() > PIECE_BYTES) {
                return left.readRetainedSlice(PIECE_BYTES);
            }
            bytes = null;
            return left;
        }

        @Override
        public boolean done() {
            return bytes == null;
        }

        @Override
        public void release() {
            if (bytes != null) {
                bytes.release();
            }
        }
    }

    /// Records in a file of the machine.
    ///
    /// ```
    ///  0         from          warm          asked        size
    ///  ├───────────┼─────────────┼─────────────┼────────────┤
    ///   handed over   in memory     being read
    /// ```
    ///
    /// Nothing is warm or asked for while windows are found in memory anyway, with the next. One
    /// that is not there is read while the one before it is sent; behind the last, what the reader
    /// will ask for next: so it is never left to the system to read ahead, on the event loop. What
    /// could not be read is not sent either: the system would try again meanwhile, for as long as
    /// the disk takes to give up.
    final class Sliced implements ReplyPart {
        private final LogSlice slice;
        private final FileChannel file;
        private int from;
        private int warm;
        private int asked;
        private @Nullable IOException unreadable;

        /// Takes the slice over.
        Sliced(LogSlice slice, FileChannel file) {
            this.slice = slice;
            this.file = file;
        }

        @Override
        public boolean ready(ReadAhead ahead) throws IOException {
            int bytes = windowAt(from);
            if (from >= warm) {
                if (unreadable != null) {
                    throw unreadable;
                }
                if (from < asked) {
                    return false;
                }
                if (!slice.isCached(from, bytes)) {
                    ask(ahead, from);
                    return false;
                }
            }
            goAhead(ahead, from + bytes);
            return true;
        }

        /// Behind the slice it is enough to have half a window: who asks for little at a time does
        /// not have the disk read as little.
        private void goAhead(ReadAhead ahead, int next) {
            if (asked > next || ahead.isBusy()) {
                return;
            }
            boolean within = next < slice.sizeBytes();
            if (within && !slice.isCachedAhead(next, windowAt(next))) {
                ask(ahead, next);
            } else if (!within && !slice.isCachedAhead(next, WINDOW_BYTES / 2)) {
                ahead.readBehind(slice);
            }
        }

        private void ask(ReadAhead ahead, int at) {
            int end = at + windowAt(at);
            asked = end;
            ahead.read(
                    slice,
                    at,
                    end - at,
                    failure -> {
                        unreadable = failure;
                        warm = failure == null ? end : warm;
                    });
        }

        private int windowAt(int at) {
            return Math.min(WINDOW_BYTES, slice.sizeBytes() - at);
        }

        @Override
        public Object next(ByteBufAllocator allocator) throws IOException {
            int bytes = windowAt(from);
            Object window =
                    bytes <= FEW_BYTES
                            ? copy(slice::read, from, bytes, allocator)
                            : new SliceRegion(slice, file, from, bytes);
            from += bytes;
            return window;
        }

        @Override
        public boolean done() {
            return from == slice.sizeBytes();
        }

        @Override
        public void release() {
            slice.release();
        }
    }

    /// Records that have to be copied.
    final class Copied implements ReplyPart {
        private final Source source;
        private final Records records;
        private int from;

        /// Takes the records over.
        Copied(Source source, Records records) {
            this.source = source;
            this.records = records;
        }

        @Override
        public Object next(ByteBufAllocator allocator) throws IOException {
            int bytes = Math.min(PIECE_BYTES, records.sizeBytes() - from);
            ByteBuf piece = copy(source, from, bytes, allocator);
            from += bytes;
            return piece;
        }

        @Override
        public boolean done() {
            return from == records.sizeBytes();
        }

        @Override
        public void release() {
            if (records instanceof LogSlice slice) {
                slice.release();
            }
        }
    }

    /// Fills a buffer from a position within the records.
    @FunctionalInterface
    interface Source {
        void read(ByteBuffer into, int from) throws IOException;
    }
}

package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Walks the batches of a segment's file from one batch's start on. Reads headers only, unless a
/// whole batch is asked for. Checks that what it sees is a batch of ours and follows the one
/// before; where it is not, it stops and says why. Passes over what is known to be damaged. For one
/// thread.
final class BatchCursor {
    /// A few small batches, or one header of a large one, at the price of one read.
    static final int LOOKUP_BYTES = 4 << 10;

    /// What a scan of all batches reads at a time.
    static final int SCAN_BYTES = 1 << 20;

    /// For [#lookup]: one thread looks up one thing at a time.
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LOOKUP_BYTES));

    private final LogFile file;
    private final int limit;
    private final Damage holes;
    private ByteBuffer buffer;

    /// Where the next hole begins, or the limit.
    private int stop;

    /// Where in the file the buffer's first byte comes from.
    private int bufferAt;

    private int position;
    private int size;
    private long offsetMin;
    private @Nullable RecordBatch batch;
    private @Nullable String damage;

    /// @param offsetMin the first batch's base offset is at least this
    /// @param position where the first batch begins
    /// @param limit where the last one ends
    /// @param bufferBytes what is read at a time
    BatchCursor(LogFile file, long offsetMin, int position, int limit, int bufferBytes) {
        this(file, offsetMin, position, limit, bufferBytes, Damage.NONE);
    }

    /// @param holes what is known to be damaged in the segment
    BatchCursor(
            LogFile file, long offsetMin, int position, int limit, int bufferBytes, Damage holes) {
        this(
                file,
                offsetMin,
                position,
                limit,
                ByteBuffer.allocate(
                        Math.min(
                                bufferBytes, Math.max(limit - position, RecordBatch.HEADER_BYTES))),
                holes);
    }

    private BatchCursor(
            LogFile file,
            long offsetMin,
            int position,
            int limit,
            ByteBuffer buffer,
            Damage holes) {
        this.file = file;
        this.holes = holes;
        stop = limit;
        this.offsetMin = offsetMin;
        this.position = position;
        this.limit = limit;
        this.buffer = buffer.limit(0);
        bufferAt = position;
    }

    /// For who only looks for a batch: with a buffer of the thread's, so that no other such cursor
    /// may be used on the thread before this one is done with.
    static BatchCursor lookup(LogFile file, long offsetMin, int position, int limit, Damage holes) {
        return new BatchCursor(file, offsetMin, position, limit, SCRATCH.get().clear(), holes);
    }

    /// Moves to the next batch, the first at first; false at the limit, and where [#damage()] is.
    boolean next() throws IOException {
        position += size;
        size = 0;
        batch = null;
        if (!holes.isEmpty()) {
            passHoles();
        }
        if (position == limit || damage != null) {
            return false;
        }
        int left = stop - position;
        if (left < RecordBatch.HEADER_BYTES) {
            return damaged("has " + left + " bytes left, less than a batch header");
        }
        load(RecordBatch.HEADER_BYTES);
        if (buffered() < RecordBatch.HEADER_BYTES) {
            return damaged("ends before " + stop);
        }
        RecordBatch header = new RecordBatch(view(buffered()));
        int length = header.sizeBytes();
        if (length < RecordBatch.HEADER_BYTES || length > left) {
            return damaged("has a batch of " + length + " bytes, " + left + " left");
        }
        if (header.magic() != RecordBatch.MAGIC) {
            return damaged("has a batch of magic " + header.magic());
        }
        if (header.baseOffset() < offsetMin || header.lastOffsetDelta() < 0) {
            return damaged("has " + header + " where offsets are from " + offsetMin);
        }
        size = length;
        offsetMin = header.nextOffset();
        batch = header;
        return true;
    }

    /// The batch's header; the rest may not be there.
    RecordBatch batch() {
        if (batch == null) {
            throw new IllegalStateException(file.path() + ": no batch at " + position);
        }
        return batch;
    }

    /// All of the batch, or null and [#damage()] where it is not there, or too large to be real.
    /// Valid until the next call.
    @Nullable RecordBatch whole() throws IOException {
        if (buffered() < size && !LargeBatch.isReal(file, position, size)) {
            damaged("has a batch of " + size + " bytes whose CRC is wrong");
            return null;
        }
        load(size);
        if (buffered() < size) {
            damaged("ends within a batch of " + size + " bytes");
            return null;
        }
        return new RecordBatch(view(size));
    }

    /// Whether all of the batch is there, as it was when its CRC was made.
    boolean isRight() throws IOException {
        RecordBatch whole = whole();
        return whole != null && whole.crcValid();
    }

    /// All of the batch, as it was when its CRC was made. Valid until the next call.
    ///
    /// @throws DamagedLog when it is not that
    RecordBatch verified() throws IOException {
        RecordBatch whole = whole();
        if (whole == null || !whole.crcValid()) {
            if (whole != null) {
                damaged("has a batch with a wrong CRC");
            }
            refuseDamage();
            throw new IllegalStateException(file.path() + ": no batch, and no reason");
        }
        return whole;
    }

    /// Where the batch begins.
    int position() {
        return position;
    }

    int sizeBytes() {
        return size;
    }

    /// Why there is no next batch before the limit; null while all is well.
    @Nullable String damage() {
        return damage;
    }

    /// @throws DamagedLog when that is why there is no next batch
    void refuseDamage() throws DamagedLog {
        if (damage != null) {
            throw new DamagedLog(damage, SegmentPaths.segmentOf(file.path()));
        }
    }

    private void passHoles() {
        DamagedRange hole = holes.holding(position);
        while (hole != null && position < limit) {
            position = Math.min(hole.positionEnd(), limit);
            offsetMin = Math.max(offsetMin, hole.to());
            hole = holes.holding(position);
        }
        stop = holes.nextPosition(position, limit);
    }

    private boolean damaged(String what) {
        damage = file.path() + " " + what + " at " + position;
        return false;
    }

    private int buffered() {
        return bufferAt + buffer.limit() - position;
    }

    private ByteBuffer view(int bytes) {
        return buffer.slice(position - bufferAt, bytes);
    }

    /// Sees to it that the next `bytes` are in the buffer, as far as the file has them. A batch
    /// that was given out keeps the bytes it stands on.
    private void load(int bytes) throws IOException {
        if (buffered() >= bytes) {
            return;
        }
        if (buffer.capacity() < bytes || batch != null) {
            buffer = ByteBuffer.allocate(Math.max(bytes, buffer.capacity()));
        }
        buffer.clear().limit(Math.min(buffer.capacity(), stop - position));
        file.read(buffer, position);
        buffer.flip();
        bufferAt = position;
    }
}

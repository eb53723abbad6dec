package io.octavo.cli;

import io.octavo.log.LargeBatch;
import io.octavo.log.LogFile;
import io.octavo.log.LogFiles;
import io.octavo.protocol.record.RecordBatch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads a segment's file batch by batch, as far as it is one, and says where and why it is not.
/// The file may be in use: what is written later is not seen. For one thread.
///
/// ```
/// | batch | batch | ... | zeros: space that the broker took ahead |   or   | torn batch |
/// ```
final class SegmentWalk implements Closeable {
    private static final int ZEROS_CHUNK_BYTES = 1 << 16;

    private final LogFile file;
    private long sizeBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    private long position;
    private long nextPosition;
    private long spareBytes;
    private @Nullable String damage;

    private SegmentWalk(LogFile file, long sizeBytes) {
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    static SegmentWalk open(LogFiles files, Path path) throws IOException {
        LogFile file = files.open(path, LogFiles.Mode.READ);
        return new SegmentWalk(file, file.sizeBytes());
    }

    /// The next batch, whole, or null at the end. Good until the next call.
    @Nullable RecordBatch next() throws IOException {
        position = nextPosition;
        long left = sizeBytes - position;
        if (left == 0 || damage != null) {
            return null;
        }
        if (position == file.sizeBytes()) {
            // A broker has cut the room behind the batches meanwhile.
            sizeBytes = position;
            return null;
        }
        read((int) Math.min(left, RecordBatch.HEADER_BYTES));
        if (left < RecordBatch.LENGTH_PREFIX_BYTES || isZeros(buffer)) {
            return endsHere(left);
        }
        long size = RecordBatch.LENGTH_PREFIX_BYTES + (long) buffer.getInt(RecordBatch.LENGTH_AT);
        if (size < RecordBatch.HEADER_BYTES || size > left) {
            return stop("a batch says it has " + size + " bytes, and " + left + " are left");
        }
        if (buffer.get(RecordBatch.MAGIC_AT) != RecordBatch.MAGIC) {
            return stop(
                    "a batch is of format "
                            + buffer.get(RecordBatch.MAGIC_AT)
                            + "; only format "
                            + RecordBatch.MAGIC
                            + " is read here");
        }
        if (!LargeBatch.isReal(file, position, (int) size)) {
            return stop("a batch says it has " + size + " bytes, and its CRC is not theirs");
        }
        read((int) size);
        nextPosition = position + size;
        return new RecordBatch(buffer);
    }

    /// Where the batch that was given out last begins; at the end, where the batches end.
    long position() {
        return position;
    }

    /// Zeros behind the last batch; known at the end.
    long spareBytes() {
        return spareBytes;
    }

    /// Why there is no next batch although the file goes on; null while all is well.
    @Nullable String damage() {
        return damage;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private @Nullable RecordBatch endsHere(long left) throws IOException {
        for (long at = position; at < sizeBytes; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(sizeBytes - at, ZEROS_CHUNK_BYTES));
            if (file.read(buffer, at) == 0) {
                break;
            }
            if (!isZeros(buffer.flip())) {
                return stop("there are " + left + " bytes that are no batch");
            }
        }
        spareBytes = left;
        nextPosition = sizeBytes;
        return null;
    }

    private @Nullable RecordBatch stop(String why) {
        damage = "at byte " + Amount.count(position) + " " + why;
        return null;
    }

    private void read(int bytes) throws IOException {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes);
        }
        buffer.clear().limit(bytes);
        int read = file.read(buffer, position);
        if (read < bytes) {
            throw new IOException(file.path() + " became shorter while it was read");
        }
        buffer.flip();
    }

    private static boolean isZeros(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}

package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Walks the batches of neighbouring segments of a view. Stops without an error where a segment is
/// not part of the log any more ([#overtaken()]). For one thread; to be closed.
final class BatchScan implements AutoCloseable {
    /// What a walk that reads headers alone reads at a time: many small batches, or little of a
    /// large one.
    static final int HEADER_SCAN_BYTES = 16 << 10;

    private final LogView view;
    private final int to;
    private final int bufferBytes;
    private int at;
    private boolean overtaken;
    private long walked;
    private @Nullable SharedFile file;
    private @Nullable BatchCursor cursor;

    /// @param from the first segment's number in the view
    /// @param to the number behind the last one's
    /// @param bufferBytes what is read at a time
    BatchScan(LogView view, int from, int to, int bufferBytes) {
        this.view = view;
        this.to = to;
        this.bufferBytes = bufferBytes;
        at = from - 1;
    }

    /// Moves to the next batch; false behind the last, or when [#overtaken()].
    ///
    /// @throws DamagedLog where what is there is no batch
    boolean next() throws IOException {
        while (true) {
            if (cursor != null) {
                if (cursor.next()) {
                    walked += cursor.sizeBytes();
                    return true;
                }
                cursor.refuseDamage();
            }
            release();
            at++;
            if (at >= to) {
                return false;
            }
            if (view.segment(at).isDamaged()) {
                throw new DamagedLog(view.segment(at).paths().log() + " is damaged");
            }
            file = view.segment(at).acquire();
            if (file == null) {
                overtaken = true;
                at = to;
                return false;
            }
            cursor = view.segment(at).cursor(file.file(), 0, view.bytes(at), bufferBytes);
        }
    }

    /// The header of the batch moved to.
    RecordBatch header() {
        return current().batch();
    }

    /// All of the batch moved to, verified. Valid until the next call.
    ///
    /// @throws DamagedLog when it is not what was appended
    RecordBatch whole() throws IOException {
        return current().verified();
    }

    /// Whether a segment was gone when it was its turn.
    boolean overtaken() {
        return overtaken;
    }

    /// The bytes of all batches moved to.
    long walkedBytes() {
        return walked;
    }

    @Override
    public void close() {
        release();
        at = to;
    }

    private BatchCursor current() {
        if (cursor == null) {
            throw new IllegalStateException("no batch was moved to");
        }
        return cursor;
    }

    private void release() {
        cursor = null;
        if (file != null) {
            file.release();
            file = null;
        }
    }
}

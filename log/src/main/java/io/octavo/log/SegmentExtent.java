package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/// How far a segment's file reaches, and how much of it survives a power cut.
///
/// ```
///  | batches, forced | batches | zeros written | blocks set aside |
///  0               forced     end            zeroed             file
/// ```
///
/// The log's writer changes the file; any thread forces it and asks.
final class SegmentExtent {
    private final SegmentFile file;

    /// How far the file was extended by this run; 0 when it ends where the batches do.
    private volatile int fileBytes;

    /// How far zeros were written by this run, or batches over them.
    private volatile int zeroedBytes;

    private volatile int forcedBytes;

    /// How often the file was made shorter, or the segment ended. The log's writer's.
    private volatile int ends;

    /// How many of those survive a power cut.
    private volatile int endsForced;

    SegmentExtent(SegmentFile file, int forcedBytes) {
        this.file = file;
        this.forcedBytes = forcedBytes;
    }

    /// See [Segment#fileBytes].
    int fileBytes() {
        return fileBytes;
    }

    /// See [Segment#zeroedBytes].
    int zeroedBytes() {
        return zeroedBytes;
    }

    /// Makes the file larger than what is in it.
    void extend(int bytes) throws IOException {
        SharedFile shared = file.using();
        try {
            shared.file().extend(bytes);
            fileBytes = Math.max(fileBytes, bytes);
        } finally {
            shared.release();
        }
    }

    /// Writes zeros where batches are going to be.
    void writeZeros(ByteBuffer zeros, int position) throws IOException {
        SharedFile shared = file.using();
        try {
            int end = position + zeros.remaining();
            shared.write(zeros, position);
            zeroedBytes = end;
            fileBytes = Math.max(fileBytes, end);
        } finally {
            shared.release();
        }
    }

    /// See [Segment#writeBackZeros].
    void writeBackZeros(int bytes) throws IOException {
        SharedFile shared = file.acquireOpen();
        if (shared == null) {
            return;
        }
        try {
            var _ = shared.file().writeBack(bytes, zeroedBytes);
        } finally {
            shared.release();
        }
    }

    /// Cuts the file.
    ///
    /// @return whether it was longer
    boolean cut(int bytes) throws IOException {
        SharedFile shared = file.using();
        try {
            fileBytes = 0;
            zeroedBytes = 0;
            boolean longer = shared.file().sizeBytes() > bytes;
            if (longer) {
                shared.file().truncate(bytes);
                ended();
            }
            return longer;
        } finally {
            shared.release();
        }
    }

    /// Notes that the file was made shorter, or the segment ended.
    synchronized void ended() {
        int before = ends;
        ends = before + 1;
    }

    /// How often that was; to be asked before a force, and told when it has succeeded.
    int ends() {
        return ends;
    }

    /// Notes how many of those survive a power cut.
    void endsForced(int count) {
        endsForced = count;
    }

    /// Notes that the first `bytes` survive a power cut.
    void forced(int bytes) {
        forcedBytes = Math.max(forcedBytes, bytes);
    }

    /// Other bytes will be written from here on.
    void resumedAt(int bytes) {
        forcedBytes = Math.min(forcedBytes, bytes);
    }

    /// See [Segment#isForced].
    boolean isForced(int bytes) {
        return forcedBytes >= bytes && endsForced == ends;
    }

    /// See [LogFile#writeBack]; of the batches that are not forced.
    boolean writeBack(int bytes) throws IOException {
        SharedFile shared = file.acquire();
        if (shared == null) {
            return true;
        }
        try {
            return shared.file().writeBack(forcedBytes, bytes);
        } finally {
            shared.release();
        }
    }
}

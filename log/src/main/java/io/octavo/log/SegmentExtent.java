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
/// The page cache holds a write in pages no larger than the write, and each costs more than to copy
/// what is in it. So where small batches follow each other soon, each block of the file is first
/// written whole, as zeros: batches of 15 KB to six files cost 0.36 to 0.42 s of a processor per GB
/// by that instead of 0.5 (ext4, Linux 6.18).
///
/// The log's writer changes the file; any thread forces it and asks.
final class SegmentExtent {
    /// What is first written whole.
    static final int BLOCK_BYTES = 64 << 10;

    /// A larger batch has large pages by itself.
    private static final int SMALL_BATCH_BYTES = BLOCK_BYTES / 2;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES);

    private final SegmentFile file;

    /// How far the file was extended by this run; 0 when it ends where the batches do.
    private volatile int fileBytes;

    /// How far zeros were written by this run, or batches over them.
    private volatile int zeroedBytes;

    /// Whether blocks are written whole before small batches. The log's writer's.
    private boolean fillsBlocks;

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

    /// Writes a batch at the end.
    void write(ByteBuffer batch, int position) throws IOException {
        SharedFile shared = file.using();
        try {
            fillBlock(shared, position, batch.remaining());
            shared.write(batch, position);
        } finally {
            shared.release();
        }
    }

    /// Makes the file larger than what is in it.
    ///
    /// @param fast whether batches come so fast that each block is to be written whole first
    void extend(int bytes, boolean fast) throws IOException {
        SharedFile shared = file.using();
        try {
            fillsBlocks = fast;
            shared.file().extend(bytes);
        } finally {
            reachesAndRelease(shared);
        }
    }

    /// Writes zeros where batches are going to be.
    ///
    /// @param bytes a block at most
    void writeZeros(int position, int bytes) throws IOException {
        SharedFile shared = file.using();
        try {
            writeZeros(shared, position, bytes);
        } finally {
            reachesAndRelease(shared);
        }
    }

    /// Notes how far the file reaches now: room that was made in part is there as well.
    private void reachesAndRelease(SharedFile shared) throws IOException {
        try {
            fileBytes = Math.max(fileBytes, Math.toIntExact(shared.file().sizeBytes()));
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
            return cut(shared, bytes);
        } finally {
            shared.release();
        }
    }

    /// The same, of a file that the caller has.
    boolean cut(SharedFile shared, int bytes) throws IOException {
        boolean longer = shared.file().sizeBytes() > bytes;
        if (longer) {
            shared.file().truncate(bytes);
            ended();
        }
        fileBytes = 0;
        zeroedBytes = 0;
        return longer;
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
            // A block that is being filled would be written twice.
            int whole = bytes < zeroedBytes ? bytes & -BLOCK_BYTES : bytes;
            return shared.file().writeBack(forcedBytes, whole);
        } finally {
            shared.release();
        }
    }

    /// Before a batch, unless it is large.
    private void fillBlock(SharedFile shared, int position, int batchBytes) throws IOException {
        int end = position + batchBytes;
        if (fillsBlocks
                && batchBytes <= SMALL_BATCH_BYTES
                && end > zeroedBytes
                && end <= fileBytes) {
            int from = Math.max(position, zeroedBytes);
            int to = (int) Math.min(((long) from + BLOCK_BYTES) & -BLOCK_BYTES, fileBytes);
            writeZeros(shared, from, to - from);
        }
    }

    private void writeZeros(SharedFile shared, int position, int bytes) throws IOException {
        shared.write(ZEROS.slice(0, bytes), position);
        zeroedBytes = position + bytes;
    }
}

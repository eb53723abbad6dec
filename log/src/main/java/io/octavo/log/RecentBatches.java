package io.octavo.log;

import java.lang.invoke.VarHandle;

/// Where the last batches of the active segment begin, so that who reads at the tail needs neither
/// an index nor the file. One thread appends; any thread looks up without a lock: it reads, then
/// checks that the slots it read were not written over meanwhile.
final class RecentBatches {
    /// Enough for the batches between two forces; 768 bytes.
    private static final int SLOTS = 64;

    private final long[] nextOffsets = new long[SLOTS];
    private final int[] positions = new int[SLOTS];
    private volatile long appended;

    /// @param nextOffset the batch's last offset + 1
    /// @param position where it begins
    void append(long nextOffset, int position) {
        long n = appended;
        // A slot must not change before everybody can see how many were appended before it.
        VarHandle.storeStoreFence();
        int slot = (int) n & (SLOTS - 1);
        nextOffsets[slot] = nextOffset;
        positions[slot] = position;
        appended = n + 1;
    }

    /// The first batch with an offset not below `offset`, as [Segment#batchAt] packs it; or
    /// [Segment#NO_BATCH] when it is not among the last ones that end by `limit`.
    long find(long offset, int limit) {
        long n = appended;
        long oldest = Math.max(n - SLOTS + 1, 0);
        long low = oldest;
        long high = n;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (nextOffsets[(int) middle & (SLOTS - 1)] > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        // Before the oldest there may be others that hold the offset.
        if (low == n || low == oldest) {
            return Segment.NO_BATCH;
        }
        int position = positions[(int) low & (SLOTS - 1)];
        int end = low + 1 == n ? limit : positions[(int) (low + 1) & (SLOTS - 1)];
        VarHandle.loadLoadFence();
        if (appended - oldest >= SLOTS || end > limit || position >= end) {
            return Segment.NO_BATCH;
        }
        return Segment.batch(position, end - position);
    }
}

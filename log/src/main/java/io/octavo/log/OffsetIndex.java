package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Where a segment's batches begin, sparse: Kafka's `.index`, big endian.
///
/// ```
/// relative offset i32 | position i32        one batch's last offset - base offset, and its start
/// ```
///
/// Offsets and positions both rise. An entry is a long here, as it lies in the file. This is a
/// window of the file and does not change; what is not in the file is in an [IndexTail].
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;

    /// No entry.
    static final long NONE = -1;

    /// All of an index that says nothing.
    static final OffsetIndex EMPTY = new OffsetIndex(new long[0], true, true);

    /// A page of the file: 2 MiB of log lie between its entries, at least, at the default interval.
    private static final int WINDOW_ENTRIES = 512;

    private final long[] entries;
    private final boolean fromStart;
    private final boolean toEnd;

    /// @param fromStart whether no entry lies before the window
    /// @param toEnd whether no entry lies behind it, nor ever will
    private OffsetIndex(long[] entries, boolean fromStart, boolean toEnd) {
        this.entries = entries;
        this.fromStart = fromStart;
        this.toEnd = toEnd;
    }

    static long entry(int relativeOffset, int position) {
        return ((long) relativeOffset << 32) | position;
    }

    static int relativeOffset(long entry) {
        return (int) (entry >>> 32);
    }

    static int position(long entry) {
        return (int) entry;
    }

    /// Whether the answer to [#floor] is in this window.
    boolean covers(int relativeOffset) {
        int n = entries.length;
        return (fromStart || (n > 0 && relativeOffset(entries[0]) <= relativeOffset))
                && (toEnd || (n > 0 && relativeOffset(entries[n - 1]) > relativeOffset));
    }

    /// The last entry whose offset is not above; [#NONE] when all are.
    long floor(int relativeOffset) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (relativeOffset(entries[middle]) <= relativeOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? NONE : entries[low - 1];
    }

    /// Whether the answer to [#ceiling] is in this window.
    boolean coversPosition(int position) {
        int n = entries.length;
        return (fromStart || (n > 0 && position(entries[0]) < position))
                && (toEnd || (n > 0 && position(entries[n - 1]) >= position));
    }

    /// The first entry whose batch does not begin before `position`; [#NONE] when all do.
    long ceiling(int position) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(entries[middle]) < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == entries.length ? NONE : entries[low];
    }

    /// The window of a file that covers an offset.
    ///
    /// @param grows whether the file may get more entries
    static OffsetIndex window(LogFile file, int relativeOffset, boolean grows) throws IOException {
        int total = entries(file);
        int above = countUpTo(file, relativeOffset);
        // Most of the window lies ahead: who reads here goes on there.
        int low = Math.max(above - WINDOW_ENTRIES / 8, 0);
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(WINDOW_ENTRIES, total - low) * ENTRY_BYTES);
        file.read(bytes, (long) low * ENTRY_BYTES);
        long[] entries = new long[bytes.position() / ENTRY_BYTES];
        bytes.flip().asLongBuffer().get(entries);
        return new OffsetIndex(entries, low == 0, !grows && low + entries.length == total);
    }

    static int entries(LogFile file) throws IOException {
        return (int) (file.sizeBytes() / ENTRY_BYTES);
    }

    /// How many entries of a file name batches that begin before `position`.
    static int countBefore(LogFile file, int position) throws IOException {
        return EntrySearch.countBefore(entries(file), i -> position(read(file, i)) < position);
    }

    /// How many entries of a file name batches that end by an offset.
    static int countUpTo(LogFile file, int relativeOffset) throws IOException {
        return EntrySearch.countBefore(
                entries(file), i -> relativeOffset(read(file, i)) <= relativeOffset);
    }

    /// Entry number `i` of a file.
    static long read(LogFile file, int i) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        file.read(entry, (long) i * ENTRY_BYTES);
        return entry.getLong(0);
    }
}

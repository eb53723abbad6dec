package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The entries of a growing index that are not in its file yet, and the last ones that are. An
/// entry is a rising key and an int. One thread appends; any thread looks up, and writes to the
/// file: each entry has its place there, so it does not matter who writes it, nor how often.
final class IndexTail {
    /// Entries kept although they are in the file, for who reads near the end.
    private static final int KEPT = 256;

    private static final int CAPACITY_MIN = 8;

    private final int keyBytes;
    private volatile Window window;
    private volatile int count;
    private volatile int written;

    /// @param keyBytes 4 or 8, in the file
    /// @param written how many entries the file has
    IndexTail(int keyBytes, int written) {
        this.keyBytes = keyBytes;
        window = new Window(written, 0);
        count = written;
        this.written = written;
    }

    /// How many entries there are, here and in the file.
    int count() {
        return count;
    }

    boolean isWritten() {
        return written >= count;
    }

    /// How many entries are not in the file.
    int unwritten() {
        return Math.max(count - written, 0);
    }

    void append(long key, int value) {
        Window seen = window;
        int n = count;
        if (n - seen.first == seen.keys.length) {
            seen = roomier(seen);
            window = seen;
        }
        seen.keys[n - seen.first] = key;
        seen.values[n - seen.first] = value;
        count = n + 1;
    }

    /// The last entry whose key is not above `key`, as [OffsetIndex] packs it; [OffsetIndex#NONE]
    /// when it is in the file at best.
    long floor(int key) {
        Window seen = window;
        int low = 0;
        int high = filled(seen);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seen.keys[middle] <= key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0
                ? OffsetIndex.NONE
                : OffsetIndex.entry((int) seen.keys[low - 1], seen.values[low - 1]);
    }

    /// Whether an entry that is only in the file may be the answer to [#ceiling].
    boolean mayBeInFile(int value) {
        Window seen = window;
        return seen.first > 0 && (filled(seen) == 0 || seen.values[0] >= value);
    }

    /// The first entry here whose value is not below `value`, as [OffsetIndex] packs it;
    /// [OffsetIndex#NONE] when all are.
    long ceiling(int value) {
        Window seen = window;
        int low = 0;
        int n = filled(seen);
        int high = n;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seen.values[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == n
                ? OffsetIndex.NONE
                : OffsetIndex.entry((int) seen.keys[low], seen.values[low]);
    }

    /// Whether entries before those here are in the file.
    boolean hasMoreInFile() {
        return window.first > 0;
    }

    /// Brings the file up to date.
    void writeTo(LogFile file) throws IOException {
        Window seen = window;
        int to = seen.first + filled(seen);
        int from = Math.max(Math.min(written, to), seen.first);
        int entryBytes = keyBytes + Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate((to - from) * entryBytes);
        for (int i = from - seen.first; i < to - seen.first; i++) {
            if (keyBytes == Long.BYTES) {
                bytes.putLong(seen.keys[i]);
            } else {
                bytes.putInt((int) seen.keys[i]);
            }
            bytes.putInt(seen.values[i]);
        }
        file.write(bytes.flip(), (long) from * entryBytes);
        written = to;
    }

    private int filled(Window seen) {
        return Math.min(count - seen.first, seen.keys.length);
    }

    /// A window with room for more, without what nobody needs here.
    private Window roomier(Window full) {
        int used = full.keys.length;
        int spare = written - full.first - KEPT;
        int from = spare > used / 2 ? spare : 0;
        int capacity = Math.max(CAPACITY_MIN, 2 * (used - from));
        Window roomier = new Window(full.first + from, capacity);
        System.arraycopy(full.keys, from, roomier.keys, 0, used - from);
        System.arraycopy(full.values, from, roomier.values, 0, used - from);
        return roomier;
    }

    /// Entries from number `first` on. It is replaced when it is full.
    private static final class Window {
        final int first;
        final long[] keys;
        final int[] values;

        Window(int first, int capacity) {
            this.first = first;
            keys = new long[capacity];
            values = new int[capacity];
        }
    }
}

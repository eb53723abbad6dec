package io.octavo.log;

import java.nio.ByteBuffer;

/// The last offset of each key, in bounded memory: keys by their [KeyHash], open addressing with
/// linear probing. An entry takes 24 bytes, and a tenth of the slots stays free, so that a probe is
/// short: 32 MiB hold 1.26 million keys. For one thread.
///
/// ```
/// slot     hash i64 | hash i64 | offset + 1 i64: 0 is free
/// ```
final class KeyMap {
    static final int ENTRY_BYTES = 24;

    private static final int FIELDS = 3;

    /// Fewer would make no headway against records that all have other keys.
    private static final int SLOTS_MIN = 64;

    private final KeyHash hash;
    private final long[] entries;
    private final int slots;
    private final int keysMax;
    private int keys;

    /// @param bytesMax what the map may take
    /// @param keysExpected no more keys will come than this
    KeyMap(KeyHash hash, long bytesMax, long keysExpected) {
        this.hash = hash;
        long useful = Math.min(bytesMax / ENTRY_BYTES, keysExpected + keysExpected / 8 + 1);
        slots = Math.clamp(useful, SLOTS_MIN, Integer.MAX_VALUE / FIELDS - 8);
        keysMax = slots - slots / 10;
        entries = new long[slots * FIELDS];
    }

    int keys() {
        return keys;
    }

    /// Notes that a key has a record at an offset, which is above all noted before.
    ///
    /// @return false, with nothing noted, when the map is full and does not know the key
    boolean put(ByteBuffer key, long offset) {
        int at = find(key);
        if (entries[at + 2] == 0) {
            if (keys == keysMax) {
                return false;
            }
            keys++;
            entries[at] = hash.first();
            entries[at + 1] = hash.second();
        }
        entries[at + 2] = offset + 1;
        return true;
    }

    /// The last offset noted for a key, or -1.
    long last(ByteBuffer key) {
        return entries[find(key) + 2] - 1;
    }

    /// Where a key's entry is, or belongs.
    private int find(ByteBuffer key) {
        hash.hash(key);
        long first = hash.first();
        long second = hash.second();
        int slot = (int) Math.multiplyHigh(first & Long.MAX_VALUE, 2L * slots);
        int at = slot * FIELDS;
        while (entries[at + 2] != 0 && (entries[at] != first || entries[at + 1] != second)) {
            at += FIELDS;
            if (at == entries.length) {
                at = 0;
            }
        }
        return at;
    }
}

package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A 128-bit hash of a record's key, which stands for the key: SipHash-2-4 with the 128-bit output
/// (Aumasson and Bernstein, 2012; the reference code of 2015). Its key is a secret of this run, so
/// that no client can make two keys of one hash and have one of them compacted away; by chance that
/// takes 2^64 keys. For one thread.
final class KeyHash {
    private static final long V0 = 0x736f6d6570736575L;
    private static final long V1 = 0x646f72616e646f6dL;
    private static final long V2 = 0x6c7967656e657261L;
    private static final long V3 = 0x7465646279746573L;
    private static final int WIDE = 0xee;
    private static final int WIDE_SECOND = 0xdd;

    private final long secret0;
    private final long secret1;

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long first;

    KeyHash(Uuid secret) {
        secret0 = secret.most();
        secret1 = secret.least();
    }

    /// Hashes what is between position and limit; it is not moved.
    void hash(ByteBuffer key) {
        ByteBuffer bytes = key.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.remaining();
        v0 = V0 ^ secret0;
        v1 = V1 ^ secret1 ^ WIDE;
        v2 = V2 ^ secret0;
        v3 = V3 ^ secret1;
        int words = length & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            take(bytes.getLong(i));
        }
        long last = (long) length << 56;
        for (int i = words; i < length; i++) {
            last |= (bytes.get(i) & 0xffL) << (8 * (i - words));
        }
        take(last);
        v2 ^= WIDE;
        rounds(4);
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= WIDE_SECOND;
        rounds(4);
    }

    /// The first half of the last hash.
    long first() {
        return first;
    }

    /// The second half.
    long second() {
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void take(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void rounds(int n) {
        for (int i = 0; i < n; i++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}

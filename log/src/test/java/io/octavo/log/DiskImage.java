package io.octavo.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;

/// What is on a disk; does not change. Two of the same hash are taken for the same.
sealed interface DiskImage {
    /// Of all that can be seen in it.
    long hash();

    /// A file's bytes.
    final class File implements DiskImage {
        static final File EMPTY = new File(new byte[0]);

        private static final VarHandle LONGS =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

        private final byte[] bytes;
        private final long hash;

        /// @param bytes from now on nobody's but the image's
        File(byte[] bytes) {
            this.bytes = bytes;
            long h = bytes.length;
            int at = 0;
            for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
                h = mixed(h ^ (long) LONGS.get(bytes, at));
            }
            for (; at < bytes.length; at++) {
                h = mixed(h ^ bytes[at]);
            }
            hash = h;
        }

        /// Not to be changed.
        byte[] bytes() {
            return bytes;
        }

        @Override
        public long hash() {
            return hash;
        }
    }

    /// A directory's entries.
    final class Directory implements DiskImage {
        private final Map<String, DiskImage> entries;
        private final long hash;

        /// @param entries from now on nobody's but the image's
        Directory(Map<String, DiskImage> entries) {
            this.entries = entries;
            long h = 1;
            for (Map.Entry<String, DiskImage> entry : entries.entrySet()) {
                h += mixed(entry.getKey().hashCode() ^ mixed(entry.getValue().hash()));
            }
            hash = mixed(h);
        }

        /// Not to be changed.
        Map<String, DiskImage> entries() {
            return entries;
        }

        @Override
        public long hash() {
            return hash;
        }
    }

    /// Spreads every bit of a number over all of another (David Stafford's mix 13).
    static long mixed(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

package io.octavo.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file or directory of a [SimulatedDisk]: as processes see it, and as it is for good.
sealed interface DiskNode {
    /// What processes see.
    DiskImage seen();

    final class File implements DiskNode {
        /// Survives a power cut.
        DiskImage.File durable;

        /// What processes see: this, or the buffer when it was changed since.
        private DiskImage.@Nullable File image;

        private byte[] buffer;
        private int sizeBytes;

        File(DiskImage.File seen, DiskImage.File durable) {
            this.durable = durable;
            image = seen;
            buffer = seen.bytes();
            sizeBytes = buffer.length;
        }

        @Override
        public DiskImage.File seen() {
            DiskImage.File known = image;
            if (known == null) {
                known = new DiskImage.File(Arrays.copyOf(buffer, sizeBytes));
                image = known;
            }
            return known;
        }

        int sizeBytes() {
            return sizeBytes;
        }

        /// The bytes processes see, up to the size; not to be changed.
        byte[] bytes() {
            return buffer;
        }

        void write(byte[] bytes, int position) {
            int end = position + bytes.length;
            if (image != null || end > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(buffer.length, end + end / 2));
            }
            image = null;
            if (position > sizeBytes) {
                Arrays.fill(buffer, sizeBytes, position, (byte) 0);
            }
            System.arraycopy(bytes, 0, buffer, position, bytes.length);
            sizeBytes = Math.max(sizeBytes, end);
        }

        void cut(int bytes) {
            buffer = Arrays.copyOf(buffer, bytes);
            image = null;
            sizeBytes = bytes;
        }
    }

    final class Directory implements DiskNode {
        final Map<String, DiskNode> entries;

        /// Survive a power cut.
        Map<String, DiskNode> durable;

        Directory() {
            entries = new HashMap<>();
            durable = new HashMap<>();
        }

        @Override
        public DiskImage.Directory seen() {
            Map<String, DiskImage> images = HashMap.newHashMap(entries.size());
            entries.forEach((name, node) -> images.put(name, node.seen()));
            return new DiskImage.Directory(images);
        }
    }
}

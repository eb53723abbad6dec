package io.octavo.log;

import org.jspecify.annotations.Nullable;

/// Something done to a [SimulatedDisk] that a power cut may undo.
sealed interface Unforced {
    /// Where it was done: a force of this makes it last.
    DiskNode place();

    /// What is left of it when a force has failed to write it.
    default Unforced withoutBytes() {
        return this;
    }

    /// Bytes written to a file.
    final class Write implements Unforced {
        private final DiskNode.File place;
        private final int position;
        private final byte[] bytes;

        Write(DiskNode.File place, int position, byte[] bytes) {
            this.place = place;
            this.position = position;
            this.bytes = bytes;
        }

        @Override
        public DiskNode.File place() {
            return place;
        }

        @Override
        public Unforced withoutBytes() {
            return new Extend(place, end());
        }

        int position() {
            return position;
        }

        byte[] bytes() {
            return bytes;
        }

        int end() {
            return position + bytes.length;
        }

        int firstSector() {
            return position / SimulatedDisk.SECTOR_BYTES;
        }

        int sectors() {
            return bytes.length == 0
                    ? 0
                    : (end() - 1) / SimulatedDisk.SECTOR_BYTES - firstSector() + 1;
        }

        @Override
        public String toString() {
            return "write " + position + "+" + bytes.length;
        }
    }

    /// A file made longer without a write: what is new reads as zeros.
    record Extend(DiskNode.File place, int sizeBytes) implements Unforced {
        @Override
        public String toString() {
            return "extend to " + sizeBytes;
        }
    }

    record Cut(DiskNode.File place, int sizeBytes) implements Unforced {
        @Override
        public String toString() {
            return "cut at " + sizeBytes;
        }
    }

    /// @param node what has the name now; null when nothing has
    record Name(DiskNode.Directory place, String name, @Nullable DiskNode node)
            implements Unforced {
        @Override
        public String toString() {
            return (node == null ? "delete " : "create ") + name;
        }
    }

    record Rename(DiskNode.Directory place, String from, String to, DiskNode node)
            implements Unforced {
        @Override
        public String toString() {
            return "rename " + from + " to " + to;
        }
    }
}

package io.octavo.log;

import java.nio.file.Path;

/// Something in a log's files that is not as it should be.
///
/// @param kind how bad it is
/// @param file where
/// @param range which offsets and bytes; empty where it is about the file as a whole
/// @param what for people
public record Finding(Kind kind, Path file, DamagedRange range, String what) {
    /// How bad it is.
    public enum Kind {
        /// Records that were durable are lost, and the broker does not know yet.
        DAMAGE,
        /// Records that were durable are lost; the broker refuses to serve them.
        KNOWN_DAMAGE,
        /// The broker mends it, or does not mind.
        NOTE;

        public boolean isDamage() {
            return this != NOTE;
        }
    }

    static Finding note(Path file, String what) {
        return new Finding(Kind.NOTE, file, new DamagedRange(0, 0, 0, 0, 0, what), what);
    }

    static Finding damage(Kind kind, Path directory, DamagedRange range) {
        Path file = new SegmentPaths(directory, range.segment()).log();
        return new Finding(kind, file, range, range.describe(directory));
    }
}

package io.octavo.client;

/// A place in a partition.
public sealed interface Position {
    /// The first record that is still there.
    record Beginning() implements Position {}

    /// Behind the last record that readers see.
    record End() implements Position {}

    /// An offset; where it is out of the log's range, reading fails and names the range.
    record At(long offset) implements Position {}

    /// The first record whose timestamp is not before this one; the end where there is none.
    record Since(long timestampMs) implements Position {}

    Position BEGINNING = new Beginning();
    Position END = new End();

    static Position at(long offset) {
        return new At(offset);
    }

    static Position since(long timestampMs) {
        return new Since(timestampMs);
    }
}

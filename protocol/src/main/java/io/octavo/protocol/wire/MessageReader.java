package io.octavo.protocol.wire;

/// Reads a message, or one element of a list.
@FunctionalInterface
public interface MessageReader<T> {
    /// Reads from where `in` stands and leaves it behind what was read.
    ///
    /// @throws MalformedFrame and nothing else, whatever the bytes
    T read(Reader in, int version);
}

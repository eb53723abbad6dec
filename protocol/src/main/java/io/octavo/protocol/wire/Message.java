package io.octavo.protocol.wire;

/// Something with a versioned form on the wire. The static `read(Reader, int)` beside it is a
/// [MessageReader].
public interface Message {
    /// Appends this message in the form of `version`.
    ///
    /// @throws UnsupportedVersion if `version` has no place for a value that must not be dropped
    void write(Writer out, int version);
}

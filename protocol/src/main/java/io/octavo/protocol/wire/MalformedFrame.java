package io.octavo.protocol.wire;

/// The bytes are not what the protocol says: the peer's fault, and the end of its connection.
/// Carries no stack trace, because a hostile peer decides how often it is made.
public final class MalformedFrame extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what was found and what is allowed, with the values
    public MalformedFrame(String message) {
        super(message, null, false, false);
    }

    /// `message` has no such version.
    public static MalformedFrame version(String message, int version) {
        return new MalformedFrame(message + " has no version " + version);
    }
}

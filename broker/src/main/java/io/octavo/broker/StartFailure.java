package io.octavo.broker;

/// A node does not start for a reason that its operator can mend: a port or a data directory that
/// is taken, not writable, or from another version. The message is one line that says what
/// happened, to what, and what to do.
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

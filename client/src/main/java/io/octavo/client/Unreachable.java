package io.octavo.client;

/// There is no connection, or it ended before the answer came. Whether the broker has done what was
/// asked is not known.
public final class Unreachable extends ClientException {
    private static final long serialVersionUID = 1L;

    Unreachable(String message) {
        super(message);
    }
}

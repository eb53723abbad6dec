package io.octavo.log;

import java.io.IOException;

/// The disk, or a quota on it, is full: a state that passes, unlike any other failed write.
public final class NoSpace extends IOException {
    private static final long serialVersionUID = 1L;

    public NoSpace(String message) {
        super(message);
    }

    public NoSpace(String message, Throwable cause) {
        super(message, cause);
    }
}

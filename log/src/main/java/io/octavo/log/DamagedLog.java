package io.octavo.log;

import java.io.IOException;

/// Bytes that were once known to be good are not what they were, or a file that held them is gone.
/// Nothing is cut and nothing of it is served; the message names the file and the position.
public final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedLog(String message) {
        super(message);
    }
}

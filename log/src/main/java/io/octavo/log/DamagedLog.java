package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;

/// Bytes that were once known to be good are not what they were, or a file that held them is gone.
/// Nothing is cut and nothing of it is served; the message names the file and the position.
public final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1L;

    /// The segment that is not known yet to be damaged; -1 where there is nothing to find out.
    private final long segment;

    public DamagedLog(String message) {
        this(message, -1);
    }

    /// @param segment the base offset of the one in which something was met that is wrong
    DamagedLog(String message, long segment) {
        super(message);
        this.segment = segment;
    }

    /// @param path what the disk cannot read
    DamagedLog(Path path, long position, IOException cause) {
        this(
                path + " cannot be read at " + position + ": " + cause.getMessage(),
                SegmentPaths.segmentOf(path));
        initCause(cause);
    }

    /// Whether the disk could not read it, which may pass; otherwise it has read something wrong.
    public boolean isUnreadable() {
        return getCause() != null;
    }

    long segment() {
        return segment;
    }
}

package io.octavo.log;

import java.io.IOException;

/// What a read would take has to be fetched from the disk, and the reader does not wait for that.
final class ColdRead extends IOException {
    private static final long serialVersionUID = 1;

    ColdRead() {
        super("not in memory");
    }

    /// Nobody looks: it only says that somebody else has to read.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /// Throws it for who has a file by [CachedReads], before something that may wait.
    static void refuse(LogFile file) throws ColdRead {
        if (file instanceof CachedReads) {
            throw new ColdRead();
        }
    }
}

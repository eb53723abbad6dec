package io.octavo.log;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open file and how many use it; closed by the last. Whoever opened it is the first user. Safe
/// for any thread.
final class SharedFile {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

    private final LogFile file;
    private final AtomicInteger users = new AtomicInteger(1);

    SharedFile(LogFile file) {
        this.file = file;
    }

    LogFile file() {
        return file;
    }

    /// One user more, unless the last has gone.
    boolean retain() {
        int seen = users.get();
        while (seen > 0) {
            int found = users.compareAndExchange(seen, seen + 1);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    /// Whether it is not closed yet.
    boolean isInUse() {
        return users.get() > 0;
    }

    /// One user less. A file that fails to close has nothing to lose: what matters was forced.
    void release() {
        int left = users.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException(file.path() + " released more often than retained");
        }
        if (left == 0) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{} did not close", file.path(), e);
            }
        }
    }
}

package io.octavo.log;

import java.util.concurrent.atomic.AtomicLong;

/// How much of what was appended to a log since it was opened is not forced yet; its part in what
/// the data directory allows. The log's writer appends, any thread forces.
final class UnforcedBytes {
    private final Log log;
    private final AtomicLong forcedBytes = new AtomicLong();

    /// How much does not count in the backlog any more: it is on the disk, forced or not.
    private final AtomicLong writtenBytes = new AtomicLong();

    /// The writer's, read by any thread.
    private volatile long appendedBytes;

    UnforcedBytes(Log log) {
        this.log = log;
    }

    /// To this log since it was opened.
    long appendedBytes() {
        return appendedBytes;
    }

    boolean any() {
        return appendedBytes > forcedBytes.get();
    }

    /// A batch was appended.
    ///
    /// @return whether it is time to force the log
    boolean appended(int bytes) {
        long appended = appendedBytes + bytes;
        appendedBytes = appended;
        Backlog backlog = log.directory().backlog();
        log.directory().freeSpace().appended(bytes);
        backlog.appended(bytes);
        return log.config().fsync() || backlog.wants(appended - writtenBytes.get());
    }

    /// Of what was appended by then nothing is left to force.
    void forced(long appended) {
        forcedBytes.accumulateAndGet(appended, Math::max);
        written(appended);
    }

    /// What was appended by then is on the disk.
    void written(long appended) {
        long before = writtenBytes.getAndAccumulate(appended, Math::max);
        if (before < appended) {
            log.directory().backlog().written(appended - before);
        }
    }
}

package io.octavo.log;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// How much of what was appended to a log since it was opened is not forced yet; its part in what
/// the data directory allows. The log's writer appends, any thread forces.
final class UnforcedBytes {
    private static final AtomicLongFieldUpdater<UnforcedBytes> FORCED =
            AtomicLongFieldUpdater.newUpdater(UnforcedBytes.class, "forcedBytes");

    private static final AtomicLongFieldUpdater<UnforcedBytes> WRITTEN =
            AtomicLongFieldUpdater.newUpdater(UnforcedBytes.class, "writtenBytes");

    private final Log log;
    private volatile long forcedBytes;

    /// How much does not count in the backlog any more: it is on the disk, forced or not.
    private volatile long writtenBytes;

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
        return appendedBytes > forcedBytes;
    }

    /// A batch was appended.
    ///
    /// @return whether it is so much that some is to go, whoever waits for it
    boolean appended(int bytes) {
        long appended = appendedBytes + bytes;
        appendedBytes = appended;
        Backlog backlog = log.directory().backlog();
        log.directory().freeSpace().appended(bytes);
        backlog.appended(bytes);
        return backlog.wants(appended - writtenBytes, log.config().fsync());
    }

    /// Of what was appended by then nothing is left to force.
    void forced(long appended) {
        FORCED.accumulateAndGet(this, appended, Math::max);
        written(appended);
    }

    /// What was appended by then is on the disk.
    void written(long appended) {
        long before = WRITTEN.getAndAccumulate(this, appended, Math::max);
        if (before < appended) {
            log.directory().backlog().written(appended - before);
        }
    }
}

package io.octavo.broker.replica;

import java.util.HashSet;
import java.util.Set;

/// Producers of which a batch was given up or turned away while a partition's log had none of
/// theirs: what comes behind it is not to be taken for their first. What a log has of a producer
/// tells of a gap by itself. Safe for any thread.
final class Gaps {
    /// Where it is more, it may be any.
    static final int PRODUCERS_MAX = 1_000;

    /// Longer than a client goes on with what it sent behind the batch.
    static final long LAST_NANOS = 600_000_000_000L;

    private final Set<Long> producers = new HashSet<>();
    private boolean any;
    private boolean added;
    private long addedNanos;

    synchronized void add(long producerId) {
        added = true;
        if (producers.size() < PRODUCERS_MAX) {
            producers.add(producerId);
        } else {
            any = true;
        }
    }

    /// Whether there may be one of this producer.
    synchronized boolean mayHave(long producerId) {
        return any || producers.contains(producerId);
    }

    /// The log has a batch of this producer now.
    synchronized void close(long producerId) {
        producers.remove(producerId);
    }

    /// Forgets all when none was added for some time; to be called each minute.
    ///
    /// @param nowNanos monotonic
    synchronized void expire(long nowNanos) {
        if (added) {
            added = false;
            addedNanos = nowNanos;
        } else if (nowNanos - addedNanos >= LAST_NANOS) {
            producers.clear();
            any = false;
        }
    }
}

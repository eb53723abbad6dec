package io.octavo.broker.replica;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets expired records go in one data directory, and removes what was deleted, on its worker; in
/// small portions, so that logs are opened in between. What is not over when it is due again goes
/// on instead.
final class Sweep {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sweep.class);

    /// A look at a log that nobody uses takes some tens of microseconds.
    private static final int PORTION_PARTITIONS = 20;

    /// Freeing a file's pages and blocks is work of the kernel's that nothing interrupts: between
    /// two steps of about a millisecond whoever waits for a processor has his turn.
    static final long PAUSE_MS = 2;

    private final Storage storage;

    /// The worker's.
    private Iterator<Partition> left = Collections.emptyIterator();

    /// Whether a removal is under way.
    private final AtomicBoolean removing = new AtomicBoolean();

    Sweep(Storage storage) {
        this.storage = storage;
    }

    /// Begins to look for expired records.
    ///
    /// @param partitions those of the data directory
    /// @param nowMs the wall clock's time
    void expire(List<Partition> partitions, long nowMs) {
        storage.worker()
                .execute(() -> {
                    if (!left.hasNext()) {
                        left = partitions.iterator();
                        portion(nowMs);
                    }
                });
    }

    /// Begins to remove what was deleted.
    void remove() {
        if (storage.directory().failure() == null && removing.compareAndSet(false, true)) {
            storage.worker().execute(this::removePortion);
        }
    }

    private void removePortion() {
        boolean more = false;
        try {
            more = storage.directory().remove();
        } catch (IOException | RuntimeException failure) {
            LOGGER.warn(
                    "{}: something could not be removed, and is tried again: {}",
                    storage.directory().root(),
                    failure.toString());
        }
        if (more) {
            var _ = storage.worker().schedule(PAUSE_MS, this::removePortion);
        } else {
            removing.set(false);
        }
    }

    private void portion(long nowMs) {
        for (int i = 0; i < PORTION_PARTITIONS && left.hasNext(); i++) {
            if (expire(left.next(), nowMs)) {
                break;
            }
        }
        if (left.hasNext()) {
            storage.worker().execute(() -> portion(nowMs));
        }
    }

    /// What is wrong with one partition does not keep others from expiring.
    private static boolean expire(Partition partition, long nowMs) {
        try {
            return partition.expireRecords(nowMs);
        } catch (IOException failure) {
            LOGGER.warn("retention of {} failed, tried again: {}", partition, failure.toString());
            return true;
        } catch (RuntimeException defect) {
            LOGGER.error("retention of {} failed, tried again", partition, defect);
            return true;
        }
    }
}

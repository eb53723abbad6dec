package io.octavo.broker.cluster.local;

import io.octavo.broker.cluster.Coordination;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The local store on a journal in memory, for tests of what stands above it.
public final class MemoryStore {
    private MemoryJournal journal = new MemoryJournal();

    /// The store as a process finds it that begins now; an earlier one must no longer be used.
    public Coordination open(Loop loop) {
        journal = journal.crashed(0);
        try {
            return LocalCoordination.open(
                    journal,
                    loop,
                    failure -> {
                        throw new UncheckedIOException(failure);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From now on the disk is full, or no longer is.
    public void full(boolean full) {
        journal.full = full;
    }
}

package io.octavo.broker;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/// Looks after the data directories now and then. Runs on a loop of its own, because it waits for
/// disks.
final class Keeper {
    /// What a restart has to read again is what was written in about this time.
    private static final long CHECKPOINT_MS = 1_000;

    /// Producers are forgotten by the day; a minute is fine.
    private static final long EXPIRY_MS = 60_000;

    private final Loop loop;
    private final Clock clock;
    private final List<DataDirectory> directories;
    private final PartitionTable partitions;
    private final Consumer<String> stop;

    /// @param stop told why the node must end: a disk failed, and what was written there cannot be
    ///   relied on
    Keeper(
            Loop loop,
            Clock clock,
            List<DataDirectory> directories,
            PartitionTable partitions,
            Consumer<String> stop) {
        this.loop = loop;
        this.clock = clock;
        this.directories = directories;
        this.partitions = partitions;
        this.stop = stop;
    }

    void start() {
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        loop.schedule(EXPIRY_MS, this::expire);
    }

    private void checkpoint() {
        for (DataDirectory directory : directories) {
            try {
                directory.checkpoint();
                IOException failure = directory.failure();
                if (failure != null) {
                    throw failure;
                }
            } catch (IOException e) {
                stop.accept(
                        "the data directory " + directory.root() + " failed: " + e.getMessage());
                return;
            }
        }
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
    }

    private void expire() {
        partitions.expireProducers(clock.nanos());
        loop.schedule(EXPIRY_MS, this::expire);
    }
}

package io.octavo.broker;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the data directories now and then. Runs on a loop of its own, because it waits for
/// disks.
final class Keeper {
    private static final Logger LOGGER = LoggerFactory.getLogger(Keeper.class);

    /// What a restart has to read again is what was written in about this time.
    private static final long CHECKPOINT_MS = 1_000;

    /// Producers are forgotten by the day; a minute is fine.
    private static final long EXPIRY_MS = 60_000;

    private final Loop loop;
    private final Clock clock;
    private final List<DataDirectory> directories;
    private final PartitionTable partitions;

    /// Directories whose last checkpoint could not be made, for one line each. The loop's.
    private final Set<DataDirectory> behind = new HashSet<>();

    Keeper(Loop loop, Clock clock, List<DataDirectory> directories, PartitionTable partitions) {
        this.loop = loop;
        this.clock = clock;
        this.directories = directories;
        this.partitions = partitions;
    }

    void start() {
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        loop.schedule(EXPIRY_MS, this::expire);
    }

    private void checkpoint() {
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        for (DataDirectory directory : directories) {
            if (directory.failure() == null) {
                checkpoint(directory);
            }
        }
    }

    /// A full disk, or a want of descriptors, only puts the checkpoint off: more will be read after
    /// a crash. A directory that fails says so itself.
    private void checkpoint(DataDirectory directory) {
        try {
            directory.checkpoint();
            behind.remove(directory);
        } catch (IOException e) {
            if (directory.failure() == null && behind.add(directory)) {
                LOGGER.warn("no checkpoint in {}, tried again", directory.root(), e);
            }
        }
    }

    private void expire() {
        loop.schedule(EXPIRY_MS, this::expire);
        partitions.expireProducers(clock.nanos());
    }
}

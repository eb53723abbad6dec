package io.octavo.broker;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
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
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        for (DataDirectory directory : directories) {
            checkpoint(directory);
        }
    }

    /// A full disk, or a want of descriptors, only puts the checkpoint off: more will be read after
    /// a crash. A directory that failed ends the node.
    private void checkpoint(DataDirectory directory) {
        try {
            directory.checkpoint();
        } catch (IOException e) {
            if (directory.failure() == null) {
                LOGGER.warn("no checkpoint in {}, tried again", directory.root(), e);
            }
        }
        IOException failure = directory.failure();
        if (failure != null) {
            stop.accept(
                    "the data directory " + directory.root() + " failed: " + failure.getMessage());
        }
    }

    private void expire() {
        loop.schedule(EXPIRY_MS, this::expire);
        partitions.expireProducers(clock.nanos());
    }
}

package io.octavo.broker;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Loop;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after one data directory now and then. Runs on a loop of its own, because it waits for the
/// disk: one that hangs keeps no other directory from its checkpoints.
final class Keeper {
    private static final Logger LOGGER = LoggerFactory.getLogger(Keeper.class);

    /// What a restart has to read again is what was written in about this time.
    private static final long CHECKPOINT_MS = 1_000;

    private final Loop loop;
    private final DataDirectory directory;
    private final PartitionTable partitions;

    /// Whether the last checkpoint could not be made, for one line. The loop's.
    private boolean behind;

    /// The same, for a fault of ours.
    private boolean defective;

    Keeper(Loop loop, DataDirectory directory, PartitionTable partitions) {
        this.loop = loop;
        this.directory = directory;
        this.partitions = partitions;
    }

    void start() {
        loop.schedule(CHECKPOINT_MS, this::keep);
    }

    private void keep() {
        if (directory.failure() != null) {
            return;
        }
        loop.schedule(CHECKPOINT_MS, this::keep);
        checkpoint();
        partitions.removeDeleted(directory);
        partitions.resumeMoves(directory);
    }

    /// A full disk, or a want of descriptors, only puts the checkpoint off: more will be read after
    /// a crash; so does a defect in one log's part, which keeps no other from its own. A directory
    /// that fails says so itself.
    private void checkpoint() {
        try {
            directory.checkpoint();
            behind = false;
            defective = false;
        } catch (IOException e) {
            if (directory.failure() == null && !behind) {
                LOGGER.warn("no whole checkpoint in {}, tried again", directory.root(), e);
                behind = true;
            }
        } catch (RuntimeException defect) {
            if (!defective) {
                LOGGER.error("no whole checkpoint in {}, tried again", directory.root(), defect);
                defective = true;
            }
        }
    }
}

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

    /// The first look at what has expired waits until the node has started.
    private static final long FIRST_RETENTION_MS = 30_000;

    private final Loop loop;
    private final Clock clock;
    private final List<DataDirectory> directories;
    private final PartitionTable partitions;
    private final long retentionMs;

    /// Directories whose last checkpoint could not be made, for one line each. The loop's.
    private final Set<DataDirectory> behind = new HashSet<>();

    /// The same, for a fault of ours.
    private final Set<DataDirectory> defective = new HashSet<>();

    /// @param retentionMs how often is looked for what has expired
    Keeper(
            Loop loop,
            Clock clock,
            List<DataDirectory> directories,
            PartitionTable partitions,
            long retentionMs) {
        this.loop = loop;
        this.clock = clock;
        this.directories = directories;
        this.partitions = partitions;
        this.retentionMs = retentionMs;
    }

    void start() {
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        loop.schedule(EXPIRY_MS, this::expire);
        loop.schedule(Math.min(FIRST_RETENTION_MS, retentionMs), this::retain);
    }

    private void checkpoint() {
        loop.schedule(CHECKPOINT_MS, this::checkpoint);
        for (DataDirectory directory : directories) {
            if (directory.failure() == null) {
                checkpoint(directory);
            }
        }
        partitions.removeDeleted();
        partitions.resumeMoves();
    }

    /// A full disk, or a want of descriptors, only puts the checkpoint off: more will be read after
    /// a crash; so does a defect in one log's part, which keeps no other from its own. A directory
    /// that fails says so itself.
    private void checkpoint(DataDirectory directory) {
        try {
            directory.checkpoint();
            behind.remove(directory);
            defective.remove(directory);
        } catch (IOException e) {
            if (directory.failure() == null && behind.add(directory)) {
                LOGGER.warn("no whole checkpoint in {}, tried again", directory.root(), e);
            }
        } catch (RuntimeException defect) {
            if (defective.add(directory)) {
                LOGGER.error("no whole checkpoint in {}, tried again", directory.root(), defect);
            }
        }
    }

    private void retain() {
        loop.schedule(retentionMs, this::retain);
        partitions.expireRecords(clock.wallMs());
    }

    private void expire() {
        loop.schedule(EXPIRY_MS, this::expire);
        partitions.expireProducers(clock.nanos());
    }
}

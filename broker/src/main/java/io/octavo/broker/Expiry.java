package io.octavo.broker;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.ProducersInMemory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;

/// Has records and producers looked at now and then that may have expired; waits for no disk.
final class Expiry {
    /// Producers are forgotten by the day; a minute is fine.
    private static final long PRODUCERS_MS = 60_000;

    /// How many there are may change fast.
    private static final long PRODUCERS_BOUND_MS = 1_000;

    /// The first look at records waits until the node has started.
    private static final long FIRST_RETENTION_MS = 30_000;

    private final Loop loop;
    private final Clock clock;
    private final PartitionTable partitions;
    private final ProducersInMemory inMemory;
    private final long retentionMs;

    /// @param inMemory the producers that these partitions' logs remember
    /// @param retentionMs how often is looked for records
    Expiry(
            Loop loop,
            Clock clock,
            PartitionTable partitions,
            ProducersInMemory inMemory,
            long retentionMs) {
        this.loop = loop;
        this.clock = clock;
        this.partitions = partitions;
        this.inMemory = inMemory;
        this.retentionMs = retentionMs;
    }

    void start() {
        loop.schedule(PRODUCERS_MS, this::producers);
        loop.schedule(PRODUCERS_BOUND_MS, this::bound);
        loop.schedule(Math.min(FIRST_RETENTION_MS, retentionMs), this::records);
    }

    private void records() {
        loop.schedule(retentionMs, this::records);
        partitions.expireRecords(clock.wallMs());
    }

    private void bound() {
        loop.schedule(PRODUCERS_BOUND_MS, this::bound);
        inMemory.bound();
    }

    private void producers() {
        loop.schedule(PRODUCERS_MS, this::producers);
        partitions.expireProducers(clock.nanos());
    }
}

package io.octavo.broker.api;

import io.octavo.broker.config.LiveConfig;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.ports.Clock;

/// What every fetch works with.
record FetchParts(
        PartitionTable partitions,
        FetchSessions sessions,
        Leaders leaders,
        LiveConfig config,
        DiskReaders readers,
        Clock clock) {}

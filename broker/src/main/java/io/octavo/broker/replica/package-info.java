/// The partitions this broker holds: who leads them, what is visible in them, and who waits for
/// them.
///
/// A [io.octavo.broker.replica.Partition] puts batches into its log and says when they are visible;
/// the [io.octavo.broker.replica.PartitionTable] follows the cluster's view. Everything may be
/// called from any thread and nothing blocks: a partition's one lock is a
/// [io.octavo.broker.replica.Combiner], logs are opened and deleted on a worker.
///
/// Imports log, cluster, config, protocol and ports. Read [io.octavo.broker.replica.Partition]
/// first.
@NullMarked
package io.octavo.broker.replica;

import org.jspecify.annotations.NullMarked;

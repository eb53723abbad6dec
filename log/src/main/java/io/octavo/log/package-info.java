/// A segmented append-only log in a directory. Knows offsets, leader epochs and producers; not
/// topics, not peers.
///
/// ```
/// <data>/.lock                              one process per data directory                       (ThisRun)
///        run.octavo                         this run, and whether the last one stopped cleanly   (RunMarker)
///        checkpoint.octavo                  how far each partition is written and durable        (Checkpoint)
///        reserve.octavo                     room for what must go on when the disk is full  (FreeSpace)
///        <topic>-<partition>/               appears with the first record
///            00000000000000000000.log       record batches as on the wire                        (Segment)
///            00000000000000000000.index     offset -> position, sparse                           (OffsetIndex)
///            00000000000000000000.timeindex timestamp -> offset, sparse                          (TimeIndex)
///            00000000000000000000.txnindex  aborted transactions, where there are any            (TransactionIndex)
///            00000000000000000000.snapshot  producers' state before that offset                  (ProducerSnapshot)
///            leader-epoch-checkpoint        epoch -> first offset, for Kafka's tools             (EpochHistory)
///            partition.metadata             the topic's id, for Kafka's tools                    (PartitionMetadata)
///            compacted.octavo                   how far compaction has come                          (CompactedRange)
///            swap.octavo                        segments are being replaced; finished at open        (SegmentSwap)
///            moves.octavo                       how often it was moved to another data directory     (MoveCount)
///            *.cut                          torn bytes that recovery took off, kept for people   (LogTail)
///            *.log.deleted                      no part of the log any more, being cut         (Removal)
///            *.tmp                          left-overs; removed at the next open
///        <topic>-<partition>.<id>-delete/   being removed
///        <topic>-<partition>.<id>-stray/    not the topic's: set aside, never served, kept for a day
/// ```
///
/// Imports `protocol.record`, `protocol.wire` and `ports`. Owns no thread. One thread at a time
/// writes to a log (its owner's lock), any thread reads and forces it; threads that come here must
/// never be interrupted, because an interrupt closes the file channel they are in. Every file
/// operation goes through [LogFiles].
///
/// Read [Log] first, then [LogSegments], [Segment], [Durability], [Recovery], [ProducerStates],
/// [DataDirectory].
@NullMarked
package io.octavo.log;

import org.jspecify.annotations.NullMarked;

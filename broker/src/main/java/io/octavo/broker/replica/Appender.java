package io.octavo.broker.replica;

import io.octavo.log.Log;
import io.octavo.log.NoSpace;
import io.octavo.log.ProducerCheck;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.TimestampType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Puts batches into a partition's log, or says why not.
///
/// ```
/// leads? ── log open? ── enough in sync? ── producer in order? ── room? ──> write ──> await the high watermark
/// ```
///
/// All of it under the partition's lock, once for each batch that is produced.
final class Appender {
    private final Partition partition;
    private final LazyLog lazyLog;
    private final HighWatermark highWatermark;

    /// Whether the topic is the brokers' own, which goes on where clients' find no room.
    private final boolean internal;

    /// Null until there is one.
    private volatile @Nullable Gaps gaps;

    Appender(Partition partition, LazyLog lazyLog, HighWatermark highWatermark, boolean internal) {
        this.partition = partition;
        this.lazyLog = lazyLog;
        this.highWatermark = highWatermark;
        this.internal = internal;
    }

    /// A batch of this producer was given up: those behind it are not to be taken in its place.
    void missed(long producerId) {
        Log log = lazyLog.log();
        if (log == null || !log.producers().knows(producerId)) {
            turnedAway(producerId);
        }
    }

    /// The same of a batch that got no place in the order. Any thread, without the lock: what the
    /// log knows is not looked at.
    void turnedAway(long producerId) {
        if (producerId != RecordBatch.NO_PRODUCER_ID) {
            gaps().add(producerId);
        }
    }

    /// Forgets what was missed long ago; to be called each minute.
    ///
    /// @param nowNanos monotonic
    void expireGaps(long nowNanos) {
        Gaps now = gaps;
        if (now != null) {
            now.expire(nowNanos);
        }
    }

    private synchronized Gaps gaps() {
        Gaps now = gaps;
        if (now == null) {
            now = new Gaps();
            gaps = now;
        }
        return now;
    }

    /// Decides about a batch, or leaves it waiting for the high watermark.
    void append(Append append, RecordBatch batch) {
        Role now = partition.role();
        Log log = lazyLog.log();
        if (now.admits(append.epoch()) != ErrorCode.NONE) {
            append.refuse(partition.elsewhere(), -1);
        } else if (log == null) {
            append.refuse(partition.closed(), -1);
        } else if (append.all() && now.inSync() < now.inSyncMin()) {
            append.refuse(underReplicated(now), log.startOffset());
        } else {
            append(append, batch, log, now.leaderEpoch());
        }
    }

    private void append(Append append, RecordBatch batch, Log log, int leaderEpoch) {
        switch (check(batch, log)) {
            case ProducerCheck.Accepted _ -> write(append, batch, log, leaderEpoch);
            case ProducerCheck.Duplicate(long base, long last, long timestamp) -> {
                append.place(base, last + 1, appendTime(batch, timestamp), log.startOffset());
                log.hurry();
            }
            case ProducerCheck.OutOfOrder(int last, int base) ->
                    refuse(
                            append,
                            batch,
                            log,
                            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                            "sequence " + base + " does not follow " + last);
            case ProducerCheck.Fenced(short epoch) ->
                    refuse(
                            append,
                            batch,
                            log,
                            ErrorCode.INVALID_PRODUCER_EPOCH,
                            "epoch " + batch.producerEpoch() + " is older than " + epoch);
            case ProducerCheck.TransactionOpen(long first) ->
                    refuse(
                            append,
                            batch,
                            log,
                            ErrorCode.INVALID_TXN_STATE,
                            "its transaction since offset " + first + " is not ended");
        }
        if (append.rejection() == null && append.all() && highWatermark.await(append)) {
            append.await();
        }
    }

    private ProducerCheck check(RecordBatch batch, Log log) {
        if (afterMissed(batch, log)) {
            return new ProducerCheck.OutOfOrder(RecordBatch.NO_SEQUENCE, batch.baseSequence());
        }
        return log.producers().check(batch);
    }

    private boolean afterMissed(RecordBatch batch, Log log) {
        Gaps now = gaps;
        if (now == null || !batch.hasProducerId() || !now.mayHave(batch.producerId())) {
            return false;
        }
        boolean known = log.producers().knows(batch.producerId());
        if (known) {
            now.close(batch.producerId());
        }
        return !known && batch.baseSequence() != 0;
    }

    private void write(Append append, RecordBatch batch, Log log, int leaderEpoch) {
        String want = internal ? null : lazyLog.storage().directory().wantOfSpace();
        if (want != null) {
            append.refuse(noRoom(want), log.startOffset());
            return;
        }
        try {
            boolean awaited = append.all() || partition.watched();
            long base = log.append(batch, leaderEpoch, awaited);
            if (!awaited && partition.watched()) {
                // Whoever came before the batch was there has not found it.
                log.hurry();
            }
            long timestamp = appendTime(batch, batch.maxTimestamp());
            append.place(base, batch.nextOffset(), timestamp, log.startOffset());
            highWatermark.advance(log.committedEnd(), append);
        } catch (NoSpace full) {
            String now = lazyLog.storage().directory().wantOfSpace();
            String why = now == null ? String.valueOf(full.getMessage()) : now;
            append.refuse(noRoom(why), log.startOffset());
        } catch (IOException failure) {
            append.refuse(partition.storageError(failure), -1);
            partition.failed(log, failure, append);
        }
    }

    private void refuse(Append append, RecordBatch batch, Log log, ErrorCode error, String reason) {
        String message = partition + ", producer " + batch.producerId() + ": " + reason;
        append.refuse(new Rejection(error, message), log.startOffset());
    }

    private Rejection underReplicated(Role now) {
        return new Rejection(
                ErrorCode.NOT_ENOUGH_REPLICAS,
                partition
                        + " has "
                        + now.inSync()
                        + " replicas in sync, of "
                        + now.inSyncMin()
                        + " needed");
    }

    /// An error that producers retry without doubting who leads.
    private Rejection noRoom(String reason) {
        return new Rejection(ErrorCode.NOT_ENOUGH_REPLICAS, partition + ": " + reason);
    }

    private static long appendTime(RecordBatch batch, long timestamp) {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? timestamp
                : RecordBatch.NO_TIMESTAMP;
    }
}

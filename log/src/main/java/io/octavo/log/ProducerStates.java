package io.octavo.log;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a log remembers of the producers that wrote to it (KIP-98): the last batches of each, so
/// that a repeated one is known and a missing one noticed, and the transactions that are open. A
/// function of the log's batches alone, except that idle producers are forgotten by the monotonic
/// clock, and for want of memory. Everything here is done under the log's lock; who only wants to
/// know about how many there are asks [#count] without.
public final class ProducerStates {
    private static final long NANOS_PER_MS = 1_000_000;

    private final ProducerTable producers = new ProducerTable();

    /// First offset and producer id of each open transaction; null until there is one.
    private @Nullable TreeMap<Long, Long> open;

    /// Transactions that ended lately, by the offset of their marker.
    private final ArrayDeque<Ended> ended = new ArrayDeque<>(0);

    private final ProducerShare share;
    private int countMax;
    private long expiryNanos;

    private record Ended(long firstOffset, long markerOffset) {}

    private ProducerStates(ProducerShare share) {
        this.share = share;
    }

    ProducerStates(LogConfig config, ProducerShare share) {
        this(share);
        configure(config);
    }

    /// Whether a client's batch may be appended now. A batch without a producer id always may; a
    /// producer that is not known may begin with any sequence. Changes nothing: the append does.
    public ProducerCheck check(RecordBatch batch) {
        ProducerState known = batch.hasProducerId() ? producers.find(batch.producerId()) : null;
        if (known == null) {
            return ProducerCheck.Accepted.ACCEPTED;
        }
        int repeated = known.indexOf(batch);
        if (repeated >= 0) {
            long last = known.lastOffset(repeated);
            return new ProducerCheck.Duplicate(
                    last - known.offsetDelta(repeated), last, known.timestamp(repeated));
        }
        if (batch.producerEpoch() < known.epoch()) {
            return new ProducerCheck.Fenced(known.epoch());
        }
        int last =
                batch.producerEpoch() == known.epoch()
                        ? known.lastSequence()
                        : RecordBatch.NO_SEQUENCE;
        if (batch.baseSequence() != RecordBatch.sequenceAfter(last, 1)) {
            return new ProducerCheck.OutOfOrder(last, batch.baseSequence());
        }
        if (!batch.isTransactional() && known.transactionStart() != ProducerState.NO_TRANSACTION) {
            return new ProducerCheck.TransactionOpen(known.transactionStart());
        }
        return ProducerCheck.Accepted.ACCEPTED;
    }

    /// Whether a producer is remembered.
    public boolean knows(long producerId) {
        return producers.find(producerId) != null;
    }

    /// How many producers are remembered.
    public int count() {
        return producers.count();
    }

    /// The first offset of a transaction that is not decided below `highWatermark`, or
    /// [Long#MAX_VALUE]: the last stable offset is the smaller of this and the high watermark. The
    /// high watermarks given never decrease.
    public long firstUnstableOffset(long highWatermark) {
        while (!ended.isEmpty() && ended.getFirst().markerOffset < highWatermark) {
            ended.removeFirst();
        }
        long first = open == null || open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
        for (Ended transaction : ended) {
            first = Math.min(first, transaction.firstOffset);
        }
        return first;
    }

    /// Forgets the producers that have appended nothing for `producerExpiryMs` and have no
    /// transaction open, and those beyond what may be remembered now.
    ///
    /// @param nowNanos the monotonic clock's time
    public void expire(long nowNanos) {
        forget(max());
        for (ProducerState state : producers) {
            if (nowNanos - state.lastNanos() < expiryNanos) {
                return;
            }
            if (state.transactionStart() == ProducerState.NO_TRANSACTION) {
                producers.remove(state);
            }
        }
    }

    /// Others that are as many and as long remembered at most; none.
    ProducerStates others() {
        ProducerStates others = new ProducerStates(share);
        others.countMax = countMax;
        others.expiryNanos = expiryNanos;
        return others;
    }

    void configure(LogConfig config) {
        countMax = config.producers().max();
        expiryNanos =
                config.producers().expiryMs() > Long.MAX_VALUE / NANOS_PER_MS
                        ? Long.MAX_VALUE
                        : config.producers().expiryMs() * NANOS_PER_MS;
    }

    /// Notes a batch that was appended.
    ///
    /// @param marker what a control batch holds; null for a data batch
    /// @return the transaction that it aborts; null when it aborts none
    @Nullable AbortedTransaction update(
            RecordBatch batch, @Nullable EndMarker marker, long nowNanos) {
        if (!batch.hasProducerId() || (batch.isControl() && marker == null)) {
            return null;
        }
        ProducerState state = producers.find(batch.producerId());
        if (state == null) {
            forget(max() - 1);
            state = new ProducerState(batch.producerId());
            producers.add(state);
        } else {
            producers.touch(state);
        }
        state.become(batch.producerEpoch(), batch.maxTimestamp(), nowNanos);
        if (marker != null) {
            state.coordinated(marker.coordinatorEpoch());
            return endTransaction(state, batch.baseOffset(), marker.commits());
        }
        state.add(
                batch.lastOffset(),
                batch.maxTimestamp(),
                batch.lastSequence(),
                batch.lastOffsetDelta());
        if (batch.isTransactional() && state.transactionStart() == ProducerState.NO_TRANSACTION) {
            beginTransaction(state, batch.baseOffset());
        }
        return null;
    }

    /// Puts in a producer that a snapshot remembers; the idlest first.
    void restore(ProducerState state) {
        forget(max() - 1);
        producers.add(state);
        if (state.transactionStart() != ProducerState.NO_TRANSACTION) {
            beginTransaction(state, state.transactionStart());
        }
    }

    /// Forgets everything.
    void clear() {
        producers.clear();
        open = null;
        ended.clear();
    }

    /// All producers, the idlest first.
    Iterable<ProducerState> all() {
        return producers;
    }

    private void beginTransaction(ProducerState state, long firstOffset) {
        state.beginTransaction(firstOffset);
        if (open == null) {
            open = new TreeMap<>();
        }
        open.put(firstOffset, state.id);
    }

    private @Nullable AbortedTransaction endTransaction(
            ProducerState state, long markerOffset, boolean commits) {
        long first = state.transactionStart();
        if (first == ProducerState.NO_TRANSACTION) {
            return null;
        }
        state.endTransaction();
        if (open != null) {
            open.remove(first);
        }
        ended.addLast(new Ended(first, markerOffset));
        long stable = open == null || open.isEmpty() ? markerOffset + 1 : open.firstKey();
        return commits ? null : new AbortedTransaction(state.id, first, markerOffset, stable);
    }

    private int max() {
        return Math.min(countMax, share.max());
    }

    /// Forgets the idlest producers without an open transaction, if there are more than so many.
    private void forget(int left) {
        Iterator<ProducerState> candidates = producers.iterator();
        while (producers.count() > left && candidates.hasNext()) {
            ProducerState state = candidates.next();
            if (state.transactionStart() == ProducerState.NO_TRANSACTION) {
                producers.remove(state);
            }
        }
    }
}

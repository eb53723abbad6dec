package io.octavo.broker.replica;

import io.octavo.log.Log;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.record.RecordBatch;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/// One batch on its way into a partition, and then what became of it.
///
/// ```
/// PREPARING ── prepared ──> READY ──> RUNNING ──> AWAITING ──> DECIDED
///                             │          └─────────────────────^
///                             └── abandon ──> ABANDONED
/// ```
///
/// The partition reads the batch's bytes while RUNNING, a preparation while PREPARING; in every
/// other phase they are free, see [#released()]. The outcome may be read once [#decided()] says so,
/// which it does before the listener hears.
public final class Append extends Step implements Awaiting {
    private enum Phase {
        PREPARING,
        READY,
        RUNNING,
        AWAITING,
        DECIDED,
        ABANDONED
    }

    private static final AtomicReferenceFieldUpdater<Append, Phase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(Append.class, Phase.class, "phase");

    private @Nullable Listener listener;
    private final boolean all;

    /// The only leader epoch in which it is appended, or -1 for any.
    private final int epoch;

    private volatile Phase phase;
    private @Nullable RecordBatch batch;

    /// Whether it was decided as it ran, rather than later by another step.
    private boolean announces;

    /// Whose batch it was, if it is given up.
    private long producerId = RecordBatch.NO_PRODUCER_ID;

    private @Nullable Rejection rejection;
    private long baseOffset = -1;
    private long appendTimeMs = RecordBatch.NO_TIMESTAMP;
    private long logStartOffset = -1;
    private long nextOffset = -1;

    private Append(
            Partition partition,
            @Nullable RecordBatch batch,
            boolean all,
            int epoch,
            Listener listener) {
        super(partition);
        this.batch = batch;
        this.all = all;
        this.epoch = epoch;
        this.listener = listener;
        phase = batch == null ? Phase.PREPARING : Phase.READY;
    }

    /// An append of a batch that [Admission] has let pass.
    ///
    /// @param all whether to decide only when the records are below the high watermark (`acks=all`)
    public static Append of(
            Partition partition, RecordBatch batch, boolean all, Listener listener) {
        return new Append(partition, batch, all, Role.NO_EPOCH, listener);
    }

    /// An append of the broker's own, of what only the leader of this epoch may write; decided when
    /// it is below the high watermark.
    public static Append inEpoch(
            Partition partition, RecordBatch batch, int epoch, Listener listener) {
        return new Append(partition, batch, true, epoch, listener);
    }

    /// An append that takes its place in the order now and gets its batch by [#prepared] later.
    public static Append preparing(Partition partition, boolean all, Listener listener) {
        return new Append(partition, null, all, Role.NO_EPOCH, listener);
    }

    /// A batch that is not appended. It takes its place in the order, because its answer tells of
    /// the log.
    public static Append refused(
            Partition partition, Rejection refused, boolean all, Listener listener) {
        Append append = new Append(partition, null, all, Role.NO_EPOCH, listener);
        append.rejection = refused;
        append.phase = Phase.READY;
        return append;
    }

    /// Ends the preparation. On any thread.
    public void prepared(Admission.Decided verdict) {
        switch (verdict) {
            case Admission.Admitted(RecordBatch admitted) -> batch = admitted;
            case Admission.Refused(Rejection refused) -> rejection = refused;
        }
        phase = Phase.READY;
        partition.resume();
    }

    /// Gives up an append that has not begun; no effect on any other. To be called by whoever frees
    /// the batch's bytes.
    public void abandon() {
        if (phase != Phase.READY) {
            return;
        }
        RecordBatch mine = batch;
        if (mine != null) {
            producerId = mine.producerId();
        }
        GivenUp givenUp = partition.storage().givenUp();
        givenUp.add();
        if (PHASE.compareAndSet(this, Phase.READY, Phase.ABANDONED)) {
            // It may wait for long, and the request must not wait with it.
            batch = null;
            rejection = null;
            listener = null;
        } else {
            givenUp.remove();
        }
    }

    /// Whether nobody reads the batch's bytes any more.
    public boolean released() {
        return switch (phase) {
            case PREPARING, READY, RUNNING -> false;
            case AWAITING, DECIDED, ABANDONED -> true;
        };
    }

    /// Whether the outcome is known.
    public boolean decided() {
        return phase == Phase.DECIDED;
    }

    /// Why the batch was not appended; null when it was, or had been before.
    public @Nullable Rejection rejection() {
        return rejection;
    }

    /// The first record's offset, -1 when it has none.
    public long baseOffset() {
        return baseOffset;
    }

    /// The broker's time stamped into the records, or -1 where they keep the producer's.
    public long appendTimeMs() {
        return appendTimeMs;
    }

    /// The log's first offset, -1 when the log was not looked at.
    public long logStartOffset() {
        return logStartOffset;
    }

    @Override
    boolean ready() {
        return phase != Phase.PREPARING && super.ready();
    }

    @Override
    void run() {
        if (!PHASE.compareAndSet(this, Phase.READY, Phase.RUNNING)) {
            partition.storage().givenUp().remove();
            partition.appender().missed(producerId);
            return;
        }
        if (rejection != null) {
            noteLogStart(rejection);
        } else if (batch != null) {
            partition.appender().append(this, batch);
        }
        if (phase == Phase.RUNNING) {
            decide();
            announces = true;
        }
    }

    /// Who sent records that were refused one by one is told where the log starts.
    private void noteLogStart(Rejection refused) {
        Log log = partition.log();
        if (log != null && refused.namesRecords()) {
            logStartOffset = log.startOffset();
        }
    }

    @Override
    void failed(RuntimeException defect) {
        if (phase != Phase.DECIDED && phase != Phase.ABANDONED) {
            String message = ErrorCode.UNKNOWN_SERVER_ERROR.message();
            refuse(new Rejection(ErrorCode.UNKNOWN_SERVER_ERROR, message), -1);
            decide();
            announces = true;
        }
    }

    @Override
    void after() {
        if (announces) {
            announce();
        }
        super.after();
    }

    boolean all() {
        return all;
    }

    int epoch() {
        return epoch;
    }

    @Override
    public long awaitedEnd() {
        return nextOffset;
    }

    @Override
    public void visible() {
        decide();
    }

    @Override
    public void giveUp(Rejection reason) {
        refuse(reason, -1);
        decide();
    }

    void refuse(Rejection refused, long logStartOffset) {
        rejection = refused;
        this.logStartOffset = logStartOffset;
    }

    void place(long baseOffset, long nextOffset, long appendTimeMs, long logStartOffset) {
        this.baseOffset = baseOffset;
        this.nextOffset = nextOffset;
        this.appendTimeMs = appendTimeMs;
        this.logStartOffset = logStartOffset;
        batch = null;
    }

    /// The records wait for the high watermark.
    void await() {
        phase = Phase.AWAITING;
    }

    void decide() {
        batch = null;
        phase = Phase.DECIDED;
    }

    @Override
    public void announce() {
        Listener hears = listener;
        if (hears != null) {
            hears.decided(this);
        }
    }

    /// Hears of the decision.
    public interface Listener {
        /// The outcome is known. Called once, on any thread, with no lock held; not for an
        /// abandoned append.
        void decided(Append append);
    }
}

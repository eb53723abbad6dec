package io.octavo.broker.replica;

import io.octavo.log.DataDirectory;
import io.octavo.log.Log;
import io.octavo.protocol.api.ErrorCode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The records of a partition before an offset on their way out, and then what became of that. The
/// outcome may be read when the listener was told; it lasts when [#persist] has returned.
///
/// Where not all of them are visible yet, because a producer did not wait for that, it waits until
/// what the log has by now is: whoever sent them and had an answer can delete them.
public final class RecordDeletion extends Step implements Awaiting {
    /// Instead of an offset: all that is visible.
    public static final long ALL_VISIBLE = -1;

    private static final Logger LOGGER = LoggerFactory.getLogger(RecordDeletion.class);

    private enum Phase {
        WAITING,
        BEGUN,
        ABANDONED
    }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
    private final long beforeOffset;
    private @Nullable Runnable listener;
    private boolean waits;
    private long awaitedEnd;
    private @Nullable Log log;
    private volatile @Nullable Rejection rejection;
    private long startOffset = -1;

    /// @param beforeOffset or [#ALL_VISIBLE]
    /// @param listener told once, on any thread, with no lock held
    public RecordDeletion(Partition partition, long beforeOffset, Runnable listener) {
        super(partition);
        this.beforeOffset = beforeOffset;
        this.listener = listener;
    }

    /// Gives up a deletion that has not begun, and lets go of its listener, which is not told; no
    /// effect on any other.
    ///
    /// @return whether it was given up
    public boolean abandon() {
        GivenUp givenUp = partition.storage().givenUp();
        givenUp.add();
        if (!phase.compareAndSet(Phase.WAITING, Phase.ABANDONED)) {
            givenUp.remove();
            return false;
        }
        listener = null;
        ErrorCode error = ErrorCode.REQUEST_TIMED_OUT;
        refuse(error, error.message());
        return true;
    }

    /// Makes deletions last, and refuses those for which that fails. Blocks.
    public static void persist(List<RecordDeletion> deletions) {
        Map<DataDirectory, Map<Log, Long>> starts = new HashMap<>();
        for (RecordDeletion deletion : deletions) {
            if (deletion.log != null) {
                starts.computeIfAbsent(deletion.directory(), _ -> new HashMap<>())
                        .merge(deletion.log, deletion.startOffset, Math::max);
            }
        }
        starts.forEach((directory, those) -> {
            try {
                directory.forceStarts(those);
            } catch (IOException failure) {
                for (RecordDeletion deletion : deletions) {
                    if (deletion.log != null && deletion.directory().equals(directory)) {
                        deletion.refuse(
                                ErrorCode.KAFKA_STORAGE_ERROR,
                                deletion.partition + ": " + failure.getMessage());
                    }
                }
            }
        });
    }

    /// Why nothing was deleted, or may come back; null when all is well.
    public @Nullable Rejection rejection() {
        return rejection;
    }

    /// The first offset there is; -1 when it is not known.
    public long startOffset() {
        return startOffset;
    }

    @Override
    void run() {
        if (!phase.compareAndSet(Phase.WAITING, Phase.BEGUN)) {
            partition.storage().givenUp().remove();
            return;
        }
        Log open = servedLog();
        if (open == null) {
            return;
        }
        awaitedEnd = open.endOffset();
        boolean early = beforeOffset == ALL_VISIBLE || beforeOffset > partition.highWatermark();
        waits = early && beforeOffset <= awaitedEnd && partition.await(this);
        if (waits) {
            open.hurry();
        } else {
            delete(open);
        }
    }

    @Override
    public long awaitedEnd() {
        return awaitedEnd;
    }

    @Override
    public void visible() {
        Log open = servedLog();
        if (open == null) {
            return;
        }
        try {
            delete(open);
        } catch (RuntimeException defect) {
            // Not one of the step that made the records visible.
            LOGGER.error("{} failed", this, defect);
            failed(defect);
        }
    }

    @Override
    public void giveUp(Rejection reason) {
        refuse(reason);
    }

    @Override
    public void announce() {
        Runnable hears = listener;
        if (hears != null) {
            hears.run();
        }
    }

    /// The log, if records may be deleted from it; refuses them else.
    private @Nullable Log servedLog() {
        Log open = partition.openLog();
        if (!partition.role().leads()) {
            refuse(partition.elsewhere());
            return null;
        }
        if (open == null) {
            refuse(partition.closed());
        }
        return open;
    }

    private void delete(Log open) {
        long end = partition.highWatermark();
        long all = waits ? awaitedEnd : end;
        long offset = beforeOffset == ALL_VISIBLE ? all : beforeOffset;
        if (offset < 0 || offset > end) {
            refuse(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    partition + " is visible up to " + end + ", not deleted before " + offset);
        } else {
            open.advanceStart(offset);
            log = open;
            startOffset = open.startOffset();
        }
    }

    @Override
    void failed(RuntimeException defect) {
        refuse(ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.UNKNOWN_SERVER_ERROR.message());
    }

    @Override
    void after() {
        super.after();
        if (!waits && phase.get() != Phase.ABANDONED) {
            announce();
        }
    }

    private void refuse(ErrorCode error, String message) {
        refuse(new Rejection(error, message));
    }

    private void refuse(Rejection refused) {
        rejection = refused;
        startOffset = -1;
        log = null;
    }

    private DataDirectory directory() {
        return partition.storage().directory();
    }
}

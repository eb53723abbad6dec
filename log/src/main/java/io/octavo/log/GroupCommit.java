package io.octavo.log;

import io.octavo.ports.Afterwards;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One log's part in group commit: what was appended to it and is not forced, who is told when it
/// is, and the log's turn with the data directory's [Syncer], which it asks for at most once at a
/// time.
///
/// The log's writer appends and cuts; any thread forces, without the writer's lock.
final class GroupCommit {
    private final Log log;
    private final Syncer.Turn turn;
    private final Runnable makeTurnDue;
    private final UnforcedBytes unforced;
    private final Headroom headroom;

    /// Null while whoever appends calls for each force.
    private volatile @Nullable LogOwner owner;

    GroupCommit(Log log) {
        this.log = log;
        turn = new Syncer.Turn(log);
        makeTurnDue = () -> log.directory().syncer().due(turn);
        unforced = new UnforcedBytes(log);
        headroom = new Headroom(log);
    }

    /// See [Log#ownedBy].
    void ownedBy(LogOwner owner) {
        this.owner = owner;
        makeDue();
    }

    @Nullable LogOwner owner() {
        return owner;
    }

    Syncer.Turn turn() {
        return turn;
    }

    Headroom headroom() {
        return headroom;
    }

    /// To this log since it was opened.
    long appendedBytes() {
        return unforced.appendedBytes();
    }

    /// Whether something is left for the syncer to force.
    boolean hasUnforced() {
        return owner != null && unforced.any();
    }

    /// A batch was appended and published: it is in the next group.
    ///
    /// @param awaited whether somebody waits for that to be forced
    void appended(int bytes, boolean awaited) {
        boolean much = unforced.appended(bytes);
        if (owner == null) {
            return;
        }
        if (headroom.lookAsAppended()) {
            log.directory().syncer().wantRoom(log);
        }
        boolean fsync = log.config().fsync();
        if (much) {
            log.directory().syncer().due(turn);
        } else if (fsync && awaited) {
            Afterwards.defer(makeTurnDue);
        } else if (fsync) {
            log.directory().syncer().dueWithNextRound(turn);
        }
    }

    /// Asks for a turn, if somebody waits for one.
    void makeDue() {
        if (isWaitedFor()) {
            log.directory().syncer().due(turn);
        }
    }

    /// Forces what somebody waits for, and tells the owner, on the caller's thread.
    void forceDue() throws IOException {
        LogOwner waiting = owner;
        if (waiting != null && isWaitedFor()) {
            force();
            waiting.forced();
        }
    }

    /// See [Log#force].
    void force() throws IOException {
        log.directory().refuseFailed();
        // In this order: nothing counts as forced that the view does not show, or that was cut.
        long appended = unforced.appendedBytes();
        Durability.Point before = log.durability().point();
        LogView view = log.view();
        if (!log.isClosed()) {
            log.durability().force(before, view);
        }
        unforced.forced(appended);
    }

    /// Has what was appended taken to the disk. It counts no more then among what the kernel could
    /// make writers wait for; it is durable when it is forced.
    ///
    /// @return false where that is not to be had without forcing it
    boolean writeBack() throws IOException {
        long appended = unforced.appendedBytes();
        boolean written = log.durability().writeBack(log.view());
        if (written) {
            unforced.written(appended);
        }
        return written;
    }

    /// The log was cut: what is left of it may be durable.
    void cut() {
        if (log.durableEnd() == log.endOffset()) {
            giveUp();
        }
        makeDue();
    }

    /// From now on nothing of what was appended is to be forced.
    void giveUp() {
        unforced.forced(unforced.appendedBytes());
    }

    private boolean isWaitedFor() {
        return log.config().fsync() && owner != null && log.durableEnd() < log.endOffset();
    }
}

package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.util.List;

/// The segments of one log: which there are is the view that is published last ([LogView]), and
/// here it is published.
///
/// ```
///   create ──> active ── roll ──> sealed ── dropBeforeStart ──> retired ── Upkeep ──> unlinked
///              │    ^              │  ^                            ^
///              └────┘              └──┴───────── replace ──────────┘
///          write, publish
/// ```
///
/// The log's writer changes them, and publishes a view when all that it shows is there; any thread
/// takes one.
final class LogSegments {
    private final Log log;
    private volatile LogView view = LogView.empty(0);

    LogSegments(Log log) {
        this.log = log;
    }

    /// What readers see now.
    LogView view() {
        return view;
    }

    /// From now on readers see this.
    void publish(LogView next) {
        view = next;
    }

    /// Begins with what recovery found, or goes on with what a truncation left.
    void become(LogView next) {
        view = next;
        log.snapshots().restart();
    }

    /// Writes a batch behind the end, into a segment that has room for it. It is published by
    /// nobody yet.
    ///
    /// @return the view that the batch is to be added to
    /// @throws NoSpace when the disk is full; the log is as before
    LogView write(RecordBatch batch) throws IOException {
        Segment active = activeFor(batch);
        LogView before = view;
        try {
            int intervalBytes = log.config().segments().indexIntervalBytes();
            active.append(batch, before.activeBytes(), intervalBytes);
        } catch (IOException e) {
            throw failed(active, before, e);
        }
        return before;
    }

    /// See [Log#roll].
    void roll() throws IOException {
        log.directory().refuseFailed();
        LogView before = view;
        Segment active = before.active();
        if (active == null || before.activeBytes() == 0) {
            return;
        }
        log.durability().forceFirstName();
        Segment next = create(before.endOffset());
        try {
            active.end(before.activeBytes());
        } catch (IOException e) {
            next.retire();
            next.unlink();
            throw failed(active, before, e);
        }
        view = before.rolled(next);
        log.offerSnapshot();
    }

    /// Takes the segments out of the log that end by its start.
    void dropBeforeStart() {
        LogView before = view;
        int dropped = before.segmentsBefore(before.startOffset());
        if (dropped == 0) {
            return;
        }
        log.durability().drop(before, dropped);
        view = before.startingAt(before.startOffset(), dropped);
        for (int i = 0; i < dropped; i++) {
            log.upkeep().retire(before.segment(i));
        }
        log.aborted().dropBefore(view.segment(0).baseOffset());
    }

    /// Puts a segment in the place of neighbours that hold the same records, or the same but for
    /// those that compaction removes. The files are swapped by [Upkeep#finishSwap()], or whatever
    /// comes first that needs them so.
    ///
    /// @param next its files lie beside ([Segment#beside])
    /// @return false, with nothing done, when the log has not got the segments any more
    boolean replace(List<Segment> old, Segment next) {
        LogView after = log.isClosed() ? null : view.replaced(old, next);
        if (after == null) {
            return false;
        }
        log.upkeep().swapping(next, old);
        boolean aborted = log.aborted().replace(old);
        view = after;
        log.upkeep().swapShown();
        log.aborted().viewReplaced();
        log.reader().swapped();
        old.forEach(Segment::retire);
        if (aborted) {
            // The last snapshot knows of files that are going to be others.
            log.offerSnapshot();
        }
        return true;
    }

    /// Nobody finds the segments from now on; who has a slice keeps it.
    ///
    /// @return the view with them
    LogView release() {
        LogView last = view;
        view = LogView.empty(last.endOffset());
        log.upkeep().segments(last).forEach(Segment::retire);
        return last;
    }

    private Segment activeFor(RecordBatch batch) throws IOException {
        try {
            return segmentFor(batch);
        } catch (NoSpace full) {
            log.directory().freeSpace().met();
            throw full;
        }
    }

    /// The active segment, which has room for a batch; rolls when there is none.
    private Segment segmentFor(RecordBatch batch) throws IOException {
        Segment active = view.active();
        if (active == null) {
            return createFirst();
        }
        if (isOutgrown(active, view.activeBytes(), batch)) {
            roll();
            active = view.active();
        }
        if (active == null) {
            throw new IllegalStateException(log.name() + " has no active segment");
        }
        return active;
    }

    private boolean isOutgrown(Segment active, int used, RecordBatch batch) {
        LogConfig.Segments limits = log.config().segments();
        return used > 0
                && (used > limits.bytesMax() - batch.sizeBytes()
                        || active.isFull(batch.lastOffset(), limits.indexBytesMax())
                        || log.directory().clock().millis() - active.age().bornMs()
                                >= limits.msMax());
    }

    /// The first segment, with the log's directory.
    private Segment createFirst() throws IOException {
        OpenFiles files = log.directory().files();
        files.createDirectory(log.path());
        PartitionMetadata.write(files, log.path(), log.topicId());
        LogView now = view;
        Segment first = create(now.endOffset());
        view = now.rolled(first);
        return first;
    }

    private Segment create(long baseOffset) throws IOException {
        SegmentPaths paths = new SegmentPaths(log.path(), baseOffset);
        DataDirectory directory = log.directory();
        Segment segment = Segment.create(directory.files(), paths, directory.clock().millis());
        log.durability().nameMade();
        return segment;
    }

    /// Takes back what a write that found no space may have left behind the end; where not even
    /// that works, the directory is out of service as after any other failed write.
    private IOException failed(Segment active, LogView before, IOException e) {
        if (e instanceof NoSpace) {
            log.directory().freeSpace().met();
            try {
                active.cut(before.activeBytes());
            } catch (IOException also) {
                also.addSuppressed(e);
                return log.directory().fail(also);
            }
        }
        return e;
    }
}

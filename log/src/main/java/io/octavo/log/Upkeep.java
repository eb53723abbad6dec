package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// What a log leaves to a worker, because nobody waits for it and it would hold up an append:
/// forcing sealed segments, writing index entries, producers' states and Kafka's epoch file, noting
/// in the checkpoint where the log is. Done under this object's lock, beside the log's writer.
final class Upkeep {
    /// The same worker looks after all logs.
    private static final long MENDING_NANOS_MAX = 250_000_000;

    private final Log log;

    /// Segments that are not part of the log any more, and that the checkpoint may still name.
    private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();

    /// Segments that are going to be published, or are, and lie beside those they replace. Set by
    /// the writer.
    private volatile @Nullable Swapping swapping;

    /// Whether the view shows them: before that the files stay where they are.
    private volatile boolean swapShown;

    /// Whether the intent of a swap is still there, although it is finished.
    private volatile boolean intentLeft;

    private volatile @Nullable LogView viewNoted;
    private volatile @Nullable Mark durableNoted;
    private List<Epoch> epochsWritten = List.of();
    private boolean stopped;

    /// @param old the segments that are replaced
    private record Swapping(Segment next, SegmentSwap swap, List<Segment> old) {}

    Upkeep(Log log) {
        this.log = log;
    }

    /// Whether the log has records and has changed since it was noted last.
    boolean isDue() {
        LogView view = log.view();
        return view.active() != null
                && (view != viewNoted
                        || log.damage().isDue()
                        || log.aborted().isSuspected()
                        || !log.durability().mark().equals(durableNoted)
                        || !retired.isEmpty()
                        || swapping != null
                        || intentLeft);
    }

    /// Brings the log's files up to date, as far as that need not be at once, and notes where it
    /// is.
    ///
    /// @return false when it could not be noted yet, as while segments are being replaced
    synchronized boolean run() throws IOException {
        if (stopped) {
            return true;
        }
        finishSwap();
        Durability.Point before = log.durability().point();
        LogView view = log.view();
        if (swapping == null) {
            // Else a segment in the view may lie under another name, and its own be another's.
            log.damage().search(view);
            if (log.aborted().isSuspected() && !log.isClosed()) {
                // Of a closed log whoever opens it again finds that out again, and waits for less.
                log.aborted().mend(log, MENDING_NANOS_MAX);
            }
        }
        log.damage().keep(view.startOffset(), Long.MAX_VALUE);
        log.durability().forceSealed(before, view);
        forceStart();
        Segment active = view.active();
        if (active != null) {
            active.writeManyIndexes();
        }
        log.snapshots().write(log.durableEnd());
        List<Epoch> epochs = log.epochs().entries();
        if (!epochs.equals(epochsWritten)) {
            WholeFile.write(
                    log.directory().files(),
                    log.path().resolve(EpochHistory.FILE),
                    EpochHistory.kafkaText(epochs));
            epochsWritten = epochs;
        }
        boolean noted = note();
        endSwap();
        return noted;
    }

    /// Leaves the aborted transactions to files, where memory is short of them.
    synchronized void shedAborted() throws IOException {
        if (!stopped) {
            log.aborted().write();
            log.aborted().shed();
        }
    }

    /// Says for good that offsets below `end` may be missing from now on, and sees to it that the
    /// checkpoint knows of what is behind.
    ///
    /// @return false when the log is closed, or cannot be noted now
    synchronized boolean thinOut(LogView view, long end) throws IOException {
        var _ = run();
        Segment active = view.active();
        Checkpoint.Entry known = log.directory().checkpointFile().entry(log.name());
        if (stopped || intentLeft || known == null || active == null) {
            return false;
        }
        log.compacted().thinOut(end);
        return known.durable().segment() >= active.baseOffset()
                && known.written().segment() >= active.baseOffset();
    }

    /// No key occurs twice below `end`.
    synchronized void cleaned(long end) throws IOException {
        if (!stopped) {
            log.compacted().cleaned(end);
        }
    }

    /// Segments are being replaced; the view that shows it follows, and then [#swapShown()].
    void swapping(Segment next, List<Segment> old) {
        if (swapping != null) {
            throw new IllegalStateException(log.path() + ": a swap before the last is finished");
        }
        OpenFiles files = log.directory().files();
        SegmentSwap swap = SegmentSwap.of(files, log.path(), next.sealedBytes(), old);
        swapShown = false;
        swapping = new Swapping(next, swap, List.copyOf(old));
    }

    /// The view shows what replaces.
    void swapShown() {
        swapShown = true;
    }

    /// Recovery finished a swap, of which the checkpoint does not know.
    void swapFound() {
        intentLeft = true;
    }

    /// Brings the files into the state that the view shows, if they are not. Who still finds the
    /// old view must find the old files, and what is noted is what it shows.
    ///
    /// @return whether the checkpoint knows of it for good. Else no other swap may begin: the
    ///   intent says how many segments the checkpoint counts too many for one swap only
    synchronized boolean finishSwap() throws IOException {
        Swapping pending = swapping;
        if (pending != null && swapShown && !stopped) {
            if (intentLeft) {
                throw new IllegalStateException(log.path() + ": a swap before the last is noted");
            }
            // What is noted is of before the swap: see entry().
            Checkpoint checkpoint = log.directory().checkpointFile();
            checkpoint.force();
            pending.swap.begin(checkpoint.entry(log.name()));
            Map<Long, Path> leftovers = pending.next.named(pending.swap);
            log.directory().files().forceDirectory(log.path());
            log.directory().removal().replaced(leftovers, pending.old);
            viewNoted = null;
            intentLeft = true;
            swapping = null;
        }
        if (intentLeft && !stopped) {
            // What keeps the log from being noted.
            forceStart();
            log.snapshots().write(log.durableEnd());
            var _ = note();
            endSwap();
        }
        return swapping == null && !intentLeft;
    }

    /// Forgets the intent of a swap, once the checkpoint knows the segments there are for good.
    private void endSwap() throws IOException {
        if (intentLeft && viewNoted != null) {
            log.directory().checkpointFile().force();
            SegmentSwap.end(log.directory().files(), log.path());
            intentLeft = false;
        }
    }

    /// What the checkpoint says to be the start must not be behind what a power cut may leave as
    /// the end.
    void forceStart() throws IOException {
        if (log.startOffset() > log.durableEnd()) {
            log.force();
        }
    }

    /// Notes in the checkpoint where the log is.
    ///
    /// @return whether it could be noted, or there is nothing to note
    boolean note() {
        boolean noted = log.directory().checkpointFile().note(log.name(), this::entry);
        return noted || log.view().active() == null;
    }

    /// From now on nothing is written to the log's directory.
    synchronized void stop() {
        stopped = true;
    }

    /// Has a segment unlinked that is not part of the log any more. Until the checkpoint says so it
    /// can be forced.
    void retire(Segment segment) {
        retired.add(segment);
    }

    /// Those of a view, and those that are part of the log no more and wait for the checkpoint, or
    /// to be swapped.
    List<Segment> segments(LogView view) {
        List<Segment> segments = new ArrayList<>(retired);
        Swapping pending = swapping;
        if (pending != null) {
            segments.addAll(pending.old);
        }
        for (int i = 0; i < view.segments(); i++) {
            segments.add(view.segment(i));
        }
        return segments;
    }

    private long startNoted() {
        Checkpoint.Entry known = log.directory().checkpointFile().entry(log.name());
        return known == null ? 0 : known.startOffset();
    }

    private Checkpoint.@Nullable Entry entry() {
        // In this order: the view lacks the segments that were retired, and what is durable is
        // never ahead of what is written.
        List<Segment> known = List.copyOf(retired);
        Mark durable = log.durability().mark();
        LogView view = log.view();
        // Asked behind the view: it may show what the files are not yet.
        boolean untrue = swapping != null;
        if (untrue || view.active() == null || view.startOffset() > durable.offset()) {
            return null;
        }
        if (log.snapshots().isOwed()
                && log.snapshots().newest() < view.startOffset()
                && view.startOffset() > startNoted()) {
            // Producers that wrote only before the start are known from the snapshot alone.
            return null;
        }
        retired.removeAll(known);
        known.forEach(Segment::retire);
        log.directory().removal().noted(known);
        durableNoted = durable;
        viewNoted = view;
        int first = view.segmentsBefore(view.startOffset());
        return new Checkpoint.Entry(
                log.topicId(),
                view.startOffset(),
                view.segment(first).baseOffset(),
                Math.max(view.floor(durable.segment()) + 1 - first, 0),
                view.end(),
                durable,
                log.epochs().entries());
    }
}

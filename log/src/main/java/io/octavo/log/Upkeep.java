package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// What a log leaves to a worker, because nobody waits for it and it would hold up an append:
/// forcing sealed segments, writing index entries, producers' states and Kafka's epoch file, noting
/// in the checkpoint where the log is, unlinking. Done under this object's lock, beside the log's
/// writer.
final class Upkeep {
    private static final String EPOCH_FILE = "leader-epoch-checkpoint";

    private final Log log;

    /// Segments that are not part of the log any more.
    private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();

    private volatile @Nullable LogView viewNoted;
    private volatile @Nullable Mark durableNoted;
    private List<Epoch> epochsWritten = List.of();
    private boolean stopped;

    Upkeep(Log log) {
        this.log = log;
    }

    /// Whether the log has records and has changed since it was noted last.
    boolean isDue() {
        LogView view = log.view();
        return view.active() != null
                && (view != viewNoted || !log.durability().mark().equals(durableNoted));
    }

    /// Brings the log's files up to date, as far as that need not be at once, and notes where it
    /// is.
    synchronized void run() throws IOException {
        if (stopped) {
            return;
        }
        Durability.Point before = log.durability().point();
        LogView view = log.view();
        log.durability().forceSealed(before, view);
        Segment active = view.active();
        if (active != null) {
            active.writeIndexes();
        }
        log.snapshots().write();
        List<Epoch> epochs = log.epochs().entries();
        if (!epochs.equals(epochsWritten)) {
            WholeFile.replace(
                    log.directory().files(),
                    log.path().resolve(EPOCH_FILE),
                    EpochHistory.kafkaText(epochs));
            epochsWritten = epochs;
        }
        note();
    }

    /// Notes in the checkpoint where the log is.
    void note() {
        log.directory().checkpointFile().note(log.name(), this::entry);
    }

    /// From now on nothing is written to the log's directory.
    synchronized void stop() {
        stopped = true;
    }

    /// Has a segment unlinked that is not part of the log any more.
    void retire(Segment segment) {
        segment.retire();
        retired.add(segment);
    }

    boolean hasRetired() {
        return !retired.isEmpty();
    }

    /// Unlinks what was retired. The checkpoint has to know that for good.
    synchronized void unlink() throws IOException {
        for (Segment segment = retired.poll(); segment != null; segment = retired.poll()) {
            if (!stopped) {
                segment.unlink();
            }
        }
    }

    private Checkpoint.@Nullable Entry entry() {
        // In this order: what is durable is then never ahead of what is written.
        Mark durable = log.durability().mark();
        LogView view = log.view();
        if (view.active() == null) {
            return null;
        }
        durableNoted = durable;
        viewNoted = view;
        return new Checkpoint.Entry(
                log.topicId(),
                view.startOffset(),
                view.end(),
                durable,
                view.floor(durable.segment()) + 1,
                log.epochs().entries());
    }
}

package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// How far one log survives a power cut, and how it gets there. Any thread forces, one at a time:
/// of two that force the same file at once the kernel tells only one that it failed. The log's
/// writer cuts, and what was forced meanwhile does not count for what was cut.
final class Durability {
    private final DataDirectory directory;
    private final LogFiles files;
    private final Path path;
    private final Uuid topicId;

    /// Held while forcing; taken before this.
    private final Object forcing = new Object();

    /// Written under this.
    private volatile Point point = new Point(Mark.startOf(0), 0);

    /// How many names were made in the directory, and how many of them are durable.
    private final AtomicInteger namesMade = new AtomicInteger();

    private final AtomicInteger namesForced = new AtomicInteger();

    /// Segments that left the log before they were durable.
    private final Queue<Segment> dropped = new ConcurrentLinkedQueue<>();

    /// Whether it is known for good whose the directory is. Without that nothing in it is durable:
    /// records that are nobody's are lost.
    private volatile boolean ownerForced;

    /// Whether the directory's name is the log's no more. Written under [#forcing].
    private volatile boolean ended;

    /// @param cuts how often the log was cut
    record Point(Mark mark, int cuts) {}

    Durability(DataDirectory directory, Path path, Uuid topicId) {
        this.directory = directory;
        files = directory.files();
        this.path = path;
        this.topicId = topicId;
    }

    /// To be asked before the view that is to be forced.
    Point point() {
        return point;
    }

    Mark mark() {
        return point.mark;
    }

    /// Begins at a mark that is known from before.
    synchronized void startAt(Mark mark) {
        point = new Point(mark, 0);
    }

    /// A file was made, which is not durable before its directory is.
    void nameMade() {
        namesMade.incrementAndGet();
    }

    /// Makes the name of the first file last before another is made. Without it a power cut might
    /// leave the other one alone, and the log would seem to begin there. Costs something only once.
    void forceFirstName() throws IOException {
        int names = namesMade.get();
        if (names > 0 && namesForced.get() == 0) {
            files.forceDirectory(path);
        }
    }

    /// The log ends at `end` now.
    synchronized void cutAt(Mark end) {
        Mark left = point.mark.offset() > end.offset() ? end : point.mark;
        point = new Point(left, point.cuts + 1);
    }

    /// The first segments of a view leave it. What of them is not durable is still forced before
    /// anything behind them counts: until the checkpoint knows the new start for good, a power cut
    /// brings back the old one, and the log ends where something is missing.
    synchronized void drop(LogView view, int segments) {
        for (int i = 0; i < segments; i++) {
            Segment segment = view.segment(i);
            if (!segment.isForced(segment.sealedBytes())) {
                dropped.add(segment);
            }
        }
        long first = view.segment(segments).baseOffset();
        if (point.mark.segment() < first && point.mark.offset() >= first) {
            point = new Point(Mark.startOf(first), point.cuts);
        }
    }

    /// Forces everything that `view` shows. A failure takes the directory out of service before
    /// anybody else forces, and nothing that was forced meanwhile counts.
    ///
    /// @param before [#point()] as it was before the view was taken
    void force(Point before, LogView view) throws IOException {
        force(before, view, view.segments(), view.end());
    }

    /// From now on nothing is forced: the log goes, and what comes to have its directory's name is
    /// another's. Waits for a force that has begun.
    void end() {
        synchronized (forcing) {
            ended = true;
        }
    }

    /// Has what `view` shows and is not forced taken to the disk, see [LogFile#writeBack]; nothing
    /// is durable by that. A failure is one of the directory.
    ///
    /// @return false where that is not to be had without forcing it
    boolean writeBack(LogView view) throws IOException {
        directory.refuseFailed();
        for (int i = 0; i < view.segments(); i++) {
            Segment segment = view.segment(i);
            if (!segment.isForced(view.bytes(i)) && !segment.writeBack(view.bytes(i))) {
                return false;
            }
        }
        return true;
    }

    /// Makes it last that a sealed segment ends where its batches do.
    void forceCut(Segment segment) throws IOException {
        synchronized (forcing) {
            segment.force();
        }
    }

    /// Forces what `view` shows of sealed segments.
    void forceSealed(Point before, LogView view) throws IOException {
        Segment active = view.active();
        Mark end = active == null ? null : Mark.startOf(active.baseOffset());
        if (end != null && isBehind(end, before.mark)) {
            force(before, view, view.segments() - 1, end);
        }
    }

    private void force(Point before, LogView view, int segments, Mark end) throws IOException {
        if (!isBehind(end, point.mark)) {
            return;
        }
        synchronized (forcing) {
            directory.refuseFailed();
            if (ended || !isBehind(end, point.mark)) {
                return;
            }
            forceSegments(before, view, segments);
            forceNames();
            directory.refuseFailed();
            publish(before, end);
        }
    }

    /// Whether an end is not durable by a mark. Where a segment has ended, the empty one behind it
    /// has the same offset.
    private static boolean isBehind(Mark end, Mark mark) {
        return end.offset() > mark.offset()
                || (end.offset() == mark.offset() && end.segment() > mark.segment());
    }

    private void forceSegments(Point before, LogView view, int segments) throws IOException {
        for (Segment segment = dropped.peek(); segment != null; segment = dropped.peek()) {
            force(before, segment, segment.sealedBytes());
            dropped.remove();
        }
        for (int i = 0; i < segments; i++) {
            force(before, view.segment(i), view.bytes(i));
        }
    }

    private void force(Point before, Segment segment, int bytes) throws IOException {
        if (!segment.isForced(bytes)) {
            segment.force();
            forced(before, segment, bytes);
        }
    }

    /// What is in a file is durable when the file's name is, and whose the directory is.
    private void forceNames() throws IOException {
        if (!ownerForced) {
            PartitionMetadata.force(files, path, topicId);
            ownerForced = true;
        }
        int names = namesMade.get();
        if (namesForced.get() < names) {
            files.forceDirectory(path);
            Path parent = path.getParent();
            if (parent != null) {
                files.forceDirectory(parent);
            }
            namesForced.accumulateAndGet(names, Math::max);
        }
    }

    /// Notes how much of a segment was forced, unless the log was cut meanwhile: then other bytes
    /// may be there by now.
    private synchronized void forced(Point before, Segment segment, int bytes) {
        if (point.cuts == before.cuts) {
            segment.forced(bytes);
        }
    }

    private synchronized void publish(Point before, Mark end) {
        if (point.cuts == before.cuts && isBehind(end, point.mark)) {
            point = new Point(end, point.cuts);
        }
    }
}

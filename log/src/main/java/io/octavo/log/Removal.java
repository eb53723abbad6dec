package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be removed from a data directory because it is part of no log any more, and removes
/// it in steps that are short for the disk: a file system that frees gigabytes at once stalls those
/// who write to it.
///
/// ```
/// retired segment ── checkpoint notes it ──> noted ── checkpoint forced ──> queue ──> unlinked
///                                                                            │
///                                  large: N.log.deleted, directory forced <──┘──> cut, cut, cut, unlinked
/// large segment that compaction replaced (N.log.I.deleted) ────────────────> queue
/// deleted log's directory (*-delete) ──────────────────────────────────────> queue
/// ```
///
/// A file is cut only when nobody reads from it any more; until then what it takes could not be
/// freed anyway. Its name goes for good before the first cut, so that a crash leaves no part of a
/// file under a segment's name.
///
/// Safe for any thread; steps hold the monitor while they wait for the disk.
final class Removal {
    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    /// Freed in about a millisecond, also of what is in the page cache.
    static final long STEP_BYTES = 4 << 20;

    /// Small files that are unlinked in one step.
    private static final int STEP_FILES = 32;

    /// After so long what failed is tried again.
    static final long AGAIN_MS = 60_000;

    private final LogFiles files;
    private final Clock clock;

    /// Segments that the checkpoint does not name any more, maybe not for good.
    private final Queue<Segment> noted = new ConcurrentLinkedQueue<>();

    /// Guarded by this.
    private final Deque<Doomed> queue = new ArrayDeque<>();

    /// What could not be removed the last time. Guarded by this, like the one below.
    private final Deque<Doomed> failed = new ArrayDeque<>();

    private long failedMs;

    /// Segments of closed logs, by directory, that were read from at their end. Guarded by this.
    private final Map<Path, List<Segment>> lent = new HashMap<>();

    Removal(LogFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    private sealed interface Doomed permits Retired, Renamed, Leftover {}

    /// A segment under its own name.
    private record Retired(Segment segment) implements Doomed {}

    /// A large segment under a name that says that it is to be removed, maybe not for good.
    private record Renamed(Segment segment, Path path) implements Doomed {}

    /// What has a name that says that it is to be removed.
    ///
    /// @param readers segments whose files may still be read, there
    private record Leftover(Path path, boolean directory, List<Segment> readers) implements Doomed {
        boolean isInUse() {
            return readers.stream().anyMatch(Segment::isInUse);
        }
    }

    /// Takes segments that the checkpoint does not name any more, once it is forced. Waits for
    /// nobody.
    void noted(Collection<Segment> segments) {
        noted.addAll(segments);
    }

    /// Whether there is nothing that may be removed now.
    synchronized boolean isIdle() {
        return queue.isEmpty();
    }

    /// Those that wait for the checkpoint to be forced.
    List<Segment> noted() {
        return List.copyOf(noted);
    }

    /// The checkpoint was forced since these waited.
    synchronized void forced(Collection<Segment> segments) {
        for (Segment segment : segments) {
            if (noted.remove(segment)) {
                queue.add(new Retired(segment));
            }
        }
    }

    /// A log was closed whose segments may still be read.
    synchronized void closed(Path directory, Collection<Segment> segments) {
        List<Segment> used = withLent(directory, segments);
        if (used.isEmpty()) {
            lent.remove(directory);
        } else {
            lent.put(directory, used);
        }
    }

    /// Takes a segment's file that an earlier run has left, or this one, when the log was open
    /// before.
    synchronized void found(Path file) {
        if (Stream.concat(queue.stream(), failed.stream()).noneMatch(known -> is(known, file))) {
            queue.add(new Leftover(file, false, withLent(file.resolveSibling(""), List.of())));
        }
    }

    private static boolean is(Doomed known, Path file) {
        return switch (known) {
            case Retired _ -> false;
            case Renamed(Segment _, Path path) -> path.equals(file);
            case Leftover left -> left.path.equals(file);
        };
    }

    /// Takes the files of segments that others have replaced; their names are there for good.
    ///
    /// @param leftovers by base offset
    /// @param segments which may still be read from these files
    synchronized void replaced(Map<Long, Path> leftovers, Collection<Segment> segments) {
        for (Segment segment : segments) {
            Path path = leftovers.get(segment.baseOffset());
            if (path != null) {
                queue.add(leftover(path, segment));
            }
        }
    }

    /// Takes the directory of a log that nobody has open.
    synchronized void foundDirectory(Path directory) {
        queue.add(new Leftover(directory, true, List.of()));
    }

    /// Takes the directory of a log that was deleted.
    ///
    /// @param before its name until now
    /// @param path its name from now on
    /// @param segments those it had at last
    synchronized void deleted(Path before, Path path, Collection<Segment> segments) {
        List<Segment> readers = new ArrayList<>(segments);
        readers.addAll(forget(before));
        queue.add(new Leftover(path, true, List.copyOf(readers)));
    }

    /// A log's directory has another name from now on, and nothing of it is to be removed: what
    /// comes to have the name that it had is another's.
    synchronized void keep(Path before) {
        var _ = forget(before);
    }

    /// Those that are read from, and those of the log before in the same directory that still are.
    private List<Segment> withLent(Path directory, Collection<Segment> segments) {
        List<Segment> used = new ArrayList<>(segments);
        used.addAll(lent.getOrDefault(directory, List.of()));
        used.removeIf(segment -> !segment.isInUse());
        return used;
    }

    /// Leaves what is in a directory to be removed with it.
    ///
    /// @return those that may still be read
    private List<Segment> forget(Path before) {
        List<Segment> readers = new ArrayList<>();
        List<Segment> known = lent.remove(before);
        if (known != null) {
            readers.addAll(known);
        }
        noted.removeIf(segment -> moved(segment, before, readers));
        queue.removeIf(doomed -> moved(doomed, before, readers));
        failed.removeIf(doomed -> moved(doomed, before, readers));
        return readers;
    }

    /// Removes one thing, or a part of it. What fails is tried again after a while, and by the next
    /// run.
    ///
    /// @return whether there is more that can be removed now
    synchronized boolean step() throws IOException {
        if (!failed.isEmpty() && clock.millis() - failedMs >= AGAIN_MS) {
            queue.addAll(failed);
            failed.clear();
        }
        for (int i = queue.size(); i > 0; i--) {
            Doomed next = queue.remove();
            if (next instanceof Leftover left && left.isInUse()) {
                queue.add(left);
                continue;
            }
            boolean done = false;
            try {
                remove(next);
                done = true;
            } finally {
                if (!done) {
                    failed.add(next);
                    failedMs = clock.millis();
                }
            }
            return true;
        }
        return false;
    }

    private void remove(Doomed next) throws IOException {
        switch (next) {
            case Retired(Segment segment) -> unlink(segment);
            case Renamed(Segment segment, Path path) -> {
                files.forceDirectory(segment.paths().directory());
                queue.add(leftover(path, segment));
            }
            case Leftover left -> {
                if (!(left.directory ? empty(left.path) : cut(left.path))) {
                    queue.addFirst(left);
                }
            }
        }
    }

    private Leftover leftover(Path path, Segment segment) {
        // Maybe it is not retired yet, and will be read until then.
        List<Segment> readers = withLent(segment.paths().directory(), List.of());
        readers.add(segment);
        return new Leftover(path, false, readers);
    }

    private static boolean moved(Doomed doomed, Path before, List<Segment> readers) {
        return switch (doomed) {
            case Retired(Segment segment) -> moved(segment, before, readers);
            case Renamed(Segment segment, Path _) -> moved(segment, before, readers);
            case Leftover left -> {
                boolean within = left.path.startsWith(before);
                readers.addAll(within ? left.readers : List.of());
                yield within;
            }
        };
    }

    private static boolean moved(Segment segment, Path directory, List<Segment> readers) {
        boolean moved = segment.paths().directory().equals(directory);
        if (moved) {
            readers.add(segment);
        }
        return moved;
    }

    private void unlink(Segment segment) throws IOException {
        SegmentPaths paths = segment.paths();
        paths.unlinkIndexes(files);
        try {
            if (files.sizeBytes(paths.log()) <= STEP_BYTES) {
                files.delete(paths.log());
                return;
            }
            Path deleted = paths.path(SegmentPaths.LOG + SegmentPaths.DELETED);
            files.rename(paths.log(), deleted);
            queue.add(new Renamed(segment, deleted));
        } catch (NoSuchFileException absent) {
            LOG.debug("{} is gone already", paths.log());
        }
    }

    /// @return whether nothing is left of it
    private boolean empty(Path directory) throws IOException {
        int removed = 0;
        for (String name : files.list(directory)) {
            if (removed++ == STEP_FILES || !cut(directory.resolve(name))) {
                return false;
            }
        }
        files.delete(directory);
        return true;
    }

    /// @return whether nothing is left of it
    private boolean cut(Path path) throws IOException {
        try {
            long bytes = files.sizeBytes(path);
            if (bytes > STEP_BYTES) {
                try (LogFile file = files.open(path, LogFiles.Mode.WRITE)) {
                    file.truncate(bytes - STEP_BYTES);
                }
                return false;
            }
            files.delete(path);
        } catch (NoSuchFileException absent) {
            LOG.debug("{} is gone already", path);
        }
        return true;
    }
}

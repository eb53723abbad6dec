package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves a log to another data directory (KIP-113) while it is read and written to; only for the
/// last step it has to be closed.
///
/// ```
///  source  t-0/                      served ─────────────────────> closed ─────────────────> t-0.…-delete/
///               copy() copy() copy() …         settle() finish() │              ^
///  target  t-0.…-future/  sealed segments, then what is appended ┴──> t-0/ ─────┘ and then served
/// ```
///
/// At any moment one of the two is the log, and after a crash the other is recognised: a future
/// directory is emptied at the next start, which begins anew; when both are called the log's name
/// the one is taken that its checkpoint knows ([PartitionDirectories#names()]), of two that are
/// known the one that goes on for longer, and else the one that was moved more often ([MoveCount]).
///
/// For one thread at a time, which may block.
public final class Relocation {
    private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);

    private static final int PIECE_BYTES = 1 << 20;

    /// What is left to be copied while the log is closed: a fraction of a second.
    private static final int TAIL_BYTES_MAX = 16 << 20;

    private final Log source;
    private final DataDirectory target;
    private final Place place;
    private final Path future;
    private final LogFiles from;
    private final LogFiles to;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    /// How far each segment is copied, by base offset.
    private final Map<Long, Copied> copied = new HashMap<>();

    private int cuts;

    /// What the log is made of, once nothing changes that any more.
    private @Nullable LogView settled;

    private long writtenBytes;

    /// What was left to be copied behind the last piece.
    private long leftBytes = Long.MAX_VALUE;

    private volatile long copiedBytes;
    private volatile long copiedEnd;

    private Relocation(Log source, Place place) {
        this.source = source;
        this.place = place;
        target = place.target;
        future = place.path;
        from = source.directory().files();
        to = target.files();
        cuts = source.durability().point().cuts();
    }

    /// How far a segment is copied. Compaction puts another segment in the place of one.
    private static final class Copied implements AutoCloseable {
        private final Segment segment;
        private int bytes;

        /// Open from the first byte until it is forced: of what is closed before, the kernel may
        /// forget that it could not be written.
        private @Nullable LogFile file;

        /// Whether all of it is there for good.
        private boolean complete;

        /// Whether its offset and its time index are, too.
        private boolean indexed;

        Copied(Segment segment) {
            this.segment = segment;
        }

        @Override
        public void close() throws IOException {
            LogFile open = file;
            file = null;
            if (open != null) {
                open.close();
            }
        }
    }

    /// A future directory, with which a move begins. As long as it is there every start finds the
    /// move again ([PartitionDirectories#takeGathered()]).
    public static final class Place {
        private final DataDirectory target;
        private final Path path;

        Place(DataDirectory target, Path path) {
            this.target = target;
            this.path = path;
        }

        /// @param target another directory than the log's
        /// @param log the log's name
        public static Place make(DataDirectory target, String log) throws IOException {
            target.refuseFailed();
            Path path = target.partitions().future(log);
            target.files().createDirectory(path);
            return new Place(target, path);
        }

        /// The log is not to be moved here any more.
        public void giveUp() {
            if (target.files().exists(path)) {
                target.partitions().giveUp(path);
            }
        }
    }

    /// Begins to copy.
    ///
    /// @param place for this log; the relocation's, unless this throws
    /// @throws NoSpace when nothing could be produced there any more with the log in it
    public static Relocation begin(Log source, Place place) throws IOException {
        place.target.refuseFailed();
        place.target.freeSpace().refuseBelowMark(source.sizeBytes());
        return new Relocation(source, place);
    }

    /// Copies some of what is not copied yet.
    ///
    /// @param bytesMax about how much
    /// @return whether so little is left that the log can be closed for it: not more than that, or
    ///   than grows back meanwhile
    public boolean copy(long bytesMax) throws IOException {
        target.refuseFailed();
        target.freeSpace().refuseBelowMark(Math.min(bytesMax, source.sizeBytes() - copiedBytes));
        int cutsBefore = source.durability().point().cuts();
        LogView view = source.view();
        forget(view, cutsBefore);
        long room = bytesMax;
        for (int i = 0; i < view.segments() && room > 0; i++) {
            Segment segment = view.segment(i);
            Copied known = copied.computeIfAbsent(segment.baseOffset(), _ -> new Copied(segment));
            int end = (int) Math.min(view.bytes(i), known.bytes + room);
            room -= end - known.bytes;
            copy(known, end);
            boolean sealed = i < view.segments() - 1 && end == view.bytes(i);
            if (sealed && !known.complete) {
                complete(known);
            }
        }
        long leftBefore = leftBytes;
        leftBytes = measure(view);
        return leftBytes <= TAIL_BYTES_MAX && (leftBytes <= bytesMax || leftBytes >= leftBefore);
    }

    /// The log that is moved.
    public Log source() {
        return source;
    }

    /// How many bytes were written to the target, with what had to be written again.
    public long writtenBytes() {
        return writtenBytes;
    }

    /// How many bytes of segments are copied. On any thread.
    public long copiedBytes() {
        return copiedBytes;
    }

    /// The offset below which all records are copied. On any thread.
    public long copiedEnd() {
        return copiedEnd;
    }

    /// Closes the log, which nobody appends to nor compacts any more: which segments it has is
    /// decided. What compaction has replaced since the last piece is copied anew.
    public void settle() throws IOException {
        if (source.isClosed()) {
            throw new IOException(source.path() + " was closed meanwhile");
        }
        int cutsBefore = source.durability().point().cuts();
        LogView view = source.view();
        try {
            forget(view, cutsBefore);
            settled = view;
        } finally {
            source.close();
        }
        // Of one that failed the files are not what its view shows.
        source.directory().refuseFailed();
    }

    /// Copies the rest, puts the copy in the log's place and removes the original. The log can be
    /// opened in the target when this returns, also where the original could not be removed because
    /// its disk has failed. After an exception the original still is the log.
    ///
    /// @throws IllegalStateException when it was not settled
    public void finish() throws IOException {
        LogView last = settled;
        if (last == null) {
            throw new IllegalStateException(source.path() + " is not settled");
        }
        Checkpoint.Entry entry = source.directory().partitions().closedEntry(source.name());
        if (entry == null) {
            abandon();
            return;
        }
        List<String> wanted =
                from.list(source.path()).stream().filter(name -> isPart(name, last)).toList();
        for (String name : wanted) {
            if (!isComplete(name)) {
                Copied known = copied.get(SegmentPaths.offsetOf(name, SegmentPaths.LOG));
                var _ = copyFile(name, known == null ? 0 : known.bytes);
            }
        }
        closeCopies();
        drop(wanted);
        new Handover(source, target, future).run(entry);
    }

    /// Gives the copy up; the original stays.
    public void abandon() {
        stop();
        place.giveUp();
    }

    /// Leaves the copy as it is, because the broker stops: the next start begins anew.
    public void stop() {
        try {
            closeCopies();
        } catch (IOException stays) {
            LOG.warn("{} is not closed", future, stays);
        }
    }

    /// Forgets copies of what is not in the log any more.
    ///
    /// @param now how often the log had been cut before that view was taken: if it is cut between
    ///   the two, what is copied by the view is forgotten the next time
    private void forget(LogView view, int now) throws IOException {
        Map<Long, Segment> there = new HashMap<>();
        for (int i = 0; i < view.segments(); i++) {
            there.put(view.segment(i).baseOffset(), view.segment(i));
        }
        Iterator<Entry<Long, Copied>> all = copied.entrySet().iterator();
        while (all.hasNext()) {
            Entry<Long, Copied> known = all.next();
            if (now != cuts || there.get(known.getKey()) != known.getValue().segment) {
                known.getValue().close();
                SegmentPaths paths = new SegmentPaths(future, known.getKey());
                to.delete(paths.log());
                for (Path index : paths.indexes()) {
                    to.delete(index);
                }
                all.remove();
            }
        }
        cuts = now;
    }

    /// How many bytes are left to be copied.
    private long measure(LogView view) {
        long bytes = 0;
        long left = 0;
        long end = view.startOffset();
        for (int i = 0; i < view.segments(); i++) {
            Copied known = copied.get(view.segment(i).baseOffset());
            int done = known == null ? 0 : known.bytes;
            bytes += done;
            boolean whole = left == 0 && done == view.bytes(i);
            left += view.bytes(i) - done;
            if (whole) {
                boolean last = i == view.segments() - 1;
                end = last ? view.endOffset() : view.segment(i + 1).baseOffset();
            }
        }
        copiedBytes = bytes;
        copiedEnd = end;
        return left;
    }

    private void copy(Copied known, int end) throws IOException {
        Segment segment = known.segment;
        SharedFile file = segment.acquire();
        if (file == null) {
            // It left the log, which the next piece finds, or somebody removed its file.
            known.complete = true;
            known.bytes = end;
            return;
        }
        try {
            known.bytes = append(file.file(), open(known), known.bytes, end);
        } finally {
            file.release();
        }
    }

    private LogFile open(Copied known) throws IOException {
        LogFile open = known.file;
        if (open == null) {
            Path name = known.segment.paths().log().getFileName();
            open = to.open(future.resolve(name), LogFiles.Mode.CREATE);
            known.file = open;
        }
        return open;
    }

    /// Copies a part of a file to the same place of its copy.
    ///
    /// @return how much of it is copied now
    private int append(LogFile file, LogFile copy, int start, int end) throws IOException {
        int at = start;
        while (at < end) {
            piece.clear().limit(Math.min(PIECE_BYTES, end - at));
            int read = file.read(piece, at);
            if (read == 0) {
                throw new DamagedLog(file.path() + " ends at " + at + ", before " + end);
            }
            copy.write(piece.flip(), at);
            at += read;
            writtenBytes += read;
        }
        return at;
    }

    /// A sealed segment does not change any more: its indexes can follow, and all be forced. That
    /// of aborted transactions is written later, and follows at the end. The copy is as old as the
    /// original: where timestamps say nothing retention goes by that ([SegmentAge]).
    private void complete(Copied known) throws IOException {
        // Of one that lies beside those it replaces, the files under its names are another's.
        if (known.segment.ownsIndexFiles()) {
            SegmentPaths paths = known.segment.paths();
            boolean offsets = copyFile(paths.offsetIndex().getFileName().toString(), 0);
            boolean times = copyFile(paths.timeIndex().getFileName().toString(), 0);
            known.indexed = offsets && times;
        }
        LogFile copy = open(known);
        try {
            to.backdate(copy.path(), known.segment.age().modifiedMs());
        } catch (NoSuchFileException removed) {
            // By retention.
        }
        copy.force();
        known.close();
        known.complete = true;
    }

    /// Whether a file was copied for good before the log was closed, and has not changed since.
    private boolean isComplete(String name) {
        Copied segment = copied.get(SegmentPaths.offsetOf(name, SegmentPaths.LOG));
        if (segment != null) {
            return segment.complete;
        }
        long base =
                Math.max(
                        SegmentPaths.offsetOf(name, SegmentPaths.OFFSET_INDEX),
                        SegmentPaths.offsetOf(name, SegmentPaths.TIME_INDEX));
        Copied indexed = copied.get(base);
        return indexed != null && indexed.indexed;
    }

    /// Copies a file from `start` on, for good.
    ///
    /// @return false, with nothing done, when there is none
    private boolean copyFile(String name, int start) throws IOException {
        Path original = source.path().resolve(name);
        try (LogFile file = from.open(original, LogFiles.Mode.READ)) {
            int bytes = Math.toIntExact(file.sizeBytes());
            try (LogFile copy = to.open(future.resolve(name), LogFiles.Mode.CREATE)) {
                append(file, copy, Math.min(start, bytes), bytes);
                copy.truncate(bytes);
                to.backdate(copy.path(), from.modifiedMs(original));
                copy.force();
            }
            return true;
        } catch (NoSuchFileException none) {
            // An index that was not made yet, or a segment that retention has removed.
            return false;
        }
    }

    private void closeCopies() throws IOException {
        Failures failures = new Failures();
        for (Copied known : copied.values()) {
            var _ = failures.collect(known::close);
        }
        failures.rethrow();
    }

    /// Whether a file of the closed log is part of it: none of a segment that goes, or that was
    /// never finished. How often the log was moved, the copy says for itself.
    private static boolean isPart(String name, LogView last) {
        for (String suffix : SegmentPaths.SUFFIXES) {
            long base = SegmentPaths.offsetOf(name, suffix);
            if (base >= 0) {
                return last.segments() > 0 && last.segment(last.floor(base)).baseOffset() == base;
            }
        }
        return !name.endsWith(SegmentPaths.DELETED)
                && !name.endsWith(SegmentPaths.UNFINISHED)
                && !name.equals(MoveCount.FILE);
    }

    /// Removes from the copy what the original does not have any more.
    private void drop(List<String> there) throws IOException {
        for (String name : to.list(future)) {
            if (!there.contains(name)) {
                to.delete(future.resolve(name));
            }
        }
    }
}

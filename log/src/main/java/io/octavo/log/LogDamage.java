package io.octavo.log;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is damaged in one log. Whoever reads and meets damage that is not known says in which
/// segment; a worker reads that segment, notes the ranges in memory and in the [DamageFile], and
/// from then on what lies around them is served again. Safe for any thread.
final class LogDamage {
    private static final Logger LOG = LoggerFactory.getLogger(LogDamage.class);

    private final Log log;

    /// Written under this, the file too.
    private volatile Damage known = Damage.NONE;

    /// What the file has. On a full disk that is less than is known, until there is room.
    private volatile Damage written = Damage.NONE;

    private boolean late;

    /// Segments in which somebody met damage.
    private final Set<Long> suspects = ConcurrentHashMap.newKeySet();

    /// Segments of which the disk has something else than what was appended, whatever the system
    /// has of them in memory.
    private final Set<Long> rotten = ConcurrentHashMap.newKeySet();

    /// Segments that were searched without anything new: not worth another time in this run.
    private final Set<Long> searched = ConcurrentHashMap.newKeySet();

    LogDamage(Log log) {
        this.log = log;
    }

    Damage known() {
        return known;
    }

    /// What the runs before knew.
    synchronized void load() throws IOException {
        known = DamageFile.read(files(), log.path());
        written = known;
    }

    /// Notes that a read failed.
    ///
    /// @param segment the one that was read
    void suspect(long segment, IOException met) {
        boolean passes =
                met instanceof FileSystemException && !(met instanceof NoSuchFileException);
        if (!passes && !searched.contains(segment) && suspects.add(segment)) {
            LOG.warn("{}: {}; the segment will be searched", log.name(), met.toString());
        }
    }

    /// The same, where the failure tells which was read.
    void suspected(IOException met) {
        if (met instanceof DamagedLog found && found.segment() >= 0) {
            suspect(found.segment(), met);
        }
    }

    /// The same, where it is not known which was read.
    void suspectAll(LogView view, DamagedLog met) {
        if (met.segment() >= 0) {
            suspect(met.segment(), met);
            return;
        }
        for (int i = 0; i < view.segments(); i++) {
            suspect(view.segment(i).baseOffset(), met);
        }
    }

    /// Notes that what the disk has of a record seems not to be what was appended, or is not there.
    void suspectDisk(long offset) {
        LogView view = log.view();
        if (view.segments() > 0) {
            long segment = view.segment(view.floor(offset)).baseOffset();
            rotten.add(segment);
            suspects.add(segment);
        }
    }

    /// Notes that files seem to be gone.
    ///
    /// @param there the segments that have one
    /// @param last nothing is said of segments behind it
    void suspectMissing(Set<Long> there, long last) {
        LogView view = log.view();
        for (int i = 0; i < view.segments(); i++) {
            long segment = view.segment(i).baseOffset();
            if (segment <= last && !there.contains(segment)) {
                rotten.add(segment);
                suspects.add(segment);
            }
        }
    }

    /// Puts others in the place of segments, unless there may be damage that these were copied
    /// without: it would be taken for theirs.
    ///
    /// @return whether that was done
    boolean replacing(BooleanSupplier replacement) {
        // While damage is noted somebody is suspected, or known of: nobody waits for that here.
        return isSound() && replacingIfSound(replacement);
    }

    private synchronized boolean replacingIfSound(BooleanSupplier replacement) {
        return isSound() && replacement.getAsBoolean();
    }

    private boolean isSound() {
        return suspects.isEmpty() && known.isEmpty();
    }

    /// Whether there is something to search, or to forget.
    boolean isDue() {
        return !suspects.isEmpty() || isLate();
    }

    private boolean isLate() {
        return !known.ranges().equals(written.ranges());
    }

    /// Searches the segments in which damage was met. Reads all of them.
    void search(LogView view) throws IOException {
        for (Long base : Set.copyOf(suspects)) {
            boolean onDisk = rotten.contains(base);
            int i = view.floor(base);
            if (view.segments() > 0 && view.segment(i).baseOffset() == base) {
                search(view, i, onDisk);
            }
            // A segment is suspected until what was found is noted: see replacing().
            if (onDisk) {
                rotten.remove(base);
            }
            if (!rotten.contains(base)) {
                suspects.remove(base);
            }
        }
    }

    /// Notes what is damaged, for good.
    void add(List<DamagedRange> ranges) throws IOException {
        Set<DamagedRange> before = new HashSet<>(known.ranges());
        synchronized (this) {
            Damage next = known;
            for (DamagedRange range : ranges) {
                next = next.with(range);
            }
            become(next);
        }
        for (DamagedRange range : known.ranges()) {
            if (!before.contains(range)) {
                LOG.error(
                        "{}; reading them fails with KAFKA_STORAGE_ERROR, the rest is served."
                                + " 'octavo log verify {}' shows more",
                        range.describe(log.path()),
                        log.path());
            }
        }
    }

    /// Refuses to go on where the file has less than is known.
    ///
    /// @throws NoSpace when it has, because the disk is full
    void refuseLate() throws NoSpace {
        if (isLate()) {
            throw new NoSpace("no room to note what is damaged in " + log.path());
        }
    }

    /// Forgets what lies before the log's start or behind its end.
    synchronized void keep(long start, long end) throws IOException {
        become(known.within(start, end));
    }

    private void search(LogView view, int i, boolean onDisk) throws IOException {
        Segment segment = view.segment(i);
        long end = i + 1 < view.segments() ? view.segment(i + 1).baseOffset() : view.endOffset();
        List<DamagedRange> found =
                onDisk
                        ? foundOnDisk(segment, view.bytes(i), end)
                        : found(segment, view.bytes(i), end);
        synchronized (this) {
            if (!holds(segment)) {
                // What has taken its place was copied when it was right.
                return;
            }
            Damage before = known;
            add(found);
            segment.avoid(known.of(segment.baseOffset()));
            if (before == known) {
                LOG.warn("{} was searched; nothing more is wrong", segment.paths().log());
                if (!onDisk) {
                    searched.add(segment.baseOffset());
                }
            }
        }
    }

    /// Whether a segment still is part of the log; of one that is being opened, all are.
    private boolean holds(Segment segment) {
        LogView now = log.view();
        return now.segments() == 0 || now.has(segment);
    }

    /// What is damaged in a segment; of one whose file is gone, everything, and nobody looks for it
    /// any more.
    List<DamagedRange> found(Segment segment, int bytes, long offsetEnd) throws IOException {
        try {
            SharedFile file = segment.acquire();
            if (file == null) {
                return List.of();
            }
            try {
                return found(file.file(), segment, bytes, offsetEnd);
            } finally {
                file.release();
            }
        } catch (NoSuchFileException gone) {
            segment.gone();
            return List.of(DamagedRange.missing(segment.baseOffset(), offsetEnd));
        }
    }

    /// The same, of what the disk has. The segment has its name: see [Upkeep#run()].
    private List<DamagedRange> foundOnDisk(Segment segment, int bytes, long offsetEnd)
            throws IOException {
        try (LogFile file = files().open(segment.paths().log(), LogFiles.Mode.READ_DISK)) {
            return found(file, segment, bytes, offsetEnd);
        } catch (NoSuchFileException gone) {
            LOG.error(
                    "{} is gone; what was in it is served as long as it is open, and lost then",
                    segment.paths().log());
            return found(segment, bytes, offsetEnd);
        }
    }

    private List<DamagedRange> found(LogFile file, Segment segment, int bytes, long offsetEnd)
            throws IOException {
        boolean sparse = segment.baseOffset() < log.compacted().sparseEnd();
        return DamageSearch.in(file, segment.baseOffset(), bytes, offsetEnd, sparse);
    }

    private void become(Damage next) throws IOException {
        known = next;
        if (!isLate()) {
            return;
        }
        try {
            DamageFile.write(files(), log.path(), next);
            written = next;
            late = false;
        } catch (NoSpace full) {
            if (!late) {
                LOG.warn(
                        "{}: what is damaged is written down once there is room", log.path(), full);
            }
            late = true;
        }
    }

    private LogFiles files() {
        return log.directory().files();
    }
}

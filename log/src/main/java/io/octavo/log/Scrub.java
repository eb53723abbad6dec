package io.octavo.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a data directory holds, again and again, to find what the disk lets rot before
/// somebody is served it: bytes go from a file to a socket unread, so that nobody else looks inside
/// of a batch.
///
/// ```
/// a round:  a-0: segment, segment, durable part of the last | a-1: ... | z-9: ...    pause    a round
///                         ^ where it is, in scrub.octavo
/// ```
///
/// What is read is what the checkpoint knows to be durable, of logs that are open or not, past the
/// system's memory; of a last segment that is written to, nothing: whoever appends would wait for
/// the reads. Where something is not right the log's own worker has the verdict ([LogDamage]),
/// which knows what is being replaced or cut meanwhile: to suspect the right is harmless. One
/// thread at a time calls [#step]; the rest is safe for any.
public final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    /// What a step reads, about: a batch is read whole.
    private static final int STEP_BYTES = 256 << 10;

    /// A last segment that was not written to for so long is read.
    private static final long QUIET_MS = 600_000;

    /// How often is written down how far it is.
    private static final long NOTE_NANOS = 60_000_000_000L;

    private final DataDirectory directory;

    /// Offsets that are to be told to logs that were not open, when they are.
    private final Map<String, Set<Long>> rotten = new ConcurrentHashMap<>();

    private final AtomicLong readBytes = new AtomicLong();

    private @Nullable ScrubProgress progress;
    private long notedNanos;

    /// The logs of this round that are left.
    private @Nullable Deque<String> logs;

    private @Nullable Reading reading;

    /// A segment, or what of it is durable.
    ///
    /// @param limit behind its last byte; -1 for all of the file
    /// @param end the offset at which it ends
    private record Part(String log, long base, int limit, long end) {}

    private record Reading(Part part, LogFile file, DamageSearch search) {}

    Scrub(DataDirectory directory) {
        this.directory = directory;
    }

    /// Bytes that were read since the start.
    public long readBytes() {
        return readBytes.get();
    }

    /// Reads some more of the round, or begins one when it is time. Blocks.
    ///
    /// @param nowMs the wall clock's time
    /// @param intervalMs how long from the beginning of a round to the next
    /// @return how many bytes were read; -1 when there is nothing to do for now
    /// @throws IOException when a file cannot be read for a reason that is not damage; the round
    ///   goes on behind it
    public int step(long nowMs, long intervalMs) throws IOException {
        directory.refuseFailed();
        if (reading == null && !findNext(nowMs, intervalMs)) {
            return -1;
        }
        Reading now = reading;
        if (now == null) {
            return 0;
        }
        boolean over = true;
        try {
            int bytes = now.search.goOn(STEP_BYTES);
            readBytes.addAndGet(bytes);
            over = now.search.done();
            if (over) {
                judge(now);
            }
            return bytes;
        } finally {
            if (over) {
                close();
                passed(now.part);
            }
        }
    }

    /// Gives back what it has open.
    void close() throws IOException {
        Reading last = reading;
        reading = null;
        if (last != null) {
            last.file.close();
        }
    }

    /// A log is open: tells it what was found when it was not.
    void opened(Log log) {
        if (log.view().segments() == 0) {
            // It is being opened, and calls again.
            return;
        }
        Set<Long> offsets = rotten.remove(log.name());
        if (offsets != null) {
            offsets.forEach(log.damage()::suspectDisk);
        }
    }

    /// Opens the next part.
    ///
    /// @return false when the round is over
    private boolean findNext(long nowMs, long intervalMs) throws IOException {
        if (logs == null && !begin(nowMs, intervalMs)) {
            return false;
        }
        Deque<String> left = logs;
        while (left != null && reading == null) {
            String log = left.peek();
            if (log == null) {
                logs = null;
                note(progress().ended(), true);
                return false;
            }
            Part part = next(log, left);
            if (part == null) {
                left.remove();
            } else if (part.limit >= 0 && !isQuiet(part, nowMs)) {
                passed(part);
            } else {
                open(part);
            }
        }
        return true;
    }

    private boolean begin(long nowMs, long intervalMs) throws IOException {
        ScrubProgress last = progress;
        if (last == null) {
            last = ScrubProgress.read(directory.files(), directory.root(), nowMs);
            progress = last;
        }
        if (last.over()) {
            boolean early = last.begunMs() <= nowMs && nowMs - last.begunMs() < intervalMs;
            if (early) {
                return false;
            }
            note(ScrubProgress.begin(nowMs), true);
        }
        String from = progress().name();
        logs = new ArrayDeque<>();
        for (String name : directory.checkpointFile().names()) {
            if (name.compareTo(from) >= 0) {
                logs.add(name);
            }
        }
        return true;
    }

    /// The next part of a log; null when all that is durable was read. A log that cannot be listed
    /// is passed, unless that passes.
    private @Nullable Part next(String log, Deque<String> left) throws IOException {
        Checkpoint.Entry entry = directory.checkpointFile().entry(log);
        if (entry == null) {
            return null;
        }
        try {
            NavigableSet<Long> bases = new TreeSet<>();
            for (String file : directory.files().list(directory.root().resolve(log))) {
                bases.add(SegmentPaths.offsetOf(file, SegmentPaths.LOG));
            }
            bases.remove(-1L);
            return next(log, entry, bases);
        } catch (IOException refused) {
            if (!OpenFiles.noDescriptors(refused)) {
                left.remove();
            }
            throw refused;
        }
    }

    /// @param bases of the segments there are
    private @Nullable Part next(String log, Checkpoint.Entry entry, NavigableSet<Long> bases) {
        Mark durable = entry.durable();
        boolean begins = !progress().name().equals(log);
        if (begins) {
            lookForMissing(log, entry, bases);
        }
        Long base = bases.ceiling(begins ? 0 : progress().segment());
        if (base == null || base > durable.segment()) {
            return null;
        }
        if (base == durable.segment()) {
            return new Part(log, base, durable.position(), durable.offset());
        }
        Long end = bases.higher(base);
        return end == null ? null : new Part(log, base, -1, end);
    }

    /// Files that are gone tell nothing when the others are read.
    private void lookForMissing(String log, Checkpoint.Entry entry, NavigableSet<Long> bases) {
        long first = entry.firstSegment();
        long last = entry.durable().segment();
        if (first > last || bases.subSet(first, true, last, true).size() >= entry.segments()) {
            return;
        }
        Log open = directory.openLog(log);
        if (open == null) {
            LOG.warn("{}: segments are gone; it is opened to find out which", log);
            directory.watch().rotten(log);
        } else {
            open.damage().suspectMissing(bases, last);
        }
    }

    private boolean isQuiet(Part part, long nowMs) {
        try {
            long writtenMs = directory.files().modifiedMs(path(part));
            return writtenMs > nowMs || nowMs - writtenMs >= QUIET_MS;
        } catch (IOException refused) {
            // Who opens it says more.
            return true;
        }
    }

    private Path path(Part part) {
        return new SegmentPaths(directory.root().resolve(part.log), part.base).log();
    }

    private void open(Part part) throws IOException {
        try {
            CompactedRange compacted =
                    new CompactedRange(directory.files(), directory.root().resolve(part.log));
            compacted.read();
            boolean sparse = part.base < compacted.sparseEnd();
            long bytes = directory.files().sizeBytes(path(part));
            int limit = part.limit >= 0 ? part.limit : (int) Math.min(bytes, Integer.MAX_VALUE);
            LogFile file = directory.files().open(path(part), LogFiles.Mode.READ_DISK);
            DamageSearch search = new DamageSearch(file, part.base, limit, part.end, sparse);
            reading = new Reading(part, file, search);
        } catch (NoSuchFileException removed) {
            // Since the directory was listed.
            passed(part);
        } catch (IOException refused) {
            if (!OpenFiles.noDescriptors(refused)) {
                passed(part);
            }
            throw refused;
        }
    }

    private void judge(Reading now) throws IOException {
        Part part = now.part;
        Log open = directory.openLog(part.log);
        Checkpoint.Entry entry = directory.checkpointFile().entry(part.log);
        if (entry == null || !directory.files().exists(now.file.path())) {
            // Removed while it was read, and cut.
            return;
        }
        Damage known =
                open == null
                        ? DamageFile.read(directory.files(), directory.root().resolve(part.log))
                        : open.damage().known();
        for (DamagedRange range : now.search.found()) {
            if (range.to() > entry.startOffset()
                    && !known.covers(range)
                    && !isRoom(now.file, range)) {
                LOG.warn(
                        "{}: a scrub met {} at byte {}; the segment will be searched",
                        now.file.path(),
                        range.reason(),
                        range.position());
                suspect(part.log, range.from());
                return;
            }
        }
    }

    /// Whether it is what was set aside behind the last batch and never written to.
    private static boolean isRoom(LogFile file, DamagedRange range) throws IOException {
        return range.from() == range.to()
                && new FileRest(file, range.position(), range.positionEnd()).isRoom();
    }

    private void suspect(String name, long offset) {
        rotten.compute(
                name,
                (_, offsets) -> {
                    Set<Long> all = offsets == null ? new HashSet<>() : new HashSet<>(offsets);
                    all.add(offset);
                    return all;
                });
        Log open = directory.openLog(name);
        if (open != null) {
            opened(open);
        } else {
            directory.watch().rotten(name);
        }
    }

    private void passed(Part part) throws IOException {
        note(progress().at(part.log, part.base + 1), false);
    }

    private ScrubProgress progress() {
        ScrubProgress now = progress;
        if (now == null) {
            throw new IllegalStateException("no round has begun");
        }
        return now;
    }

    /// @param soon whether it is written at once
    private void note(ScrubProgress next, boolean soon) throws IOException {
        progress = next;
        long now = directory.clock().nanos();
        if (soon || now - notedNanos >= NOTE_NANOS) {
            notedNanos = now;
            next.write(directory.files(), directory.root());
        }
    }
}

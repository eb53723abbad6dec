package io.octavo.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
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
/// system's memory. Where something is not right the log's own worker has the verdict
/// ([LogDamage]), which knows what is being replaced or cut meanwhile: to suspect the right is
/// harmless. One thread at a time calls [#step]; the rest is safe for any.
public final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    /// What a step reads, about: a batch is read whole.
    private static final int STEP_BYTES = 256 << 10;

    /// How often is written down how far it is.
    private static final long NOTE_NANOS = 60_000_000_000L;

    private final DataDirectory directory;

    /// What is to be told to logs that were not open, when they are.
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
        Set<Long> segments = rotten.remove(log.name());
        if (segments != null) {
            segments.forEach(log.damage()::suspectDisk);
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
            Part part = part(log);
            if (part == null) {
                left.remove();
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

    /// The next part of a log; null when all that is durable was read.
    private @Nullable Part part(String log) throws IOException {
        Checkpoint.Entry entry = directory.checkpointFile().entry(log);
        if (entry == null) {
            return null;
        }
        Mark durable = entry.durable();
        long base = progress().name().equals(log) ? progress().segment() - 1 : -1;
        boolean found = false;
        for (String file : directory.files().list(directory.root().resolve(log))) {
            long next = SegmentPaths.offsetOf(file, SegmentPaths.LOG);
            if (found) {
                if (next >= 0) {
                    return new Part(log, base, -1, next);
                }
            } else if (next > base) {
                if (next >= durable.segment()) {
                    boolean last = next == durable.segment();
                    return last ? new Part(log, next, durable.position(), durable.offset()) : null;
                }
                base = next;
                found = true;
            }
        }
        return null;
    }

    private void open(Part part) throws IOException {
        Path log = directory.root().resolve(part.log);
        Path path = new SegmentPaths(log, part.base).log();
        try {
            CompactedRange compacted = new CompactedRange(directory.files(), log);
            compacted.read();
            LogFile file = directory.files().open(path, LogFiles.Mode.READ_DISK);
            int limit = part.limit >= 0 ? part.limit : (int) file.sizeBytes();
            boolean sparse = part.base < compacted.sparseEnd();
            reading =
                    new Reading(
                            part, file, new DamageSearch(file, part.base, limit, part.end, sparse));
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
        Damage known =
                open == null
                        ? DamageFile.read(directory.files(), directory.root().resolve(part.log))
                        : open.damage().known();
        for (DamagedRange range : now.search.found()) {
            if (!known.covers(range) && !isRoom(now.file, range)) {
                LOG.warn(
                        "{}: a scrub met {} at byte {}; the segment will be searched",
                        now.file.path(),
                        range.reason(),
                        range.position());
                suspect(part);
                return;
            }
        }
    }

    /// Whether it is what was set aside behind the last batch and never written to.
    private static boolean isRoom(LogFile file, DamagedRange range) throws IOException {
        return range.from() == range.to()
                && new FileRest(file, range.position(), range.positionEnd()).isRoom();
    }

    private void suspect(Part part) {
        rotten.computeIfAbsent(part.log, _ -> ConcurrentHashMap.newKeySet()).add(part.base);
        Log open = directory.openLog(part.log);
        if (open != null) {
            opened(open);
        } else {
            directory.watch().rotten(part.log);
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

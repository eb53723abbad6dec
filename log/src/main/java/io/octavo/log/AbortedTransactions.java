package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The transactions of one log that were aborted (KIP-98), so that who reads committed records only
/// can be told which to skip.
///
/// ```
/// marker appended or replayed ─> memory ─> .txnindex, forced ─> snapshot of the producers:
///                                  ^              │             how many, their checksum
///                                  └── compared ──┴── wrong or gone: from the log again
/// ```
///
/// They are a function of the log's batches as the producers' states are: what the newest snapshot
/// knows of each segment's file, and what is replayed behind it. So a segment without a file has no
/// aborted transaction, unless the snapshot says otherwise.
///
/// The log's writer adds and replaces, a worker writes and mends, any thread asks. A log without
/// aborted transactions has an empty list here, and nothing else.
public final class AbortedTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(AbortedTransactions.class);

    private final LogFiles files;
    private final Path directory;

    /// Of the segments that have any, by base offset. Written under this.
    private volatile List<TransactionIndex> known = List.of();

    /// Whether a file was not what was noted of it.
    private volatile boolean suspected;

    /// How many are in memory only. Guarded by this, like those below.
    private int unwritten;

    /// Raised when segments leave the log or are replaced, here and in the view.
    private int replacements;

    /// The index of the segment that compaction made last, whose files lie beside.
    private TransactionIndex.@Nullable Noted copied;

    /// Files are being made anew. Whoever does it has it alone.
    private @Nullable Mending mending;

    /// @param view of the log, when it began
    /// @param replacements what there were of them by then
    /// @param fresh what is known already
    private record Mending(
            LogView view,
            int replacements,
            AbortedTransactions fresh,
            ProducerReplay.Steps steps) {}

    AbortedTransactions(LogFiles files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /// Others of the same log; none.
    AbortedTransactions anew() {
        return new AbortedTransactions(files, directory);
    }

    /// Those that may have records in a slice, by their markers; maybe a few that begin behind it.
    ///
    /// The slice may be of segments that are replaced meanwhile: compaction removes a transaction's
    /// records in an earlier pass than its marker, and what is known of it with the marker.
    ///
    /// @param offset where the reader goes on in the slice
    /// @param waits whether the disk may be waited for
    /// @return null when it must not be, and would have to
    /// @throws DamagedLog when a file is not what it was; it is made anew from the log then
    public @Nullable List<AbortedTransaction> in(LogSlice slice, long offset, boolean waits)
            throws IOException {
        try {
            return find(slice, offset, waits);
        } catch (ColdRead cold) {
            return null;
        } catch (DamagedLog replaced) {
            // The segments may have been, since it was looked which there are.
            try {
                return find(slice, offset, waits);
            } catch (DamagedLog wrong) {
                suspect(wrong);
                throw wrong;
            }
        }
    }

    private List<AbortedTransaction> find(LogSlice slice, long offset, boolean waits)
            throws IOException {
        List<TransactionIndex> all = known;
        if (!overlap(all, offset, slice.offsetEnd())) {
            return List.of();
        }
        long end = slice.offsetBound(waits);
        List<AbortedTransaction> found = new ArrayList<>();
        for (TransactionIndex index : all) {
            if (index.overlaps(offset, end)) {
                find(index, offset, end, waits, found);
            }
        }
        return found;
    }

    /// Notes that a transaction was aborted.
    ///
    /// @param base of the segment that has the marker
    /// @param ended behind all others; null for nothing
    void add(long base, @Nullable AbortedTransaction ended) {
        if (ended != null) {
            addLast(base, ended);
        }
    }

    private synchronized void addLast(long base, AbortedTransaction ended) {
        List<TransactionIndex> next = new ArrayList<>(known);
        boolean begun = !next.isEmpty() && next.getLast().noted().baseOffset() == base;
        TransactionIndex last = begun ? next.removeLast() : TransactionIndex.empty(base);
        next.add(last.with(ended));
        known = List.copyOf(next);
        unwritten++;
    }

    /// Whether some are in memory only.
    synchronized boolean isOwed() {
        return unwritten > 0;
    }

    /// Writes those that are in memory only, for good but for the names of the files. One thread at
    /// a time.
    void write() throws IOException {
        for (TransactionIndex index : known) {
            if (!index.isWritten()) {
                index.writeTo(files, paths(index).transactionIndex());
                wrote(index.noted());
            }
        }
    }

    /// Writes them if there are many: for who adds and may wait.
    void writeMany() throws IOException {
        boolean many;
        synchronized (this) {
            many = unwritten >= TransactionIndex.IN_MEMORY_MAX;
        }
        if (many) {
            write();
        }
    }

    /// How many are in memory.
    int inMemory() {
        return known.stream().mapToInt(TransactionIndex::inMemory).sum();
    }

    /// Forgets those in memory that are in files.
    synchronized void shed() {
        known = known.stream().map(TransactionIndex::shed).toList();
    }

    /// What a snapshot is to keep.
    List<TransactionIndex.Noted> noted() {
        return known.stream().map(TransactionIndex::noted).toList();
    }

    /// Takes what a snapshot has kept.
    ///
    /// @param kept null where it does not tell
    synchronized void restore(@Nullable List<TransactionIndex.Noted> kept) {
        suspected = kept == null;
        known = kept == null ? List.of() : kept.stream().map(TransactionIndex::inFile).toList();
    }

    /// Forgets those of segments before a log's first.
    ///
    /// @param swapped whether segments were replaced, of which a snapshot may not know
    /// @return whether what was restored tells, of segments that are there; else it is forgotten
    synchronized boolean fits(LogView view, boolean swapped) {
        if (suspected || (swapped && !known.isEmpty())) {
            known = List.of();
            return false;
        }
        long start = ProducerReplay.base(view);
        for (TransactionIndex index : known) {
            long base = index.noted().baseOffset();
            if (base >= start && view.segment(view.floor(base)).baseOffset() != base) {
                known = List.of();
                return false;
            }
        }
        dropBefore(start);
        return true;
    }

    /// The segments before one left the log.
    synchronized void dropBefore(long base) {
        replacements++;
        become(known.stream().filter(index -> index.noted().baseOffset() >= base).toList());
    }

    /// Takes what was computed anew.
    synchronized void become(AbortedTransactions fresh) {
        replacements++;
        become(fresh.known);
    }

    /// Those of a segment that are wanted, by their markers. Waits for the disk.
    ///
    /// @throws DamagedLog when its file is not what it was; it is made anew from the log then
    List<AbortedTransaction> of(Segment segment, Predicate<AbortedTransaction> wanted)
            throws IOException {
        for (TransactionIndex index : known) {
            if (index.noted().baseOffset() == segment.baseOffset()) {
                try {
                    return read(index, wanted);
                } catch (DamagedLog wrong) {
                    suspect(wrong);
                    throw wrong;
                }
            }
        }
        return List.of();
    }

    /// Whether a segment has any.
    boolean has(Segment segment) {
        return known.stream().anyMatch(one -> one.noted().baseOffset() == segment.baseOffset());
    }

    /// Takes note of the index of a segment that is to take the place of others, if these are
    /// [#replace]d next.
    ///
    /// @param index what its file has
    synchronized void copied(TransactionIndex.Noted index) {
        copied = index;
    }

    /// The segment that compaction made takes the place of others.
    ///
    /// @return whether any of them had aborted transactions
    synchronized boolean replace(List<Segment> old) {
        long from = old.getFirst().baseOffset();
        long to = old.getLast().baseOffset();
        List<TransactionIndex> next = new ArrayList<>();
        for (TransactionIndex index : known) {
            long base = index.noted().baseOffset();
            if (base < from || base > to) {
                next.add(index);
            }
        }
        boolean had = next.size() < known.size();
        TransactionIndex.Noted made = copied;
        copied = null;
        if (made != null && made.count() > 0) {
            int at = 0;
            while (at < next.size() && next.get(at).noted().baseOffset() < from) {
                at++;
            }
            next.add(at, TransactionIndex.inFile(made));
        }
        replacements++;
        become(next);
        return had;
    }

    /// The view shows what was [#replace]d: until then a look at it saw the segments before.
    synchronized void viewReplaced() {
        replacements++;
    }

    /// Whether a file is to be made anew.
    boolean isSuspected() {
        return suspected;
    }

    /// Goes on to make all files anew from the log, of which every header is read, and begins again
    /// when segments were replaced meanwhile. No segment lies beside others. One thread at a time.
    ///
    /// @param nanosMax when so much time has passed, the rest is left to the next call
    void mend(Log log, long nanosMax) throws IOException {
        // Asked before the view, so that a change of it behind this is seen.
        int replacementsNow = replacements();
        LogView view = log.view();
        if (view.segments() == 0) {
            return;
        }
        Clock clock = log.directory().clock();
        long startNanos = clock.nanos();
        Mending going = mending;
        if (going == null || going.replacements != replacementsNow) {
            AbortedTransactions fresh = anew();
            var steps = new ProducerReplay.Steps(log, view, view.endOffset(), fresh);
            going = new Mending(view, replacementsNow, fresh, steps);
        }
        mending = null;
        try {
            for (int i = 0; !going.steps.done(); i++) {
                if (i > 0 && clock.nanos() - startNanos >= nanosMax) {
                    break;
                }
                var _ = going.steps.next();
            }
        } catch (DamagedLog met) {
            // Once that is found it is passed over, by who is asked next.
            suspected = false;
            log.damage().suspectAll(view, met);
            return;
        }
        // Kept, also where it cannot be written now: it is not read again for that.
        mending = going;
        if (going.steps.done()) {
            going.fresh.write();
            mending = null;
            mended(going);
        }
    }

    private synchronized int replacements() {
        return replacements;
    }

    private synchronized void mended(Mending done) {
        suspected = false;
        if (done.replacements != replacements) {
            return;
        }
        long end = done.view.endOffset();
        for (TransactionIndex index : known) {
            if (!index.covers(end)) {
                return;
            }
            List<AbortedTransaction> since = new ArrayList<>();
            index.find(end, Long.MAX_VALUE, since);
            since.forEach(one -> done.fresh.add(index.noted().baseOffset(), one));
        }
        become(done.fresh);
        LOG.info("{}: the index of aborted transactions was made anew", directory);
    }

    private void suspect(DamagedLog wrong) {
        suspected = true;
        LOG.warn("{}; it will be made anew from the log", wrong.getMessage());
    }

    private static boolean overlap(List<TransactionIndex> all, long from, long to) {
        for (TransactionIndex index : all) {
            if (index.overlaps(from, to)) {
                return true;
            }
        }
        return false;
    }

    private void find(
            TransactionIndex index,
            long from,
            long to,
            boolean waits,
            List<AbortedTransaction> into)
            throws IOException {
        if (index.covers(from)) {
            index.find(from, to, into);
        } else if (!waits) {
            throw new ColdRead();
        } else if (index.noted().count() > TransactionIndex.IN_MEMORY_MAX) {
            into.addAll(read(index, one -> one.overlaps(from, to)));
        } else {
            TransactionIndex loaded = index.loaded(read(index, _ -> true));
            loaded(index, loaded);
            loaded.find(from, to, into);
        }
    }

    /// From its own file, or from the one beside it of the segment that takes its place.
    private List<AbortedTransaction> read(
            TransactionIndex index, Predicate<AbortedTransaction> wanted) throws IOException {
        Path own = paths(index).transactionIndex();
        Path beside = paths(index).beside().transactionIndex();
        List<AbortedTransaction> found = null;
        // Once more for its own: it may have got that name since it was read first.
        for (Path path : List.of(own, beside, own)) {
            found = found == null ? index.read(files, path, wanted) : found;
        }
        if (found == null) {
            throw new DamagedLog(
                    own + " has not the " + index.noted().count() + " entries that it had");
        }
        return found;
    }

    /// Keeps an index in memory, instead of others if there are many.
    private synchronized void loaded(TransactionIndex before, TransactionIndex now) {
        int inMemory = now.inMemory();
        for (TransactionIndex index : known) {
            inMemory += index == before ? 0 : index.inMemory();
        }
        boolean many = inMemory > TransactionIndex.IN_MEMORY_MAX;
        List<TransactionIndex> next = new ArrayList<>(known.size());
        for (TransactionIndex index : known) {
            next.add(index == before ? now : many ? index.shed() : index);
        }
        known = List.copyOf(next);
    }

    /// The first entries of an index are in its file.
    private synchronized void wrote(TransactionIndex.Noted there) {
        List<TransactionIndex> next = new ArrayList<>(known.size());
        int inMemory = 0;
        for (TransactionIndex index : known) {
            boolean same = index.noted().baseOffset() == there.baseOffset();
            next.add(same ? index.written(there.count()) : index);
            inMemory += index.inMemory();
        }
        if (inMemory > TransactionIndex.IN_MEMORY_MAX) {
            next.replaceAll(TransactionIndex::shed);
        }
        become(next);
    }

    private synchronized void become(List<TransactionIndex> next) {
        known = List.copyOf(next);
        unwritten = next.stream().mapToInt(TransactionIndex::unwritten).sum();
    }

    private SegmentPaths paths(TransactionIndex index) {
        return new SegmentPaths(directory, index.noted().baseOffset());
    }
}

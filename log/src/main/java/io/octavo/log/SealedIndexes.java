package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index files of one segment, as hints: they have no checksum, so what they say is compared
/// with the batch it is about, and both are made anew when they are wrong or missing. Safe for any
/// thread.
///
/// While segments are swapped ([SegmentSwap]), the files under the names of the first that is
/// replaced come to be those of the segment that takes its place. Until then the new one's lie
/// beside; and who still reads from the old one makes none anew.
final class SealedIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(SealedIndexes.class);

    /// A largest timestamp that is to be looked up first.
    static final long UNKNOWN = Long.MIN_VALUE;

    private static final AtomicInteger RENEWALS = new AtomicInteger();

    private final OpenFiles files;
    private volatile SegmentPaths paths;

    /// Whether the files under these names are this segment's, so that they may be made anew.
    private volatile boolean own = true;

    /// The part of the offset index that was asked for last.
    private volatile @Nullable OffsetIndex window;

    private volatile long maxTimestamp = UNKNOWN;

    /// What of the segment is known to be damaged.
    private volatile Damage holes = Damage.NONE;

    SealedIndexes(OpenFiles files, SegmentPaths paths) {
        this.files = files;
        this.paths = paths;
    }

    /// Those of a segment whose files lie beside those it replaces.
    static SealedIndexes beside(OpenFiles files, SegmentPaths paths, long maxTimestamp) {
        SealedIndexes made = new SealedIndexes(files, paths.beside());
        made.own = false;
        made.know(maxTimestamp);
        return made;
    }

    /// The files have their own names from now on.
    void named(SegmentPaths names) {
        paths = names;
        own = true;
    }

    /// Whether the files under these names are this segment's.
    boolean own() {
        return own;
    }

    /// From now on the files may be another segment's.
    void leaveFiles() {
        own = false;
    }

    /// From now on these parts of the segment are passed over.
    void avoid(Damage holes) {
        this.holes = holes;
    }

    /// The last entry of the offset index that is not above, checked; or [OffsetIndex#NONE].
    ///
    /// @param bytes the segment's size
    long floor(LogFile file, int relativeOffset, int bytes) throws IOException {
        OffsetIndex seen = window;
        if (seen == null || !seen.covers(relativeOffset)) {
            seen = read(file, relativeOffset, bytes);
        }
        long entry = seen.floor(relativeOffset);
        if (entry == OffsetIndex.NONE || isBatch(file, paths.baseOffset(), entry, bytes)) {
            return entry;
        }
        if (!renew(file, bytes, "wrong at " + OffsetIndex.position(entry))) {
            return OffsetIndex.NONE;
        }
        return read(file, relativeOffset, bytes).floor(relativeOffset);
    }

    /// The first entry whose batch does not begin before `position`; [OffsetIndex#NONE] when there
    /// is none, or it is wrong.
    long ceiling(LogFile file, int position, int bytes) throws IOException {
        OffsetIndex seen = window;
        long entry =
                seen != null && seen.coversPosition(position)
                        ? seen.ceiling(position)
                        : ceilingInFile(file, position);
        return entry != OffsetIndex.NONE && isBatch(file, paths.baseOffset(), entry, bytes)
                ? entry
                : OffsetIndex.NONE;
    }

    private long ceilingInFile(LogFile file, int position) throws IOException {
        ColdRead.refuse(file);
        try (LogFile index = files.open(paths.offsetIndex(), LogFiles.Mode.READ)) {
            int before = OffsetIndex.countBefore(index, position);
            return before < OffsetIndex.entries(index)
                    ? OffsetIndex.read(index, before)
                    : OffsetIndex.NONE;
        } catch (NoSuchFileException | DamagedLog absent) {
            return OffsetIndex.NONE;
        }
    }

    /// The last entry of a growing segment's file that is not above, for what its [IndexTail] does
    /// not have any more; to be checked.
    long floorInFile(LogFile file, int relativeOffset) throws IOException {
        OffsetIndex seen = window;
        if (seen == null || !seen.covers(relativeOffset)) {
            ColdRead.refuse(file);
            try (LogFile index = files.open(paths.offsetIndex(), LogFiles.Mode.READ)) {
                seen = OffsetIndex.window(index, relativeOffset, true);
            } catch (NoSuchFileException | DamagedLog absent) {
                return OffsetIndex.NONE;
            }
            window = seen;
        }
        return seen.floor(relativeOffset);
    }

    /// The segment's largest timestamp, or [RecordBatch#NO_TIMESTAMP], if that is in memory; or
    /// [#UNKNOWN].
    long knownMaxTimestamp(int bytes) {
        return bytes == 0 ? RecordBatch.NO_TIMESTAMP : maxTimestamp;
    }

    /// The segment's largest timestamp, or [RecordBatch#NO_TIMESTAMP].
    long maxTimestamp(LogFile file, int bytes) throws IOException {
        long known = knownMaxTimestamp(bytes);
        if (known == UNKNOWN) {
            TimeIndex last = lastTime();
            if (last == null || !names(file, last, bytes)) {
                if (!renew(file, bytes, "missing, or the time index is wrong")) {
                    return scannedMaxTimestamp(file, bytes);
                }
                last = lastTime();
            }
            known = last == null ? RecordBatch.NO_TIMESTAMP : last.timestamp();
            maxTimestamp = known;
        }
        return known;
    }

    /// Takes note of the segment's largest timestamp, so that it is not looked up.
    void know(long latest) {
        maxTimestamp = latest;
    }

    /// The last entry of the time index whose timestamp is not above.
    TimeIndex floor(long timestamp) throws IOException {
        try (LogFile index = files.open(paths.timeIndex(), LogFiles.Mode.READ)) {
            return TimeIndex.floor(index, timestamp);
        } catch (NoSuchFileException | DamagedLog absent) {
            return TimeIndex.NONE;
        }
    }

    /// The same files as those of a segment that goes on from a mark: what they say of batches
    /// behind it is cut, and what they lack is added. Made anew where they end with batches that
    /// are not there. Reads the batches behind the last entry of the offset index.
    SegmentIndexes resume(LogFile file, Mark mark, int intervalBytes) throws IOException {
        int bytes = mark.position();
        SegmentIndexes read = readRight(file, mark);
        if (read == null) {
            LOG.warn("{}: the index is wrong; indexing the segment anew", paths.log());
            files.delete(paths.offsetIndex());
            files.delete(paths.timeIndex());
            window = null;
            read = SegmentIndexes.empty(files, paths);
        }
        read.know(mark);
        boolean indexed = read.lastOffset() != OffsetIndex.NONE;
        int from = indexed ? OffsetIndex.position(read.lastOffset()) : 0;
        BatchCursor batches =
                new BatchCursor(
                        file, paths.baseOffset(), from, bytes, BatchScan.HEADER_SCAN_BYTES, holes);
        add(batches, indexed, read, intervalBytes);
        return read;
    }

    /// What both files say; null when they are wrong, or the disk cannot read them.
    private @Nullable SegmentIndexes readRight(LogFile file, Mark mark) throws IOException {
        try {
            SegmentIndexes read = SegmentIndexes.read(files, paths, mark);
            return endsRight(file, read, mark.position()) ? read : null;
        } catch (DamagedLog met) {
            if (met.segment() == paths.baseOffset()) {
                throw met;
            }
            return null;
        }
    }

    /// Whether the entries that the files end with are about batches that are there.
    private boolean endsRight(LogFile file, SegmentIndexes read, int bytes) throws IOException {
        long last = read.lastOffset();
        return (last == OffsetIndex.NONE || isBatch(file, paths.baseOffset(), last, bytes))
                && (read.lastTime() == TimeIndex.NONE || names(file, read.lastTime(), bytes));
    }

    /// Adds the batches of `file` in `[from, limit)` to an index.
    ///
    /// @param indexed whether the first of them has an entry already
    private static void add(
            BatchCursor batches, boolean indexed, SegmentIndexes into, int intervalBytes)
            throws IOException {
        if (indexed && batches.next()) {
            into.addIndexed(batches.batch());
        }
        while (batches.next()) {
            into.add(batches.batch(), batches.position(), intervalBytes);
        }
        batches.refuseDamage();
    }

    /// Whether the batch that an entry of an offset index names is there, and can be read.
    static boolean isBatch(LogFile file, long baseOffset, long entry, int bytes)
            throws IOException {
        int position = OffsetIndex.position(entry);
        if (position < 0 || position >= bytes) {
            return false;
        }
        BatchCursor cursor =
                new BatchCursor(file, baseOffset, position, bytes, RecordBatch.HEADER_BYTES);
        try {
            return cursor.next()
                    && cursor.batch().lastOffset()
                            == baseOffset + OffsetIndex.relativeOffset(entry);
        } catch (DamagedLog unreadable) {
            return false;
        }
    }

    /// Whether the batch that an entry of the time index names is there.
    boolean names(LogFile file, TimeIndex entry, int bytes) throws IOException {
        long offset = paths.baseOffset() + entry.relativeOffset();
        long hint = floorInFile(file, entry.relativeOffset());
        boolean hinted = hint != OffsetIndex.NONE && isBatch(file, paths.baseOffset(), hint, bytes);
        BatchCursor cursor =
                new BatchCursor(
                        file,
                        paths.baseOffset(),
                        hinted ? OffsetIndex.position(hint) : 0,
                        bytes,
                        BatchCursor.LOOKUP_BYTES,
                        holes);
        while (cursor.next()) {
            if (cursor.batch().lastOffset() >= offset) {
                return cursor.batch().lastOffset() == offset
                        && cursor.batch().maxTimestamp() == entry.timestamp();
            }
        }
        return false;
    }

    /// The part of the offset index that covers an offset; empty, and not kept, where there is none
    /// while segments are swapped.
    private OffsetIndex read(LogFile file, int relativeOffset, int bytes) throws IOException {
        ColdRead.refuse(file);
        SegmentPaths names = paths;
        if (!files.exists(names.offsetIndex()) && !renew(file, bytes, "missing")) {
            return OffsetIndex.EMPTY;
        }
        try {
            return readWindow(names, relativeOffset);
        } catch (DamagedLog unreadable) {
            return renew(file, bytes, "unreadable")
                    ? readWindow(names, relativeOffset)
                    : OffsetIndex.EMPTY;
        }
    }

    private OffsetIndex readWindow(SegmentPaths names, int relativeOffset) throws IOException {
        try (LogFile index = files.open(names.offsetIndex(), LogFiles.Mode.READ)) {
            OffsetIndex read = OffsetIndex.window(index, relativeOffset, false);
            window = read;
            return read;
        } catch (NoSuchFileException gone) {
            if (own && names.equals(paths)) {
                throw gone;
            }
            return OffsetIndex.EMPTY;
        }
    }

    /// The last entry of the time index; null when there is none, or no file.
    private @Nullable TimeIndex lastTime() throws IOException {
        try (LogFile index = files.open(paths.timeIndex(), LogFiles.Mode.READ)) {
            int n = TimeIndex.entries(index);
            return n == 0 ? null : TimeIndex.read(index, n - 1);
        } catch (NoSuchFileException | DamagedLog absent) {
            return null;
        }
    }

    /// Makes both files anew from the batches. They take the place of what is there when they are
    /// complete and forced: a power cut leaves no part of one that seems to be all of it.
    ///
    /// @return false, with nothing done, when what is there may be another segment's
    private boolean renew(LogFile file, int bytes, String reason) throws IOException {
        ColdRead.refuse(file);
        if (!own) {
            return false;
        }
        LOG.warn("{}: the index is {}; indexing the segment anew", file.path(), reason);
        BatchCursor batches =
                new BatchCursor(file, paths.baseOffset(), 0, bytes, BatchCursor.SCAN_BYTES, holes);
        SegmentPaths renewed = paths.renewed(RENEWALS.incrementAndGet());
        boolean done = false;
        try {
            SegmentIndexes fresh = SegmentIndexes.empty(files, renewed);
            add(batches, false, fresh, LogConfig.INDEX_INTERVAL_BYTES);
            fresh.finishForced();
            synchronized (files.naming) {
                if (own) {
                    fresh.replace(paths);
                    done = true;
                }
            }
        } finally {
            if (!done) {
                // Also what was not forced the first time, and would not be a second time.
                renewed.unlinkIndexes(files);
            }
        }
        return done;
    }

    /// The largest timestamp of all batches that have records.
    private long scannedMaxTimestamp(LogFile file, int bytes) throws IOException {
        BatchCursor batches =
                new BatchCursor(file, paths.baseOffset(), 0, bytes, BatchCursor.SCAN_BYTES, holes);
        long latest = RecordBatch.NO_TIMESTAMP;
        while (batches.next()) {
            if (batches.batch().count() > 0) {
                latest = Math.max(latest, batches.batch().maxTimestamp());
            }
        }
        batches.refuseDamage();
        return latest;
    }
}

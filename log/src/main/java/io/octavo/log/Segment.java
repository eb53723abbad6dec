package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A part of a log: one file of batches, named after the first offset it may hold, with its
/// indexes. The last segment of a log is *active*: it grows, and its size is in the log's snapshot.
/// The others are *sealed*: they do not change, except that they go.
///
/// The log's writer appends, seals, resumes and removes; any thread reads and forces. Who has the
/// file open is [SegmentFile]'s matter, how far it reaches and is forced [SegmentExtent]'s, how old
/// it is [SegmentAge]'s.
final class Segment {
    /// What [#batchAt] answers when there is none.
    static final long NO_BATCH = -1;

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

    private final OpenFiles files;
    private final SegmentPaths paths;
    private final SegmentFile file;
    private final SegmentExtent extent;
    private final SegmentAge age;

    /// The index files.
    private volatile SealedIndexes sealed;

    /// Null once the segment is sealed.
    private volatile @Nullable SegmentIndexes growing;

    private volatile @Nullable RecentBatches recent;

    /// What of the file is known to be damaged.
    private volatile Damage holes = Damage.NONE;

    private volatile int sealedBytes;

    /// @param path where the batches are
    private Segment(OpenFiles files, SegmentPaths paths, Path path, int forcedBytes) {
        this.files = files;
        this.paths = paths;
        file = new SegmentFile(files, path);
        extent = new SegmentExtent(file, forcedBytes);
        age = new SegmentAge(this, file);
        sealed = new SealedIndexes(files, paths);
    }

    /// A new segment, active and empty, with its file.
    ///
    /// @param nowMs the monotonic clock's time
    static Segment create(OpenFiles files, SegmentPaths paths, long nowMs) throws IOException {
        Segment segment = new Segment(files, paths, paths.log(), 0);
        segment.age.begin(nowMs);
        segment.file.create();
        segment.growing = SegmentIndexes.empty(files, paths);
        segment.recent = new RecentBatches();
        return segment;
    }

    /// A segment found on disk, sealed.
    ///
    /// @param forcedBytes how much of it survives a power cut
    static Segment found(OpenFiles files, SegmentPaths paths, int bytes, int forcedBytes) {
        Segment segment = new Segment(files, paths, paths.log(), forcedBytes);
        segment.sealedBytes = bytes;
        return segment;
    }

    /// A sealed segment whose files lie beside those it replaces, forced ([SegmentSwap]).
    ///
    /// @param maxTimestamp the largest in it
    static Segment beside(OpenFiles files, SegmentPaths paths, int bytes, long maxTimestamp) {
        Segment segment = new Segment(files, paths, paths.beside().log(), bytes);
        segment.sealedBytes = bytes;
        segment.sealed = SealedIndexes.beside(files, paths, maxTimestamp);
        return segment;
    }

    /// A batch's place in one number.
    static long batch(int position, int sizeBytes) {
        return ((long) position << 32) | sizeBytes;
    }

    static int position(long batch) {
        return (int) (batch >>> 32);
    }

    static int sizeBytes(long batch) {
        return (int) batch;
    }

    long baseOffset() {
        return paths.baseOffset();
    }

    SegmentPaths paths() {
        return paths;
    }

    SegmentAge age() {
        return age;
    }

    /// The size of a sealed segment.
    int sealedBytes() {
        return sealedBytes;
    }

    /// The file, for the caller to release; null when the segment was removed.
    @Nullable SharedFile acquire() throws IOException {
        return file.acquire();
    }

    /// The file if it is open, for the caller to release.
    @Nullable SharedFile acquireOpen() {
        return file.acquireOpen();
    }

    /// [#acquire()] for who knows that the segment is there.
    SharedFile using() throws IOException {
        return file.using();
    }

    /// Writes a batch at the segment's end and makes it findable; it is not published by this.
    void append(RecordBatch batch, int position, int intervalBytes) throws IOException {
        extent.write(batch.bytes(), position);
        add(batch, position, intervalBytes);
    }

    /// Makes a batch findable that is in the file.
    void add(RecordBatch batch, int position, int intervalBytes) {
        indexes().add(batch, position, intervalBytes);
        RecentBatches last = recent;
        if (last != null) {
            last.append(batch.nextOffset(), position);
        }
    }

    /// Whether there is no room for another batch that ends at `lastOffset`.
    boolean isFull(long lastOffset, int indexBytesMax) {
        return lastOffset - baseOffset() > Integer.MAX_VALUE || indexes().isFull(indexBytesMax);
    }

    /// The first batch with an offset not below `offset`, among those that end by `limit`; or
    /// [#NO_BATCH]. To be taken apart by [#position] and [#sizeBytes].
    long batchAt(LogFile file, long offset, int limit) throws IOException {
        RecentBatches last = recent;
        if (last != null) {
            long batch = last.find(offset, limit);
            if (batch != NO_BATCH) {
                return batch;
            }
        }
        int relative = (int) Math.min(Math.max(offset - baseOffset(), 0), Integer.MAX_VALUE);
        long hint = floor(file, relative, limit);
        int from = hint == OffsetIndex.NONE ? 0 : OffsetIndex.position(hint);
        BatchCursor cursor = BatchCursor.lookup(file, baseOffset(), from, limit, holes);
        while (cursor.next()) {
            if (cursor.batch().lastOffset() >= offset) {
                return batch(cursor.position(), cursor.sizeBytes());
            }
        }
        cursor.refuseDamage();
        return NO_BATCH;
    }

    /// An offset that no batch has which begins before `position`, not far behind; or
    /// [Long#MAX_VALUE].
    long offsetBound(LogFile file, int position) throws IOException {
        SegmentIndexes current = growing;
        long entry = OffsetIndex.NONE;
        if (current == null) {
            entry = sealed.ceiling(file, position, sealedBytes);
        } else if (current.ceilingMayBeInFile(position)) {
            entry = sealed.ceiling(file, position, Integer.MAX_VALUE);
        }
        if (entry == OffsetIndex.NONE && current != null) {
            entry = current.ceiling(position);
        }
        return entry == OffsetIndex.NONE
                ? Long.MAX_VALUE
                : baseOffset() + OffsetIndex.relativeOffset(entry);
    }

    /// The batches from one's start on.
    BatchCursor cursor(LogFile file, int from, int limit, int bufferBytes) {
        return new BatchCursor(file, baseOffset(), from, limit, bufferBytes, holes);
    }

    /// From now on these parts of the file are passed over.
    void avoid(Damage damage) {
        holes = damage;
        sealed.avoid(damage);
    }

    /// Whether a part of it is known to be damaged.
    boolean isDamaged() {
        return !holes.isEmpty();
    }

    /// Where the batches end, of the first `limit` bytes, that come before the first damage at
    /// `offset` or behind.
    int endBefore(long offset, int limit) {
        return holes.endBefore(offset, limit);
    }

    /// Where the next damaged bytes begin behind a batch, or the limit.
    int nextDamage(int position, int limit) {
        return holes.nextPosition(position, limit);
    }

    /// The offset behind the last batch of a sealed segment. Reads the batches behind the last
    /// entry of the index.
    long endOffset(LogFile file) throws IOException {
        long hint = sealed.floor(file, Integer.MAX_VALUE, sealedBytes);
        int from = hint == OffsetIndex.NONE ? 0 : OffsetIndex.position(hint);
        BatchCursor batches = cursor(file, from, sealedBytes, BatchCursor.SCAN_BYTES);
        long end = baseOffset();
        while (batches.next()) {
            end = batches.batch().nextOffset();
        }
        batches.refuseDamage();
        return end;
    }

    /// [#maxTimestamp] without a look at the files; or [SealedIndexes#UNKNOWN].
    long knownMaxTimestamp() {
        SegmentIndexes current = growing;
        return current == null ? sealed.knownMaxTimestamp(sealedBytes) : current.maxTimestamp();
    }

    /// The largest timestamp in the segment, or [RecordBatch#NO_TIMESTAMP].
    long maxTimestamp(LogFile file) throws IOException {
        SegmentIndexes current = growing;
        return current == null ? sealed.maxTimestamp(file, sealedBytes) : current.maxTimestamp();
    }

    /// The last entry of the time index that is not above, or [TimeIndex#NONE]; to be compared with
    /// the batch it names.
    TimeIndex timeFloor(long timestamp) throws IOException {
        writeIndexes();
        return sealed.floor(timestamp);
    }

    /// Writes the index entries that are in memory only, if there are many.
    void writeManyIndexes() throws IOException {
        SegmentIndexes current = growing;
        if (current != null) {
            current.writeMany();
        }
    }

    /// Writes the index entries that are in memory only.
    void writeIndexes() throws IOException {
        SegmentIndexes current = growing;
        if (current != null) {
            current.write();
        }
    }

    /// Ends the segment at `bytes`: what lies behind is cut, the indexes are completed and leave
    /// memory.
    ///
    /// @return whether anything was cut
    boolean seal(int bytes) throws IOException {
        boolean longer = cut(bytes);
        end(bytes);
        return longer;
    }

    /// As [#seal], but for the room that was made ahead: whoever forces the segment first cuts it.
    /// An append that waits for this does not wait for the file system's journal then.
    void end(int bytes) throws IOException {
        SegmentIndexes ended = indexes();
        ended.finish();
        sealed.know(ended.maxTimestamp());
        sealedBytes = bytes;
        recent = null;
        growing = null;
        extent.ended();
    }

    /// Cuts what [#end] left, unless the segment is active again.
    ///
    /// @return how often the segment has ended, of what a force that follows makes last: if it ends
    ///   behind this, that does not count
    private int cutRest(SharedFile shared) throws IOException {
        synchronized (extent) {
            if (growing == null && extent.fileBytes() > sealedBytes) {
                var _ = extent.cut(shared, sealedBytes);
            }
            return extent.ends();
        }
    }

    /// Makes the segment active again, with what it holds up to a mark; what is behind is left in
    /// the file. Reads the batches behind the last index entry.
    ///
    /// @return the mark, with what was not known of it
    Mark resume(Mark mark, int intervalBytes, Clock clock) throws IOException {
        int bytes = mark.position();
        SharedFile shared = using();
        try {
            age.resume(shared.file(), bytes, clock);
            SealedIndexes checked = new SealedIndexes(files, paths);
            checked.avoid(holes);
            SegmentIndexes read = checked.resume(shared.file(), mark, intervalBytes);
            extent.resumedAt(bytes);
            recent = new RecentBatches();
            sealed = checked;
            synchronized (extent) {
                growing = read;
            }
            return new Mark(
                    mark.offset(),
                    baseOffset(),
                    bytes,
                    mark.lastBatchBytes(),
                    mark.lastBatchCrc(),
                    read.maxTimestamp(),
                    read.maxTimestampOffset());
        } finally {
            shared.release();
        }
    }

    /// Whether a power cut takes none of the first `bytes`, brings back nothing that was cut, and
    /// leaves no part of an index that seems to be all of it.
    boolean isForced(int bytes) {
        return extent.isForced(bytes);
    }

    /// Makes what is in the file survive a power cut; of a sealed segment the indexes too.
    void force() throws IOException {
        SharedFile shared = acquire();
        if (shared == null) {
            return;
        }
        try {
            int before = cutRest(shared);
            shared.force();
            if (growing == null) {
                paths.forceIndexes(files);
            }
            extent.endsForced(before);
        } finally {
            shared.release();
        }
    }

    /// Notes that the first `bytes` survive a power cut.
    void forced(int bytes) {
        extent.forced(bytes);
    }

    /// See [LogFile#writeBack]; of the batches that are not forced.
    boolean writeBack(int bytes) throws IOException {
        return extent.writeBack(bytes);
    }

    /// How far the file reaches, if that is behind the batches.
    int fileBytes() {
        return extent.fileBytes();
    }

    /// See [SegmentExtent#extend]. The log's writer's.
    void extend(int bytes, boolean fast) throws IOException {
        extent.extend(bytes, fast);
    }

    /// How far zeros were written, if that is behind the batches.
    int zeroedBytes() {
        return extent.zeroedBytes();
    }

    /// Writes zeros where batches are going to be. The log's writer's.
    void writeZeros(int position, int bytes) throws IOException {
        extent.writeZeros(position, bytes);
    }

    /// See [LogFile#writeBack]; of the zeros behind the first `bytes`.
    void writeBackZeros(int bytes) throws IOException {
        extent.writeBackZeros(bytes);
    }

    /// Cuts the file, not the indexes.
    ///
    /// @return whether it was longer
    boolean cut(int bytes) throws IOException {
        return extent.cut(bytes);
    }

    /// Whether the offset and the time index under its names are this segment's: not while its
    /// files lie beside those it replaces, and not once it is retired.
    boolean ownsIndexFiles() {
        return sealed.own();
    }

    /// Does what gives the segment's files their own names, while nobody opens them.
    ///
    /// @return what [SegmentSwap#rename] does
    Map<Long, Path> named(SegmentSwap swap) throws IOException {
        synchronized (files.naming) {
            Map<Long, Path> leftovers = file.named(swap, paths.log());
            sealed.named(paths);
            return leftovers;
        }
    }

    /// From now on nobody gets the file; it is closed when those who have it are done.
    void retire() {
        sealed.leaveFiles();
        file.retire();
    }

    /// Its file was removed by somebody else: nobody gets it, and what was in it is lost.
    void gone() {
        age.gone();
        retire();
    }

    /// Whether somebody has the file of a retired segment, or may have that of another.
    boolean isInUse() {
        return file.isInUse();
    }

    /// Unlinks the files of a retired segment.
    void unlink() throws IOException {
        paths.unlink(files);
    }

    /// Unlinks the files of a retired segment that was never given their names.
    void unlinkBeside() throws IOException {
        paths.beside().unlink(files);
    }

    /// Takes a retired segment's name from it, so that the same offsets can be written again.
    void unname(String suffix) throws IOException {
        paths.unlinkIndexes(files);
        files.rename(paths.log(), paths.path(SegmentPaths.LOG + suffix));
    }

    private long floor(LogFile file, int relative, int limit) throws IOException {
        SegmentIndexes current = growing;
        if (current == null) {
            return sealed.floor(file, relative, sealedBytes);
        }
        long entry = current.floor(relative);
        if (entry == OffsetIndex.NONE && current.hasMoreInFile()) {
            entry = sealed.floorInFile(file, relative);
            if (entry != OffsetIndex.NONE
                    && !SealedIndexes.isBatch(file, baseOffset(), entry, limit)) {
                LOG.warn("{}: the index is wrong at {}", paths.log(), entry);
                return OffsetIndex.NONE;
            }
        }
        return entry;
    }

    private SegmentIndexes indexes() {
        SegmentIndexes current = growing;
        if (current == null) {
            throw new IllegalStateException(paths.log() + " is sealed");
        }
        return current;
    }
}

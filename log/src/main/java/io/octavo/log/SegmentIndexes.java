package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/// The indexes of a segment that grows: by Kafka's rule, so that the files are Kafka's byte for
/// byte. A batch that begins more than the interval behind the last indexed one gets an entry in
/// the offset index; at the same moment the largest timestamp so far gets one in the time index, if
/// it is new; and once more at the end. Both files exist or neither does.
///
/// One thread adds batches, any thread looks up and writes to the files.
final class SegmentIndexes {
    private final LogFiles files;
    private final SegmentPaths paths;
    private final IndexTail offsets;
    private final IndexTail times;

    /// The entry the files ended with when this was made.
    private final long lastRead;

    private int bytesSinceEntry;
    private long maxTimestampWritten;
    private int maxTimestampAt;
    private volatile long maxTimestamp;

    private SegmentIndexes(LogFiles files, SegmentPaths paths) {
        this(files, paths, 0, OffsetIndex.NONE, 0, TimeIndex.NONE);
    }

    private SegmentIndexes(
            LogFiles files,
            SegmentPaths paths,
            int offsets,
            long lastOffset,
            int times,
            TimeIndex lastTime) {
        this.files = files;
        this.paths = paths;
        this.offsets = new IndexTail(Integer.BYTES, offsets);
        this.times = new IndexTail(Long.BYTES, times);
        lastRead = lastOffset;
        maxTimestamp = lastTime.timestamp();
        maxTimestampWritten = lastTime.timestamp();
        maxTimestampAt = lastTime.relativeOffset();
    }

    static SegmentIndexes empty(LogFiles files, SegmentPaths paths) {
        return new SegmentIndexes(files, paths);
    }

    /// What the files say about the batches that begin before `position`, which is all they say
    /// from now on; empty when one of them is missing. The batches from [#lastRead()] on are to be
    /// added.
    static SegmentIndexes read(LogFiles files, SegmentPaths paths, int position)
            throws IOException {
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.WRITE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.WRITE)) {
            int offsets = OffsetIndex.countBefore(offsetFile, position);
            long last = offsets == 0 ? OffsetIndex.NONE : OffsetIndex.read(offsetFile, offsets - 1);
            int times =
                    offsets == 0
                            ? 0
                            : TimeIndex.countUpTo(timeFile, OffsetIndex.relativeOffset(last));
            TimeIndex time = times == 0 ? TimeIndex.NONE : TimeIndex.read(timeFile, times - 1);
            offsetFile.truncate((long) offsets * OffsetIndex.ENTRY_BYTES);
            timeFile.truncate((long) times * TimeIndex.ENTRY_BYTES);
            return new SegmentIndexes(files, paths, offsets, last, times, time);
        } catch (NoSuchFileException absent) {
            return empty(files, paths);
        }
    }

    /// The last entry of the offset index that was in the file at first, or [OffsetIndex#NONE].
    long lastRead() {
        return lastRead;
    }

    /// The largest timestamp added, or [RecordBatch#NO_TIMESTAMP].
    long maxTimestamp() {
        return maxTimestamp;
    }

    /// The last entry of the offset index that is not above; [OffsetIndex#NONE] when it is not in
    /// memory.
    long floor(int relativeOffset) {
        return offsets.floor(relativeOffset);
    }

    /// Whether the file has entries that are not in memory.
    boolean hasMoreInFile() {
        return offsets.hasMoreInFile();
    }

    /// Adds a batch that begins at `position`, behind all others.
    void add(RecordBatch batch, int position, int intervalBytes) {
        int last = noteTimestamp(batch);
        if (bytesSinceEntry > intervalBytes) {
            offsets.append(last, position);
            addTime();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += batch.sizeBytes();
    }

    /// Adds the batch that [#lastRead()] names.
    void addIndexed(RecordBatch batch) {
        noteTimestamp(batch);
        bytesSinceEntry = batch.sizeBytes();
    }

    /// Whether one more batch might make one of the files larger than `bytesMax`; the time index
    /// keeps room for its last entry.
    boolean isFull(int bytesMax) {
        return offsets.count() >= bytesMax / OffsetIndex.ENTRY_BYTES
                || times.count() >= bytesMax / TimeIndex.ENTRY_BYTES - 1;
    }

    /// Writes the entries that are not in the files yet.
    void write() throws IOException {
        if (offsets.isWritten() && times.isWritten()) {
            return;
        }
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.CREATE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.CREATE)) {
            offsets.writeTo(offsetFile);
            times.writeTo(timeFile);
        }
    }

    /// Ends both indexes, with the largest timestamp of all as the last entry, and both files.
    void finish() throws IOException {
        addTime();
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.CREATE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.CREATE)) {
            offsets.writeTo(offsetFile);
            times.writeTo(timeFile);
            offsetFile.truncate((long) offsets.count() * OffsetIndex.ENTRY_BYTES);
            timeFile.truncate((long) times.count() * TimeIndex.ENTRY_BYTES);
        }
    }

    private int noteTimestamp(RecordBatch batch) {
        int last = (int) (batch.lastOffset() - paths.baseOffset());
        if (batch.maxTimestamp() > maxTimestamp) {
            maxTimestampAt = last;
            maxTimestamp = batch.maxTimestamp();
        }
        return last;
    }

    private void addTime() {
        if (maxTimestamp > maxTimestampWritten) {
            times.append(maxTimestamp, maxTimestampAt);
            maxTimestampWritten = maxTimestamp;
        }
    }
}

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
    /// Entries that may wait in memory, and how much of the segment may be behind the last one in
    /// the file: what is not in the file is read again when the log is opened, and that is cheaper
    /// than two files opened each second for every log that grows.
    private static final int WAITING_ENTRIES_MAX = 64;

    private static final int WAITING_BYTES_MAX = 256 << 10;

    private final LogFiles files;
    private final SegmentPaths paths;
    private final IndexTail offsets;
    private final IndexTail times;

    /// The entries the files ended with when this was made.
    private final long lastOffset;

    private final TimeIndex lastTime;

    private int bytesSinceEntry;

    /// Where the batch of the last entry begins, and of the last one in the file.
    private volatile int lastPosition;

    private volatile int writtenPosition;
    private long maxTimestampWritten;
    private int maxTimestampAt;
    private volatile long maxTimestamp;

    private SegmentIndexes(
            LogFiles files, SegmentPaths paths, IndexTail offsets, IndexTail times, Last last) {
        this.files = files;
        this.paths = paths;
        this.offsets = offsets;
        this.times = times;
        lastOffset = last.offset;
        lastTime = last.time;
        maxTimestamp = lastTime.timestamp();
        maxTimestampWritten = lastTime.timestamp();
        maxTimestampAt = lastTime.relativeOffset();
    }

    private record Last(long offset, TimeIndex time) {}

    static SegmentIndexes empty(LogFiles files, SegmentPaths paths) {
        return new SegmentIndexes(
                files,
                paths,
                new IndexTail(Integer.BYTES, 0),
                new IndexTail(Long.BYTES, 0),
                new Last(OffsetIndex.NONE, TimeIndex.NONE));
    }

    /// What the files say about the batches before a mark, which is all they say from now on; empty
    /// when one of them is missing. The batches from [#lastOffset()] on are to be added.
    static SegmentIndexes read(LogFiles files, SegmentPaths paths, Mark mark) throws IOException {
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.WRITE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.WRITE)) {
            int offsets = OffsetIndex.countBefore(offsetFile, mark.position());
            int times = 0;
            if (offsets > 0) {
                int last = OffsetIndex.relativeOffset(OffsetIndex.read(offsetFile, offsets - 1));
                times = TimeIndex.countUpTo(timeFile, last);
            }
            TimeIndex time = times == 0 ? TimeIndex.NONE : TimeIndex.read(timeFile, times - 1);
            if (mark.maxTimestamp() == Mark.UNKNOWN || mark.maxTimestamp() > time.timestamp()) {
                // Entries of the time index may be missing behind this one, and would be missed
                // later: go back to the entry of the offset index that came with it.
                int before = OffsetIndex.countUpTo(offsetFile, time.relativeOffset() - 1);
                offsets = times == 0 ? 0 : Math.min(before + 1, offsets);
            }
            long offset =
                    offsets == 0 ? OffsetIndex.NONE : OffsetIndex.read(offsetFile, offsets - 1);
            offsetFile.truncate((long) offsets * OffsetIndex.ENTRY_BYTES);
            timeFile.truncate((long) times * TimeIndex.ENTRY_BYTES);
            return new SegmentIndexes(
                    files,
                    paths,
                    new IndexTail(Integer.BYTES, offsets),
                    new IndexTail(Long.BYTES, times),
                    new Last(offset, time));
        } catch (NoSuchFileException absent) {
            return empty(files, paths);
        }
    }

    /// The last entry that was in the offset index at first, or [OffsetIndex#NONE].
    long lastOffset() {
        return lastOffset;
    }

    /// The last entry that was in the time index at first, or [TimeIndex#NONE].
    TimeIndex lastTime() {
        return lastTime;
    }

    /// Takes what is known of the largest timestamp so far instead of what the time index says.
    void know(Mark mark) {
        if (mark.maxTimestamp() != Mark.UNKNOWN) {
            maxTimestampAt = (int) (mark.maxTimestampOffset() - paths.baseOffset());
            maxTimestamp = mark.maxTimestamp();
        }
    }

    /// The last offset of the first batch that has the largest timestamp.
    long maxTimestampOffset() {
        return paths.baseOffset() + maxTimestampAt;
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

    /// The first entry of the offset index, of those in memory, whose batch does not begin before
    /// `position`; or [OffsetIndex#NONE].
    long ceiling(int position) {
        return offsets.ceiling(position);
    }

    /// Whether one that is only in the file may be before that.
    boolean ceilingMayBeInFile(int position) {
        return offsets.mayBeInFile(position);
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
            lastPosition = position;
            addTime();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += batch.sizeBytes();
    }

    /// Adds the batch that [#lastOffset()] names.
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

    /// Writes the entries that are not in the files yet, if there are many.
    void writeMany() throws IOException {
        if (offsets.unwritten() >= WAITING_ENTRIES_MAX
                || lastPosition - writtenPosition >= WAITING_BYTES_MAX) {
            write();
        }
    }

    /// Writes the entries that are not in the files yet.
    void write() throws IOException {
        if (offsets.isWritten() && times.isWritten()) {
            return;
        }
        int position = lastPosition;
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.CREATE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.CREATE)) {
            offsets.writeTo(offsetFile);
            times.writeTo(timeFile);
        }
        writtenPosition = position;
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

    /// Ends and forces both files.
    void finishForced() throws IOException {
        finish();
        try (LogFile offsetFile = files.open(paths.offsetIndex(), LogFiles.Mode.WRITE);
                LogFile timeFile = files.open(paths.timeIndex(), LogFiles.Mode.WRITE)) {
            offsetFile.force();
            timeFile.force();
        }
    }

    /// Gives both files the names of others that they replace.
    void replace(SegmentPaths others) throws IOException {
        files.rename(paths.offsetIndex(), others.offsetIndex());
        files.rename(paths.timeIndex(), others.timeIndex());
    }

    private int noteTimestamp(RecordBatch batch) {
        int last = (int) (batch.lastOffset() - paths.baseOffset());
        // What compaction left without records says when its producer last wrote: no record's time.
        if (batch.maxTimestamp() > maxTimestamp && batch.count() > 0) {
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

package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Where a segment's timestamps are, sparse: Kafka's `.timeindex`, big endian.
///
/// ```
/// timestamp i64 | relative offset i32       the largest timestamp so far, and the last offset
///                                           - base offset of the batch that brought it
/// ```
///
/// Timestamps rise strictly. This is one entry; an index that grows is an [IndexTail].
///
/// @param relativeOffset 0 where there is no entry: the segment's start
record TimeIndex(long timestamp, int relativeOffset) {
    static final int ENTRY_BYTES = 12;

    /// Where there is no entry.
    static final TimeIndex NONE = new TimeIndex(RecordBatch.NO_TIMESTAMP, 0);

    /// The last entry of a file whose timestamp is not above: nothing before the batch it names has
    /// a larger timestamp.
    static TimeIndex floor(LogFile file, long timestamp) throws IOException {
        int above =
                EntrySearch.countBefore(entries(file), i -> read(file, i).timestamp <= timestamp);
        return above == 0 ? NONE : read(file, above - 1);
    }

    /// How many entries of a file name batches that end by an offset.
    static int countUpTo(LogFile file, int relativeOffset) throws IOException {
        return EntrySearch.countBefore(
                entries(file), i -> read(file, i).relativeOffset <= relativeOffset);
    }

    static int entries(LogFile file) throws IOException {
        return (int) (file.sizeBytes() / ENTRY_BYTES);
    }

    /// Entry number `i` of a file.
    static TimeIndex read(LogFile file, int i) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        file.read(entry, (long) i * ENTRY_BYTES);
        return new TimeIndex(entry.getLong(0), entry.getInt(Long.BYTES));
    }
}

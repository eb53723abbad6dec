package io.octavo.log;

import io.octavo.protocol.wire.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Bytes of one segment, from the start of a batch; the last batch may be cut, as in Kafka. The
/// segment's file stays readable until the slice is released, whatever happens to the segment.
/// Whoever got the slice has it once and releases it once; further users retain it. Safe for any
/// thread.
public final class LogSlice implements ReadResult, Records {
    private final SharedFile file;
    private final Segment segment;
    private final int position;
    private final int sizeBytes;
    private final int segmentBytes;
    private final boolean ofActive;
    private final long offsetEnd;
    private @Nullable LogDamage damage;
    private boolean fresh;

    /// @param file the segment's
    /// @param segmentBytes how many the segment has, at least; those stay as they are
    /// @param ofActive whether the segment is the one that grows
    /// @param offsetEnd no record in it has this offset or a larger one
    LogSlice(
            SharedFile file,
            Segment segment,
            int position,
            int sizeBytes,
            int segmentBytes,
            boolean ofActive,
            long offsetEnd) {
        this.file = file;
        this.segment = segment;
        this.offsetEnd = offsetEnd;
        this.position = position;
        this.sizeBytes = sizeBytes;
        this.segmentBytes = segmentBytes;
        this.ofActive = ofActive;
    }

    /// Before anybody else sees the slice.
    ///
    /// @param damage hears of it when a part of the slice cannot be read
    /// @param freshFrom what lies behind this in the active segment was appended so lately that it
    ///   is in memory
    void ofLog(LogDamage damage, int freshFrom) {
        this.damage = damage;
        fresh = ofActive && position >= freshFrom;
    }

    /// An offset behind all records in the slice; maybe that of the segment's end.
    long offsetEnd() {
        return offsetEnd;
    }

    /// Whether it ends with its segment, although records are in the next below this offset.
    public boolean endsBefore(long endExclusive) {
        return offsetEnd < endExclusive;
    }

    /// The same, not far behind, as far as that is in memory.
    ///
    /// @param waits whether the disk may be waited for
    /// @throws ColdRead when it must not be, and would have to
    long offsetBound(boolean waits) throws IOException {
        LogFile reads = waits ? file.file() : file.cachedReads();
        return Math.min(offsetEnd, segment.offsetBound(reads, position + sizeBytes));
    }

    /// What sendfile reads from; null where files are not the machine's own. Not to be closed.
    public @Nullable FileChannel channel() {
        return file.file().channel();
    }

    /// Where the slice begins in the file.
    public long position() {
        return position;
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    /// Whether a part of the slice can be read without waiting for the disk, see
    /// [LogFile#isCached].
    public boolean isCached(int from, int bytes) {
        return fresh || file.file().isCached((long) position + from, bytes);
    }

    /// Whether batches of the segment from a place in the slice on, or behind it, are in memory; by
    /// the last byte of so many, or of what the segment has.
    public boolean isCachedAhead(int from, int bytes) {
        long begin = (long) position + from;
        long end = Math.min(begin + bytes, segmentBytes);
        return fresh || end <= begin || file.file().isCached(end - 1, 1);
    }

    /// Has the system bring a part of the slice into memory, or of what lies behind it in the
    /// segment; blocks. Bytes that are not there are left out.
    ///
    /// @param scratch may be overwritten; as much is read as it has room for
    public void readAhead(ByteBuffer scratch, int from) throws IOException {
        long begin = (long) position + from;
        int bytes = Math.clamp(segmentBytes - begin, 0, scratch.remaining());
        if (bytes > 0 && !file.file().load(begin, bytes, 0)) {
            var _ = readAt(scratch.limit(scratch.position() + bytes), begin);
        }
    }

    /// Reads from `from` bytes behind the slice's start until the buffer is full or the slice ends.
    public void read(ByteBuffer into, int from) throws IOException {
        int wanted = Math.min(into.remaining(), sizeBytes - from);
        ByteBuffer part = into.slice(into.position(), wanted);
        int got = readAt(part, (long) position + from);
        if (got < wanted) {
            throw suspected(
                    new DamagedLog(
                            file.file().path()
                                    + " ends at "
                                    + ((long) position + from + got)
                                    + ", before "
                                    + ((long) position + from + wanted),
                            segment.baseOffset()));
        }
        into.position(into.position() + wanted);
    }

    private int readAt(ByteBuffer into, long at) throws IOException {
        try {
            return file.file().read(into, at);
        } catch (IOException met) {
            throw suspected(met);
        }
    }

    /// The system could not send a part of the slice, whether for the peer's sake or for the
    /// disk's, which it then tells of. The slice may be released.
    public void notSent(@Nullable Throwable why) {
        if (why instanceof IOException met
                && SystemError.tellsOf(met.getMessage(), SystemError.BROKEN_DISK)) {
            var _ = suspected(new DamagedLog(file.file().path(), position, met));
        }
    }

    /// Headers are read before there is a slice: what is wrong in the middle of a batch is met
    /// here.
    private IOException suspected(IOException met) {
        LogDamage hears = damage;
        if (hears != null) {
            hears.suspected(met);
        }
        return met;
    }

    /// A copy of all of it, on the heap.
    public ByteBuffer toBytes() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(sizeBytes);
        read(bytes, 0);
        return bytes.flip();
    }

    /// One user more.
    public void retain() {
        if (!file.retain()) {
            throw new IllegalStateException(file.file().path() + " retained after its last use");
        }
    }

    /// One user less; after the last the slice must not be used.
    public void release() {
        file.release();
    }

    @Override
    public String toString() {
        return file.file().path() + "[" + position + ", " + ((long) position + sizeBytes) + ")";
    }
}

package io.octavo.log;

import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the segment that takes the place of several, beside them. For one thread; closed, it
/// leaves nothing behind unless it was finished.
///
/// What is known of aborted transactions stays with their markers: a reader who is told to skip
/// what a producer wrote does so until it meets one.
final class SegmentCopy implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final OpenFiles files;
    private final List<Segment> replaced;
    private final SegmentPaths paths;
    private final SegmentPaths beside;
    private final int intervalBytes;
    private final AbortedTransactions aborted;
    private final SegmentIndexes indexes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /// Offsets of the markers copied that abort, where a segment has aborted transactions.
    private final @Nullable Set<Long> markers;

    private @Nullable LogFile file;
    private int bytes;
    private boolean finished;

    /// @param replaced neighbours, by base offset
    /// @param aborted the log's
    SegmentCopy(
            OpenFiles files, List<Segment> replaced, int intervalBytes, AbortedTransactions aborted)
            throws IOException {
        this.files = files;
        this.aborted = aborted;
        this.replaced = replaced;
        this.intervalBytes = intervalBytes;
        paths = replaced.getFirst().paths();
        beside = paths.beside();
        markers = replaced.stream().anyMatch(aborted::has) ? new HashSet<>() : null;
        indexes = SegmentIndexes.empty(files, beside);
        file = files.open(beside.log(), LogFiles.Mode.CREATE);
        file.truncate(0);
    }

    /// Appends a batch; its bytes are the caller's again.
    ///
    /// @return whether there was room for it
    boolean append(RecordBatch batch) throws IOException {
        int size = batch.sizeBytes();
        if (size > Integer.MAX_VALUE - bytes) {
            return false;
        }
        indexes.add(batch, bytes, intervalBytes);
        if (batch.isControl() && batch.count() > 0 && markers != null) {
            EndMarker marker = EndMarker.read(batch);
            if (marker != null && !marker.commits()) {
                markers.add(batch.baseOffset());
            }
        }
        if (size > buffer.remaining()) {
            flush();
        }
        if (size > buffer.remaining()) {
            open().write(batch.bytes(), bytes);
        } else {
            buffer.put(batch.bytes());
        }
        bytes += size;
        return true;
    }

    int bytes() {
        return bytes;
    }

    /// Makes the files survive a power cut, all but their names.
    Segment finish() throws IOException {
        flush();
        keepTime();
        open().force();
        closeFile();
        indexes.finish();
        force(beside.offsetIndex());
        force(beside.timeIndex());
        copyAborted();
        finished = true;
        return Segment.beside(files, paths, bytes, indexes.maxTimestamp());
    }

    @Override
    public void close() throws IOException {
        closeFile();
        if (!finished) {
            files.delete(beside.log());
            for (Path index : beside.indexes()) {
                files.delete(index);
            }
        }
    }

    private void flush() throws IOException {
        int from = bytes - buffer.flip().remaining();
        open().write(buffer, from);
        buffer.clear();
    }

    /// The copy is as old as the youngest of those it replaces. Where timestamps say nothing
    /// retention goes by that ([SegmentAge]), which must not begin anew with each pass.
    private void keepTime() throws IOException {
        long latestMs = 0;
        for (Segment old : replaced) {
            try {
                latestMs = Math.max(latestMs, old.age().modifiedMs());
            } catch (NoSuchFileException removed) {
                // Meanwhile: the copy is not published then.
            }
        }
        files.backdate(beside.log(), latestMs);
    }

    private void copyAborted() throws IOException {
        files.delete(beside.transactionIndex());
        TransactionIndex index = TransactionIndex.empty(paths.baseOffset());
        Set<Long> copied = markers == null ? Set.of() : markers;
        for (Segment old : replaced) {
            for (AbortedTransaction one :
                    aborted.of(old, each -> copied.contains(each.lastOffset()))) {
                index = index.with(one);
            }
        }
        if (index.unwritten() > 0) {
            index.writeTo(files, beside.transactionIndex());
        }
        aborted.copied(index.noted());
    }

    private void force(Path path) throws IOException {
        try (LogFile index = files.open(path, LogFiles.Mode.WRITE)) {
            index.force();
        } catch (NoSuchFileException absent) {
            throw new IllegalStateException(path + " was just written", absent);
        }
    }

    private LogFile open() {
        if (file == null) {
            throw new IllegalStateException(beside.log() + " is finished");
        }
        return file;
    }

    private void closeFile() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}

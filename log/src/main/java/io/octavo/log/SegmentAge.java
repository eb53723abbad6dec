package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How old one segment is: since when it is appended to, and when its latest record was made. The
/// log's writer begins it, any thread asks.
final class SegmentAge {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentAge.class);

    private final Segment segment;
    private final SegmentFile file;

    /// In terms of the monotonic clock; 0 until the segment is active.
    private volatile long bornMs;

    /// Whether the segment is damaged, so that its timestamps cannot be known.
    private volatile boolean undated;

    /// Whether its file was removed by somebody else.
    private volatile boolean gone;

    SegmentAge(Segment segment, SegmentFile file) {
        this.segment = segment;
        this.file = file;
    }

    /// The segment is new.
    ///
    /// @param nowMs the monotonic clock's time
    void begin(long nowMs) {
        bornMs = nowMs;
    }

    /// The segment goes on: it is as old as its first record says, for want of a better witness.
    void resume(LogFile batches, int bytes, Clock clock) throws IOException {
        BatchCursor first = segment.cursor(batches, 0, bytes, RecordBatch.HEADER_BYTES);
        boolean dated = first.next() && first.batch().maxTimestamp() > RecordBatch.NO_TIMESTAMP;
        long ageMs = dated ? Math.max(clock.wallMs() - first.batch().maxTimestamp(), 0) : 0;
        bornMs = clock.millis() - ageMs;
    }

    /// The file is gone, and what was in it.
    void gone() {
        gone = true;
    }

    /// When the segment began, in terms of the monotonic clock.
    long bornMs() {
        return bornMs;
    }

    /// When the segment's file was written to last.
    ///
    /// @throws java.nio.file.NoSuchFileException when it was removed
    long modifiedMs() throws IOException {
        return file.modifiedMs();
    }

    /// When the segment's latest record was made, by its timestamp; by the file's time where that
    /// says nothing: there is none, it lies in the future, or the segment is damaged. Now, if the
    /// segment was removed; 0, if its file is gone.
    long latestMs(long nowMs) throws IOException {
        if (gone) {
            return 0;
        }
        if (!undated) {
            SharedFile shared = segment.acquire();
            if (shared == null) {
                return nowMs;
            }
            try {
                long latest = segment.maxTimestamp(shared.file());
                if (latest > RecordBatch.NO_TIMESTAMP && latest <= nowMs) {
                    return latest;
                }
            } catch (DamagedLog damage) {
                LOG.warn(
                        "{} counts by the time of its file: {}",
                        segment.paths().log(),
                        damage.getMessage());
                undated = true;
            } finally {
                shared.release();
            }
        }
        return modifiedMs();
    }
}

package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;

/// Cuts a log's end off, in an order in which a crash at any point leaves a log that was: first
/// nobody sees the end any more, then the checkpoint knows for good that it is not durable, then
/// the producers' states behind the cut go for good, then the batches, for good too.
final class Truncation {
    private final Log log;
    private final LogView before;

    private Truncation(Log log, LogView before) {
        this.log = log;
        this.before = before;
    }

    /// See [Log#truncate]; `toOffset` lies in the log.
    static void run(Log log, LogView before, long toOffset) throws IOException {
        new Truncation(log, before).run(toOffset);
    }

    private void run(long toOffset) throws IOException {
        log.upkeep().forceStart();
        log.upkeep().finishSwap();
        log.snapshots().write(log.durableEnd());
        int last = before.floor(toOffset);
        Segment segment = before.segment(last);
        Mark end = end(segment, toOffset, before.startOffset(), before.bytes(last));
        log.compacted().cut(end.offset());
        LogView after = before.endingAt(end, last + 1);
        log.segments().become(after);
        try {
            follow(after, end, last);
        } catch (IOException e) {
            // What readers see is not what the files and the producers' states are.
            throw log.directory().fail(e);
        }
    }

    /// Brings all that the log is made of to where it ends by now.
    private void follow(LogView after, Mark end, int last) throws IOException {
        Segment segment = before.segment(last);
        log.durability().cutAt(end);
        log.epochs().truncateEnd(end.offset());
        var _ = log.upkeep().note();
        log.directory().checkpointFile().force();
        log.snapshots().removeAfter(end.offset());
        log.damage().keep(before.startOffset(), end.offset());
        segment.avoid(log.damage().known().of(segment.baseOffset()));
        for (int i = before.segments() - 1; i > last; i--) {
            before.segment(i).retire();
            before.segment(i).unlink();
        }
        segment.writeIndexes();
        segment.cut(end.position());
        // Or what is written next might be found behind what was there before.
        segment.force();
        if (last + 1 < before.segments()) {
            log.directory().files().forceDirectory(log.path());
        }
        Clock clock = log.directory().clock();
        Mark known = segment.resume(end, log.config().segments().indexIntervalBytes(), clock);
        log.segments().become(before.endingAt(known, last + 1));
        log.snapshots().write(log.durableEnd());
        log.producers().clear();
        ProducerReplay.run(log, after, false);
    }

    /// Where the segment ends when every batch with a record at `toOffset` or behind is gone.
    private static Mark end(Segment segment, long toOffset, long startOffset, int bytes)
            throws IOException {
        SharedFile file = segment.acquire();
        if (file == null) {
            throw new IllegalStateException(segment.paths().log() + " is gone");
        }
        try {
            int limit = segment.endBefore(toOffset, bytes);
            long batch = segment.batchAt(file.file(), toOffset, limit);
            if (batch == Segment.NO_BATCH) {
                return Mark.at(toOffset, segment.baseOffset(), limit);
            }
            int position = Segment.position(batch);
            BatchCursor first =
                    segment.cursor(file.file(), position, bytes, BatchCursor.LOOKUP_BYTES);
            if (!first.next()) {
                first.refuseDamage();
            }
            long offset = Math.max(first.batch().baseOffset(), startOffset);
            return Mark.at(Math.min(offset, toOffset), segment.baseOffset(), position);
        } finally {
            file.release();
        }
    }
}

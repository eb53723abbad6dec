package io.octavo.log;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of a log that nothing vouches for: verifies every batch, and ends the log where one is
/// not right. Nothing tells a torn end from one that rotted behind the mark, so it is kept aside.
///
/// What was found behind the mark is durable before anybody sees it. That a process was killed does
/// not say that its last force had worked; if it failed, the kernel may show pages as written that
/// are not on the disk, and would force them no more (ATC'20). So while the page cache may be the
/// one of the last run, what is behind the mark is written again.
///
/// What the disk cannot read is no torn end: it is damaged as far as something right follows.
final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);

    private final Log log;
    private final FoundSegments segments;
    private final boolean known;

    /// Where the log ends as far as it was looked at.
    private Mark end = Mark.startOf(0);

    /// @param known whether the checkpoint knows the log
    LogTail(Log log, FoundSegments segments, boolean known) {
        this.log = log;
        this.segments = segments;
        this.known = known;
    }

    /// Where the log ends, once it was verified.
    Mark end() {
        return end;
    }

    /// Verifies the batches from the mark on and finds the log's end.
    ///
    /// @return the mark, or the same offset in the segment that begins there
    /// @throws DamagedLog when the checkpoint does not know the log, and much of it is torn
    Mark verify(Mark trusted) throws IOException {
        List<Segment> all = segments.all();
        Mark from = trusted;
        int i = segments.indexOf(from.segment());
        if (i < 0 || all.get(i).sealedBytes() < from.position()) {
            from = Mark.startOf(trusted.offset());
            i = segments.indexOf(from.segment());
        }
        if (i < 0) {
            int before = 0;
            while (before < all.size() && all.get(before).baseOffset() < from.offset()) {
                before++;
            }
            segments.setAside(before, "what was durable before them is gone");
            begin(from.offset());
            return from;
        }
        end = from;
        while (verify(all.get(i)) && i + 1 < all.size()) {
            Segment next = all.get(i + 1);
            if (!mayFollow(next.baseOffset())) {
                segments.setAside(
                        i + 1, "segment " + next.baseOffset() + " follows " + end.offset());
                return from;
            }
            all.get(i).seal(end.position());
            end = Mark.startOf(next.baseOffset());
            i++;
        }
        segments.setAside(i + 1, "what is before them is torn");
        return from;
    }

    /// Has appends go to a segment of their own where the last one is damaged.
    void goOnBehindDamage() throws IOException {
        Segment last = segments.all().getLast();
        if (last.isDamaged() && end.position() > 0) {
            last.seal(end.position());
            begin(end.offset());
        }
    }

    /// Begins a segment at the log's end.
    private void begin(long offset) throws IOException {
        segments.begin(offset);
        end = Mark.startOf(offset);
    }

    /// Verifies a segment from where the log ends so far.
    ///
    /// @return whether it is good to its end, so that the log may go on in the next
    private boolean verify(Segment segment) throws IOException {
        end = resume(segment);
        int from = end.position();
        SharedFile file = segment.using();
        try {
            int bytes = segment.sealedBytes();
            String damage = verifyBatches(segment, file, from);
            if (damage == null) {
                end = end.position() == bytes ? end : moved(bytes);
                return true;
            }
            FileRest rest = new FileRest(file.file(), end.position(), bytes);
            if (isRoom(rest)) {
                segment.cut(end.position());
                return true;
            }
            cut(segment, rest, damage);
            return false;
        } finally {
            file.release();
        }
    }

    /// Verifies batches, passing over what the disk cannot read between them.
    ///
    /// @return why that ended before the segment does; null when it did not
    private @Nullable String verifyBatches(Segment segment, SharedFile file, int from)
            throws IOException {
        try {
            return verifyAll(segment, file, file.file(), from);
        } catch (DamagedLog unreadable) {
            avoidUnreadable(segment, unreadable);
            return verifyAll(segment, file, TolerantRead.of(file.file()), end.position());
        }
    }

    private @Nullable String verifyAll(Segment segment, SharedFile file, LogFile reads, int from)
            throws IOException {
        int bytes = segment.sealedBytes();
        BatchCursor batches = segment.cursor(reads, from, bytes, BatchCursor.SCAN_BYTES);
        while (batches.next() && follows(batches.batch()) && batches.isRight()) {
            rewrite(file, batches);
            note(segment, batches);
        }
        if (batches.position() == bytes) {
            return null;
        }
        String damage = batches.damage();
        return damage == null ? strange(batches) : damage;
    }

    /// Notes as damaged what lies between batches that are right. What lies behind the last of them
    /// is a torn end, whatever it is.
    private void avoidUnreadable(Segment segment, DamagedLog met) throws IOException {
        LOG.error("{}", met.getMessage());
        List<DamagedRange> found =
                log.damage().found(segment, segment.sealedBytes(), Long.MAX_VALUE);
        log.damage().add(found.stream().filter(range -> range.to() != Long.MAX_VALUE).toList());
        segment.avoid(log.damage().known().of(segment.baseOffset()));
    }

    private boolean isRoom(FileRest rest) throws IOException {
        try {
            boolean cached = known && log.directory().thisRun().cacheIsOfLastRun();
            return cached ? rest.seemsRoom() : rest.isRoom();
        } catch (DamagedLog unreadable) {
            return false;
        }
    }

    /// Makes a segment active; where that meets damage below the end, it is found first.
    private Mark resume(Segment segment) throws IOException {
        int intervalBytes = log.config().segments().indexIntervalBytes();
        try {
            return segment.resume(end, intervalBytes, log.directory().clock());
        } catch (DamagedLog met) {
            log.damage().add(log.damage().found(segment, end.position(), end.offset()));
            segment.avoid(log.damage().known().of(segment.baseOffset()));
            return segment.resume(end, intervalBytes, log.directory().clock());
        }
    }

    /// Whether a batch can be the one behind the log's end: epochs never decrease, but in what
    /// another broker wrote, which was looked at when it was adopted.
    private boolean follows(RecordBatch batch) {
        return mayFollow(batch.baseOffset())
                && (batch.leaderEpoch() >= log.epochs().latest()
                        || batch.baseOffset() < log.adoptedEnd());
    }

    /// Whether an offset can be the one behind the log's end: only damage and compaction take
    /// records from the middle of a log, and both say where.
    private boolean mayFollow(long offset) {
        return offset == end.offset()
                || offset == log.damage().known().skip(end.offset())
                || (offset > end.offset() && offset <= segments.sparseEnd());
    }

    /// What is not right with a batch that the cursor took for one.
    private String strange(BatchCursor batches) {
        RecordBatch batch = batches.batch();
        String what =
                follows(batch)
                        ? "a batch with a wrong CRC"
                        : batch
                                + " behind offset "
                                + end.offset()
                                + " of epoch "
                                + log.epochs().latest();
        return log.path() + " has " + what + " at " + batches.position();
    }

    private void rewrite(SharedFile file, BatchCursor batches) throws IOException {
        RecordBatch batch = batches.whole();
        if (batch != null && log.directory().thisRun().cacheMayBeOlder()) {
            file.write(batch.bytes(), batches.position());
        }
    }

    private void note(Segment segment, BatchCursor batches) {
        RecordBatch batch = batches.batch();
        segment.add(batch, batches.position(), log.config().segments().indexIntervalBytes());
        log.epochs().assign(batch.leaderEpoch(), batch.baseOffset());
        end = moved(batches.position()).behind(batch);
    }

    /// The end behind damage that comes next, if there is any.
    private Mark moved(int position) {
        return end.position() == position
                ? end
                : new Mark(
                        log.damage().known().skip(end.offset()),
                        end.segment(),
                        position,
                        0,
                        0,
                        end.maxTimestamp(),
                        end.maxTimestampOffset());
    }

    /// Takes a torn end off and keeps it. Of a log that the checkpoint does not know, no more is
    /// cut than is kept.
    private void cut(Segment segment, FileRest torn, String damage) throws IOException {
        LOG.warn("{}; cutting {} bytes behind offset {}", damage, torn.bytes(), end.offset());
        if (!known && torn.bytes() > FileRest.KEPT_BYTES_MAX) {
            throw new DamagedLog(damage + ", and nothing tells what was behind it");
        }
        String suffix = SegmentPaths.LOG + "." + torn.from() + FoundSegments.CUT;
        torn.keep(log.directory().files(), segment.paths().path(suffix));
        log.snapshots().removeAfter(end.offset());
        segment.cut(end.position());
        // Or what is written next might be found before what was cut.
        segment.force();
    }
}

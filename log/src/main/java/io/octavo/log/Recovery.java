package io.octavo.log;

import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens a log as the last run left it. What the checkpoint vouches for is not read; every batch
/// behind is verified, and where one is not right the log ends.
///
/// ```
///  |<------ vouched for ------>|<------- verified ------->|<- torn ->|<- 0 0 0 ->|
///  start                       mark                       end      kept as *.cut
/// ```
///
/// The mark is where the log was *durable*. Nothing below is ever cut: what is missing there, or
/// not right, is damaged ([Vouched], [LogDamage]), and the log goes on behind it, in a segment of
/// its own. Nothing tells a torn end from one that rotted behind the mark, so it is kept aside.
/// Zeros behind the end are room that was never written to.
///
/// What was found behind the mark is durable before anybody sees it. That a process was killed does
/// not say that its last force had worked; if it failed, the kernel may show pages as written that
/// are not on the disk, and would force them no more (ATC'20). So while the page cache may be the
/// one of the last run, what is behind the mark is written again.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /// Behind the name of what was cut.
    private static final String CUT = ".cut";

    /// How much of a torn end is kept; also how much may be cut of a log that the checkpoint does
    /// not know.
    private static final int CUT_BYTES_MAX = 64 << 20;

    private static final int COPY_BYTES = 1 << 20;

    private final Log log;
    private final OpenFiles files;
    private final Checkpoint.@Nullable Entry known;
    private final List<Segment> segments = new ArrayList<>();

    /// The replacement of segments that the last run did not finish; done now.
    private @Nullable SegmentSwap swap;

    /// Below this, offsets may be missing.
    private long sparseEnd;

    /// Where the log ends as far as it was looked at.
    private Mark end = Mark.startOf(0);

    /// @param known what the checkpoint says; null when it does not know the log
    Recovery(Log log, Checkpoint.@Nullable Entry known) {
        this.log = log;
        files = log.directory().files();
        this.known = known;
    }

    /// Brings the log into the state in which it goes on.
    ///
    /// @throws DamagedLog when the checkpoint does not know the log, and much of it is torn
    void run() throws IOException {
        List<String> names = finishSwap(files.list(log.path()));
        find(names);
        if (segments.isEmpty() && (known == null || known.written().offset() == 0)) {
            // Nothing of it was durable yet, not even its name.
            return;
        }
        log.damage().load();
        log.snapshots().found(names);
        Mark trusted =
                known == null ? Mark.startOf(segments.getFirst().baseOffset()) : trusted(known);
        if (known != null) {
            log.epochs().replace(known.epochs());
            log.epochs().truncateEnd(trusted.offset());
        }
        for (Segment segment : segments) {
            segment.avoid(log.damage().known().of(segment.baseOffset()));
        }
        Mark durable = verify(trusted);
        if (known == null) {
            takeEpochs();
        }
        goOnBehindDamage();
        log.snapshots().removeAfter(end.offset());
        long start = known == null ? durable.offset() : known.startOffset();
        log.damage().keep(start, end.offset());
        LogView view = new LogView(segments.toArray(new Segment[0]), start, end);
        log.durability().startAt(durable);
        log.durability().nameMade();
        log.become(view);
        if (swap != null) {
            log.upkeep().swapFound();
        }
        replay(view);
        log.dropBeforeStart();
        if (end.offset() > durable.offset()) {
            log.force();
        }
    }

    /// Where no checkpoint tells, the file of Kafka's format knows epochs of which compaction and
    /// retention have left no batch; it is believed where it agrees with the batches. One that has
    /// no batch yet is as good as not there.
    private void takeEpochs() throws IOException {
        List<EpochHistory.Epoch> read = new ArrayList<>(EpochHistory.readKafka(files, log.path()));
        // The file is not forced with the batches: an epoch that begins at the end has none.
        read.removeIf(epoch -> epoch.startOffset() == end.offset());
        List<EpochHistory.Epoch> seen = log.epochs().entries();
        if (read.isEmpty() || seen.isEmpty() || read.getLast().startOffset() > end.offset()) {
            return;
        }
        int agreed = 0;
        for (EpochHistory.Epoch epoch : read) {
            EpochHistory.Epoch same = null;
            for (EpochHistory.Epoch one : seen) {
                same = one.epoch() == epoch.epoch() ? one : same;
            }
            if (same != null) {
                agreed += epoch.startOffset() <= same.startOffset() ? 1 : 0;
            }
        }
        if (agreed == seen.size()) {
            log.epochs().replace(read);
        }
    }

    /// Computes the producers; where that meets damage, it is found first, and passed over then.
    private void replay(LogView view) throws IOException {
        long nowNanos = log.directory().clock().nanos();
        try {
            replay(view, log.snapshots(), log.producers(), nowNanos);
        } catch (DamagedLog met) {
            log.damage().suspectAll(view, met);
            log.damage().search(view);
            log.producers().clear();
            replay(view, log.snapshots(), log.producers(), nowNanos);
        }
    }

    /// Appends go to a segment of their own where the last one is damaged.
    private void goOnBehindDamage() throws IOException {
        Segment last = segments.getLast();
        if (last.isDamaged() && end.position() > 0) {
            last.seal(end.position());
            begin(end.offset());
        }
    }

    /// Begins a segment at the log's end.
    private void begin(long offset) throws IOException {
        makeDirectory();
        SegmentPaths paths = new SegmentPaths(log.path(), offset);
        segments.add(Segment.create(files, paths, log.directory().clock().millis()));
        end = Mark.startOf(offset);
    }

    /// Computes producers, of whom nothing is known, from the newest snapshot and the batches
    /// behind it; from all batches there are, also those before the log's start, when there is no
    /// snapshot or a part of them behind it is gone.
    static void replay(LogView view, Snapshots snapshots, ProducerStates into, long nowNanos)
            throws IOException {
        long first = view.segment(0).baseOffset();
        long from = Math.max(snapshots.restore(into, first, nowNanos), first);
        if (from >= view.endOffset()) {
            return;
        }
        long replayed = 0;
        for (int i = view.floor(from); i < view.segments(); i++) {
            Segment segment = view.segment(i);
            SharedFile file = segment.acquire();
            if (file == null) {
                continue;
            }
            try {
                long batch = segment.batchAt(file.file(), from, view.bytes(i));
                if (batch != Segment.NO_BATCH) {
                    int position = Segment.position(batch);
                    BatchCursor batches =
                            segment.cursor(
                                    file.file(),
                                    position,
                                    view.bytes(i),
                                    BatchScan.HEADER_SCAN_BYTES);
                    replay(batches, into, nowNanos);
                    replayed += view.bytes(i) - position;
                }
            } finally {
                file.release();
            }
        }
        snapshots.replayed(replayed);
    }

    private static void replay(BatchCursor batches, ProducerStates into, long nowNanos)
            throws IOException {
        while (batches.next()) {
            RecordBatch batch = batches.batch();
            EndMarker marker = null;
            if (batch.isControl()) {
                RecordBatch whole = batches.whole();
                marker = whole == null ? null : marker(whole);
            }
            into.update(batch, marker, nowNanos);
        }
        batches.refuseDamage();
    }

    private static @Nullable EndMarker marker(RecordBatch batch) {
        try {
            return EndMarker.read(batch);
        } catch (CorruptBatch notOne) {
            return null;
        }
    }

    /// Brings the directory into the state that the last compaction wanted.
    ///
    /// @return the names in it by now
    private List<String> finishSwap(List<String> names) throws IOException {
        if (!names.contains(SegmentSwap.FILE)) {
            return names;
        }
        swap = SegmentSwap.read(files, log.path());
        if (swap != null) {
            LOG.info("{}: finishing what compaction began", log.path());
            // After a kill the intent is there, and a power cut might still take it alone.
            files.forceDirectory(log.path());
            swap.rename();
            files.forceDirectory(log.path());
        }
        return files.list(log.path());
    }

    /// Takes stock of the directory, and removes what an operation that was not finished left.
    private void find(List<String> names) throws IOException {
        List<Long> bases = new ArrayList<>();
        for (String name : names) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                bases.add(base);
            } else if (name.endsWith(SegmentPaths.UNFINISHED)) {
                files.delete(log.path().resolve(name));
            } else if (name.endsWith(SegmentPaths.DELETED)) {
                log.directory().removal().found(log.path().resolve(name));
            }
        }
        if (names.contains(CompactedRange.FILE) && !bases.isEmpty()) {
            log.compacted().read();
            // The last segment is never compacted.
            sparseEnd = Math.min(log.compacted().sparseEnd(), bases.getLast());
        }
        long durable = known == null ? 0 : known.durable().segment();
        for (long base : bases) {
            SegmentPaths paths = new SegmentPaths(log.path(), base);
            int bytes = Math.toIntExact(files.sizeBytes(paths.log()));
            int forced = base < durable ? bytes : 0;
            if (known != null && base == durable) {
                forced = known.durable().position();
            }
            segments.add(Segment.found(files, paths, bytes, forced));
        }
    }

    /// The mark up to which nothing has to be read; notes what is damaged below.
    private Mark trusted(Checkpoint.Entry entry) throws IOException {
        Vouched vouched = new Vouched(log, entry, segments);
        if (segments.isEmpty()) {
            makeDirectory();
            vouched.lost();
            return Mark.startOf(entry.written().offset());
        }
        vouched.findMissing(swap == null ? entry.segments() : swap.segmentsNow(entry));
        Mark durable = entry.durable();
        String wrong = wrong(durable);
        int i = indexOf(durable.segment());
        if (wrong != null && i >= 0) {
            vouched.search(segments.get(i), durable, wrong);
        }
        return durable;
    }

    private void makeDirectory() throws IOException {
        files.createDirectory(log.path());
        PartitionMetadata.write(files, log.path(), log.topicId());
    }

    /// Why the log is not what it was when the mark was noted; null when it is.
    private @Nullable String wrong(Mark mark) throws IOException {
        int i = indexOf(mark.segment());
        if (i < 0) {
            return "segment " + mark.segment() + " is missing";
        }
        Segment segment = segments.get(i);
        if (segment.sealedBytes() < mark.position()) {
            return segment.paths().log()
                    + " has "
                    + segment.sealedBytes()
                    + " bytes of "
                    + mark.position();
        }
        if (mark.lastBatchBytes() == 0) {
            return null;
        }
        SharedFile file = segment.using();
        try {
            int last = mark.position() - mark.lastBatchBytes();
            BatchCursor batch =
                    segment.cursor(file.file(), last, mark.position(), mark.lastBatchBytes());
            boolean right =
                    batch.next()
                            && batch.sizeBytes() == mark.lastBatchBytes()
                            && (int) batch.batch().crc() == mark.lastBatchCrc()
                            && batch.batch().nextOffset() == mark.offset()
                            && isRight(batch.whole());
            return right ? null : file.file().path() + " has another batch at " + last;
        } finally {
            file.release();
        }
    }

    private int indexOf(long base) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).baseOffset() == base) {
                return i;
            }
        }
        return -1;
    }

    /// Verifies the batches from the mark on and finds the log's end.
    ///
    /// @return the mark, or the same offset in the segment that begins there
    private Mark verify(Mark trusted) throws IOException {
        Mark from = trusted;
        int i = indexOf(from.segment());
        if (i < 0 || segments.get(i).sealedBytes() < from.position()) {
            from = Mark.startOf(trusted.offset());
            i = indexOf(from.segment());
        }
        if (i < 0) {
            int before = 0;
            while (before < segments.size() && segments.get(before).baseOffset() < from.offset()) {
                before++;
            }
            setAside(before, "what was durable before them is gone");
            begin(from.offset());
            return from;
        }
        end = from;
        while (verify(segments.get(i)) && i + 1 < segments.size()) {
            Segment next = segments.get(i + 1);
            if (!mayFollow(next.baseOffset())) {
                setAside(i + 1, "segment " + next.baseOffset() + " follows " + end.offset());
                return from;
            }
            segments.get(i).seal(end.position());
            end = Mark.startOf(next.baseOffset());
            i++;
        }
        setAside(i + 1, "what is before them is torn");
        return from;
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
            BatchCursor batches = segment.cursor(file.file(), from, bytes, BatchCursor.SCAN_BYTES);
            while (batches.next() && follows(batches.batch()) && isRight(batches.whole())) {
                rewrite(file.file(), batches);
                note(segment, batches);
            }
            if (batches.position() == bytes) {
                end = end.position() == bytes ? end : moved(bytes);
                return true;
            }
            if (isZero(file.file(), end.position(), bytes)) {
                segment.cut(end.position());
                return true;
            }
            String damage = batches.damage();
            cut(segment, file.file(), bytes, damage == null ? strange(batches) : damage);
            return false;
        } finally {
            file.release();
        }
    }

    /// Whether a batch can be the one behind the log's end: epochs never decrease.
    private boolean follows(RecordBatch batch) {
        return mayFollow(batch.baseOffset()) && batch.leaderEpoch() >= log.epochs().latest();
    }

    /// Whether an offset can be the one behind the log's end: only damage and compaction take
    /// records from the middle of a log, and both say where.
    private boolean mayFollow(long offset) {
        return offset == end.offset()
                || offset == log.damage().known().skip(end.offset())
                || (offset > end.offset() && offset <= sparseEnd);
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

    private static boolean isRight(@Nullable RecordBatch batch) {
        return batch != null && batch.crcValid();
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

    private void rewrite(LogFile file, BatchCursor batches) throws IOException {
        RecordBatch batch = batches.whole();
        if (batch != null && log.directory().cacheMayBeOlder()) {
            file.write(batch.bytes(), batches.position());
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

    /// Whether a part of a file is room that was never written to.
    static boolean isZero(LogFile file, int from, int to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(COPY_BYTES, to - from));
        for (int at = from; at < to; at += COPY_BYTES) {
            bytes.clear().limit(Math.min(COPY_BYTES, to - at));
            file.read(bytes, at);
            bytes.flip();
            while (bytes.remaining() >= Long.BYTES) {
                if (bytes.getLong() != 0) {
                    return false;
                }
            }
            while (bytes.hasRemaining()) {
                if (bytes.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Takes a torn end off and keeps it.
    private void cut(Segment segment, LogFile file, int bytes, String damage) throws IOException {
        int torn = bytes - end.position();
        LOG.warn("{}; cutting {} bytes behind offset {}", damage, torn, end.offset());
        if (known == null && torn > CUT_BYTES_MAX) {
            throw new DamagedLog(damage + ", and nothing tells what was behind it");
        }
        Path kept = segment.paths().path(SegmentPaths.LOG + "." + end.position() + CUT);
        try (LogFile into = files.open(kept, LogFiles.Mode.CREATE)) {
            int length = Math.min(torn, CUT_BYTES_MAX);
            ByteBuffer part = ByteBuffer.allocate(Math.min(COPY_BYTES, length));
            for (int at = 0; at < length; at += COPY_BYTES) {
                part.clear().limit(Math.min(COPY_BYTES, length - at));
                file.read(part, (long) end.position() + at);
                into.write(part.flip(), at);
            }
            into.force();
        }
        log.snapshots().removeAfter(end.offset());
        segment.cut(end.position());
        // Or what is written next might be found before what was cut.
        segment.force();
    }

    /// Takes the segments from number `first` on out of the log, under other names.
    private void setAside(int first, String reason) throws IOException {
        if (segments.size() == first) {
            return;
        }
        while (segments.size() > first) {
            Segment segment = segments.removeLast();
            LOG.warn("{} is set aside: {}", segment.paths().log(), reason);
            segment.retire();
            segment.unname(CUT);
        }
        files.forceDirectory(log.path());
    }
}

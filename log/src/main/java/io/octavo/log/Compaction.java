package io.octavo.log;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.EndMarker;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One pass over a log that keeps the last record of each key, in small steps.
///
/// ```
///  SURVEY   headers of the dirty part: how many records, which transactions were aborted
///  MAP      the dirty part: key -> last offset, until its end or until the map is full
///  COPY     from the log's start, a group of segments at a time: what survives goes into a new one
///  PUBLISH  under the owner's lock: the view has the new segment
///  SWAP     the files follow ([SegmentSwap]); then COPY again, or DONE
/// ```
///
/// A pass whose map is full ends where it is full; the next goes on from there. Steps are a
/// worker's, one at a time, beside the log's writer; [#begin] and [#publish()] are the writer's. To
/// be closed, whatever happened.
public final class Compaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    /// What a step reads and writes, about.
    private static final long STEP_BYTES = 1 << 20;

    private final Log log;
    private final LogConfig config;
    private final long highWatermark;
    private final long firstDirty;
    private final long wallMs;
    private final long mapBytesMax;

    /// Transactions that began before it and have no end get none.
    private final long adoptedEnd;

    private final LastBatches lastBatches;
    private final Transactions transactions = new Transactions();

    private Stage stage = Stage.SURVEY;

    /// What is dirty and may be compacted ends here; once keys are mapped, what they cover.
    private long end;

    private long dirtyRecords;
    private @Nullable BatchScan scan;
    private @Nullable KeyMap keys;
    private @Nullable Survivors survivors;

    /// What is still to be copied; the first group is being copied.
    private List<List<Segment>> groups = List.of();

    private @Nullable SegmentCopy copy;
    private @Nullable Segment copied;
    private long ioBytes;
    private long bytesBefore;
    private long bytesAfter;

    /// What a pass waits for.
    public enum Stage {
        SURVEY,
        MAP,
        COPY,
        /// [#publish()]; all others wait for [#step()].
        PUBLISH,
        SWAP,
        /// Nothing is left to do.
        DONE,
        /// The log was changed in a way that the pass has not seen, or closed. Another may begin.
        OVERTAKEN
    }

    private Compaction(Log log, Dirtiness what, long highWatermark, long mapBytesMax, long wallMs) {
        this.log = log;
        this.highWatermark = highWatermark;
        this.mapBytesMax = mapBytesMax;
        this.wallMs = wallMs;
        config = log.config();
        adoptedEnd = log.snapshots().adoptedEnd();
        firstDirty = what.firstDirty();
        end = what.end();
        lastBatches = new LastBatches(log.producers(), highWatermark);
    }

    /// Begins a pass; under the owner's lock. Reads nothing yet.
    ///
    /// @param what the log's dirtiness, now or a moment ago
    /// @param highWatermark how far it is looked for the ends of transactions
    /// @param mapBytesMax what the map of keys may take, while the pass runs
    /// @param wallMs now
    public static Compaction begin(
            Log log, Dirtiness what, long highWatermark, long mapBytesMax, long wallMs) {
        return new Compaction(log, what, highWatermark, mapBytesMax, wallMs);
    }

    /// What the pass waits for now.
    public Stage stage() {
        return stage;
    }

    /// Whether the pass left the log cleaner than it was.
    public boolean progressed() {
        return stage == Stage.DONE && end > firstDirty;
    }

    /// How many records had no key, and went.
    public long keyless() {
        return survivors == null ? 0 : survivors.keyless();
    }

    /// The bytes read and written so far.
    public long ioBytes() {
        return ioBytes + (scan == null ? 0 : scan.walkedBytes());
    }

    /// Does a little more, for which it may block.
    ///
    /// @return what the pass waits for then
    /// @throws DamagedLog when the log holds what cannot be compacted: a batch that is not what was
    ///   appended, or that does not decode
    /// @throws NoSpace when the disk is full
    public Stage step() throws IOException {
        try {
            long until = ioBytes() + STEP_BYTES;
            stage =
                    switch (stage) {
                        case SURVEY -> survey(until);
                        case MAP -> map(until);
                        case COPY -> copy(until);
                        case SWAP -> swap();
                        case PUBLISH, DONE, OVERTAKEN -> stage;
                    };
        } catch (CorruptBatch undecodable) {
            String where = scan == null ? "" : " at offset " + scan.header().baseOffset();
            throw new DamagedLog(log.path() + where + ": " + undecodable.getMessage());
        } catch (IOException e) {
            log.damage().suspected(e);
            boolean indexWrong = e instanceof DamagedLog && log.aborted().isSuspected();
            if (!log.isClosed() && !indexWrong) {
                throw e;
            }
            stage = Stage.OVERTAKEN;
        }
        return stage;
    }

    /// Puts the new segment into the log, when the stage is `PUBLISH`; under the owner's lock.
    public void publish() {
        if (stage != Stage.PUBLISH || copied == null) {
            throw new IllegalStateException(log.path() + " is published in stage " + stage);
        }
        Segment next = copied;
        boolean wanted = log.config().compaction().enabled();
        boolean published =
                wanted
                        && log.damage()
                                .replacing(() -> log.segments().replace(groups.getFirst(), next));
        stage = published ? Stage.SWAP : Stage.OVERTAKEN;
        copied = published ? null : copied;
    }

    /// Frees what the pass holds. A segment that is published stays.
    @Override
    public void close() throws IOException {
        closeScan();
        keys = null;
        survivors = null;
        if (copied != null) {
            // Not published: nobody gives its files their names.
            copied.retire();
            copied.unlinkBeside();
            copied = null;
        }
        if (copy != null) {
            copy.close();
            copy = null;
        }
    }

    /// Reads headers of the dirty part, and behind it until every transaction in it is decided.
    private Stage survey(long until) throws IOException {
        LogView view = log.view();
        if (scan == null) {
            if (view.segments() == 0) {
                return Stage.OVERTAKEN;
            }
            if (firstDirty >= end) {
                return Stage.DONE;
            }
            if (!log.damagedRanges().isEmpty()) {
                // A copy would lose what is damaged, and the sign that it was there.
                throw new DamagedLog(log.path() + " is damaged: " + log.damagedRanges().getFirst());
            }
            scan =
                    new BatchScan(
                            view,
                            view.floor(firstDirty),
                            view.segments(),
                            BatchScan.HEADER_SCAN_BYTES);
        }
        boolean more = true;
        while (more && ioBytes() < until) {
            if (!scan.next()) {
                transactions.leaveOpen(adoptedEnd);
                more = false;
            } else {
                more = surveyed(scan);
            }
        }
        if (more) {
            return Stage.SURVEY;
        }
        if (scan.overtaken()) {
            return Stage.OVERTAKEN;
        }
        end = transactions.decidedEnd(end);
        closeScan();
        return firstDirty < end ? Stage.MAP : Stage.DONE;
    }

    /// @return whether there is more to see
    private boolean surveyed(BatchScan batches) throws IOException {
        RecordBatch batch = batches.header();
        boolean within = batch.baseOffset() < end;
        if (batch.baseOffset() >= adoptedEnd) {
            transactions.leaveOpen(adoptedEnd);
        }
        if (batch.baseOffset() >= highWatermark
                || (!within && transactions.decidedEnd(end) == end)) {
            return false;
        }
        if (transactions.isFull()) {
            end = Math.min(end, batch.baseOffset());
            return false;
        }
        dirtyRecords += within ? batch.count() : 0;
        lastBatches.survey(batch);
        if (within || batch.isControl()) {
            transactions.add(batch, batch.isControl() ? EndMarker.read(batches.whole()) : null);
        }
        return true;
    }

    private Stage map(long until) throws IOException {
        KeyMap map = keys;
        if (map == null || scan == null) {
            LogView view = log.view();
            if (view.segments() == 0) {
                return Stage.OVERTAKEN;
            }
            map =
                    new KeyMap(
                            new KeyHash(log.directory().thisRun().id()), mapBytesMax, dirtyRecords);
            keys = map;
            scan =
                    new BatchScan(
                            view,
                            view.floor(firstDirty),
                            view.floor(end - 1) + 1,
                            BatchCursor.SCAN_BYTES);
        }
        while (ioBytes() < until) {
            if (!scan.next() || !mapped(map, scan)) {
                return mapped(map);
            }
        }
        return Stage.MAP;
    }

    /// @return whether there is more to map
    private boolean mapped(KeyMap map, BatchScan batches) throws IOException {
        RecordBatch header = batches.header();
        if (header.baseOffset() >= end) {
            return false;
        }
        if (header.lastOffset() < firstDirty
                || header.isControl()
                || header.count() == 0
                || transactions.isAborted(header)) {
            return true;
        }
        RecordCursor records =
                batches.whole().cursor(Compression.outputBytesMax(header.sizeBytes()));
        while (records.next()) {
            ByteBuffer key = records.offset() < firstDirty ? null : records.key();
            if (key != null && !map.put(key, records.offset())) {
                end = records.offset();
                return false;
            }
        }
        return true;
    }

    /// Goes on with the copies, once the map is made.
    private Stage mapped(KeyMap map) throws IOException {
        if (scan != null && scan.overtaken()) {
            return Stage.OVERTAKEN;
        }
        closeScan();
        LogView view = log.view();
        List<Segment> all = new ArrayList<>();
        for (int i = 0; i + 1 < view.segments() && view.segment(i).baseOffset() < end; i++) {
            all.add(view.segment(i));
        }
        if (all.isEmpty() || !log.upkeep().thinOut(view, end)) {
            return Stage.OVERTAKEN;
        }
        if (view.bytes(view.segments() - 1) == 0) {
            lastBatches.endAt(view.endOffset() - 1);
        }
        groups = SegmentGroups.of(view, all.size(), config.segments(), log.directory().files());
        survivors =
                new Survivors(
                        map,
                        end,
                        transactions,
                        lastBatches,
                        wallMs,
                        config.compaction().deleteRetentionMs());
        return Stage.COPY;
    }

    /// Only what is written has to have room: on a disk that is nearly full of old values there is
    /// not enough for all that is read, and yet a pass is what brings it back.
    private Stage copy(long until) throws IOException {
        log.directory().freeSpace().refuseUnlessFree(STEP_BYTES);
        LogView view = log.view();
        List<Segment> group = groups.getFirst();
        SegmentCopy into = copy;
        if (into == null || scan == null) {
            int first = view.indexOf(group);
            if (first < 0) {
                return Stage.OVERTAKEN;
            }
            into =
                    new SegmentCopy(
                            log.directory().files(),
                            group,
                            config.segments().indexIntervalBytes(),
                            log.aborted());
            copy = into;
            scan = new BatchScan(view, first, first + group.size(), BatchCursor.SCAN_BYTES);
        }
        while (ioBytes() < until) {
            if (!scan.next()) {
                return copied(into, scan.overtaken());
            }
            copy(scan.whole(), into);
        }
        return Stage.COPY;
    }

    private void copy(RecordBatch batch, SegmentCopy into) throws IOException {
        if (survivors == null) {
            throw new IllegalStateException(log.path() + ": a copy before the map");
        }
        RecordBatch left = survivors.of(batch);
        bytesBefore += batch.sizeBytes();
        if (left == null) {
            return;
        }
        if (!into.append(left)) {
            throw new DamagedLog(log.path() + " would have a segment beyond 2 GiB");
        }
        ioBytes += left.sizeBytes();
        bytesAfter += left.sizeBytes();
    }

    private Stage copied(SegmentCopy into, boolean overtaken) throws IOException {
        if (overtaken || log.isClosed()) {
            return Stage.OVERTAKEN;
        }
        closeScan();
        copied = into.finish();
        into.close();
        copy = null;
        return Stage.PUBLISH;
    }

    private Stage swap() throws IOException {
        if (!log.upkeep().finishSwap() && !log.isClosed()) {
            return Stage.SWAP;
        }
        groups = groups.subList(1, groups.size());
        if (!groups.isEmpty()) {
            return Stage.COPY;
        }
        log.upkeep().cleaned(end);
        LOG.info(
                "{} is compacted to offset {}: {} keys, {} bytes became {}, {} records had no key",
                log.path(),
                end,
                keys == null ? 0 : keys.keys(),
                bytesBefore,
                bytesAfter,
                survivors == null ? 0 : survivors.keyless());
        return Stage.DONE;
    }

    private void closeScan() {
        if (scan != null) {
            ioBytes += scan.walkedBytes();
            scan.close();
            scan = null;
        }
    }
}

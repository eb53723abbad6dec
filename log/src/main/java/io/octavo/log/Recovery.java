package io.octavo.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
/// its own. Behind the mark begins the [LogTail]. Zeros behind the end are room that was never
/// written to.
final class Recovery {
    private final Log log;
    private final Checkpoint.@Nullable Entry known;

    /// @param known what the checkpoint says; null when it does not know the log
    Recovery(Log log, Checkpoint.@Nullable Entry known) {
        this.log = log;
        this.known = known;
    }

    /// Brings the log into the state in which it goes on.
    ///
    /// @throws DamagedLog when the checkpoint does not know the log, and much of it is torn
    void run() throws IOException {
        FoundSegments found =
                FoundSegments.in(log, known == null ? Mark.startOf(0) : known.durable());
        boolean done = false;
        try {
            recover(found);
            done = true;
        } finally {
            if (!done) {
                // Their files are of no use to anybody. First, nobody is to take what is retired
                // for
                // what is forced.
                log.upkeep().stop();
                found.all().forEach(Segment::retire);
            }
        }
    }

    private void recover(FoundSegments found) throws IOException {
        List<Segment> segments = found.all();
        if (segments.isEmpty() && (known == null || known.written().offset() == 0)) {
            // Nothing of it was durable yet, not even its name.
            return;
        }
        log.damage().load();
        log.snapshots().found(found.names());
        Mark trusted =
                known == null
                        ? Mark.startOf(segments.getFirst().baseOffset())
                        : new Vouched(log, known, found).mark();
        if (known != null) {
            log.epochs().replace(known.epochs());
            log.epochs().truncateEnd(trusted.offset());
        }
        for (Segment segment : segments) {
            segment.avoid(log.damage().known().of(segment.baseOffset()));
        }
        LogTail tail = new LogTail(log, found, known != null);
        Mark durable = tail.verify(trusted);
        if (known == null) {
            takeEpochs(tail.end().offset());
        }
        tail.goOnBehindDamage();
        Mark end = tail.end();
        log.snapshots().removeAfter(end.offset());
        log.compacted().cut(end.offset());
        long start = known == null ? firstStart(durable, end) : known.startOffset();
        log.damage().keep(start, end.offset());
        LogView view = new LogView(segments.toArray(new Segment[0]), start, end);
        log.durability().startAt(durable);
        log.durability().nameMade();
        log.segments().become(view);
        if (found.swapped()) {
            log.upkeep().swapFound();
        }
        replay(view, found.swapped());
        log.segments().dropBeforeStart();
        if (end.offset() > durable.offset()) {
            log.force();
        }
    }

    /// The start of a log that the checkpoint does not know.
    private long firstStart(Mark first, Mark end) throws IOException {
        long noted = AdoptionNote.read(log.directory().files(), log.path()).startOffset();
        return Math.max(first.offset(), Math.min(noted, end.offset()));
    }

    /// Where no checkpoint tells, the file of Kafka's format knows epochs of which compaction and
    /// retention have left no batch; it is believed where it agrees with the batches. One that has
    /// no batch yet is as good as not there.
    private void takeEpochs(long end) throws IOException {
        List<EpochHistory.Epoch> read =
                new ArrayList<>(EpochHistory.readKafka(log.directory().files(), log.path()));
        // The file is not forced with the batches: an epoch that begins at the end has none.
        read.removeIf(epoch -> epoch.startOffset() == end);
        List<EpochHistory.Epoch> seen = log.epochs().entries();
        if (read.isEmpty() || seen.isEmpty() || read.getLast().startOffset() > end) {
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

    /// Computes the producers and aborted transactions; where that meets damage, it is found first,
    /// and passed over then.
    private void replay(LogView view, boolean swapped) throws IOException {
        try {
            ProducerReplay.run(log, view, swapped);
        } catch (DamagedLog met) {
            log.damage().suspectAll(view, met);
            log.damage().search(view);
            log.producers().clear();
            ProducerReplay.run(log, view, swapped);
        }
        if (swapped || log.snapshots().isDue(0)) {
            // Or the next start would read as much again, or not know the segments there are.
            log.offerSnapshot();
        }
    }
}

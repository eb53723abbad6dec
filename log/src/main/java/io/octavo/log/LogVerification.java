package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// [Verification] of one log.
///
/// ```
///  |<---- durable: what is wrong here is damage ---->|<-- the next start cuts what is wrong -->|
///  first segment                                   mark                            end, then zeros
/// ```
///
/// Of a log that the checkpoint does not know only a torn end of the last segment counts as
/// harmless.
final class LogVerification {
    private final LogFiles files;
    private final Path directory;
    private final Checkpoint.@Nullable Entry known;
    private final List<Long> bases;
    private final boolean incomplete;
    private final List<Finding> findings = new ArrayList<>();
    private final List<DamagedRange> damaged = new ArrayList<>();
    private Damage marked = Damage.NONE;

    /// Of the damage of old that has no file, what there are batches of now.
    private final Set<DamagedRange> filled = new HashSet<>();

    private final Transactions transactions = new Transactions();
    private long tornBytes;
    private long sparseEnd;
    private int epoch = EpochHistory.NO_EPOCH;
    private long endOffset;
    private long batches;
    private long bytes;

    /// @param known what the checkpoint says; null where it does not know the log
    /// @param bases of the segments there are, ascending
    /// @param incomplete whether segments are gone that the checkpoint counts: then what is missing
    ///   between those of a compacted log is damage, too
    LogVerification(
            LogFiles files,
            Path directory,
            Checkpoint.@Nullable Entry known,
            List<Long> bases,
            boolean incomplete) {
        this.files = files;
        this.directory = directory;
        this.known = known;
        this.bases = bases;
        this.incomplete = incomplete;
    }

    /// Verifies a log that another broker wrote.
    ///
    /// @param sparse whether offsets may be missing
    static LogVerification foreign(LogFiles files, Path directory, List<Long> bases, boolean sparse)
            throws IOException {
        LogVerification verification = new LogVerification(files, directory, null, bases, false);
        verification.sparseEnd = sparse ? Long.MAX_VALUE : 0;
        verification.run();
        return verification;
    }

    void run() throws IOException {
        marked = DamageFile.read(files, directory);
        List<String> names = files.list(directory);
        if (known != null) {
            long to = bases.isEmpty() ? known.durable().offset() : bases.getFirst();
            if (known.startOffset() < to) {
                damaged(DamagedRange.missing(known.startOffset(), to));
            }
        }
        for (int i = 0; i < bases.size(); i++) {
            try {
                segment(i);
            } catch (NoSuchFileException removed) {
                note(new SegmentPaths(directory, bases.get(i)).log(), "was removed meanwhile");
            }
        }
        for (DamagedRange range : marked.ranges()) {
            recall(range);
        }
        snapshots(names);
    }

    List<Finding> findings() {
        return findings;
    }

    /// All damage, as the [DamageFile] should have it.
    List<DamagedRange> damaged() {
        return damaged;
    }

    /// Whether the [DamageFile] has anything.
    boolean isMarked() {
        return !marked.isEmpty();
    }

    /// How the transactions ended, as far as there are not too many.
    Transactions transactions() {
        return transactions;
    }

    /// How much of the last segment is torn.
    long tornBytes() {
        return tornBytes;
    }

    /// The last epoch of a batch, or [EpochHistory#NO_EPOCH].
    int lastEpoch() {
        return epoch;
    }

    /// The offset behind the last batch that is right.
    long endOffset() {
        return endOffset;
    }

    long batches() {
        return batches;
    }

    long bytes() {
        return bytes;
    }

    private void segment(int i) throws IOException {
        long base = bases.get(i);
        boolean last = i == bases.size() - 1;
        SegmentPaths paths = new SegmentPaths(directory, base);
        // The index first: what it has by now is in the file. It names damaged batches too.
        SegmentCheck check = SegmentCheck.of(files, paths.log());
        boolean sound;
        try (LogFile file = files.open(paths.log(), LogFiles.Mode.READ)) {
            // Behind the opening: before a segment is thinned out, it is noted.
            lookWhatIsSparse();
            int size = Math.toIntExact(file.sizeBytes());
            long end = last ? Long.MAX_VALUE : bases.get(i + 1);
            List<DamagedRange> wrong = DamageSearch.in(file, base, size, end, base < sparseEnd);
            Damage holes = Damage.NONE;
            long reached = base;
            for (DamagedRange range : wrong) {
                holes = holes.with(range);
                reached = Math.max(reached, range.to());
                judge(file, range, last, size);
            }
            sound =
                    wrong.isEmpty()
                            || (last && wrong.size() == 1 && wrong.getFirst().position() == size);
            BatchCursor cursor =
                    new BatchCursor(file, base, 0, size, BatchCursor.SCAN_BYTES, holes);
            while (cursor.next()) {
                RecordBatch batch = cursor.whole();
                if (batch != null) {
                    check.batch(batch, cursor.position());
                    epoch(paths.log(), batch, cursor.position());
                    if (!transactions.isFull() && batch.count() > 0) {
                        boolean ends = batch.isControl();
                        transactions.add(batch, ends ? ProducerReplay.marker(batch) : null);
                    }
                    fill(batch);
                    endOffset = batch.nextOffset();
                    reached = Math.max(reached, endOffset);
                    batches++;
                    bytes += batch.sizeBytes();
                }
            }
            if (incomplete && base < sparseEnd) {
                goneBehind(reached, end);
            }
        }
        if (sound) {
            check.problems().forEach(problem -> note(paths.log(), problem));
        }
    }

    private void lookWhatIsSparse() throws IOException {
        if (files.exists(directory.resolve(CompactedRange.FILE))) {
            CompactedRange compacted = new CompactedRange(files, directory);
            compacted.read();
            sparseEnd = Math.max(sparseEnd, compacted.sparseEnd());
        }
    }

    /// Offsets between the end of a compacted segment and the next one, of which nothing tells
    /// whether they are those of a segment that is gone.
    private void goneBehind(long end, long next) {
        long to = known == null ? 0 : Math.min(next, known.durable().offset());
        if (end < to) {
            damaged(DamagedRange.missing(end, to));
        }
    }

    /// Says what a range that is not right means.
    private void judge(LogFile file, DamagedRange range, boolean last, int size)
            throws IOException {
        long base = range.segment();
        Mark durable = known == null ? Mark.startOf(0) : known.durable();
        int durableBytes = base == durable.segment() ? durable.position() : size;
        boolean isDurable =
                known == null
                        ? !(last && range.to() == Long.MAX_VALUE)
                        : base < durable.segment()
                                || (base == durable.segment() && range.position() < durableBytes)
                                || range.from() < durable.offset();
        if (isDurable) {
            long to = range.to() == Long.MAX_VALUE ? durable.offset() : range.to();
            damaged(range.between(range.from(), Math.max(range.from(), to)));
        } else if (range.position() < size
                && !new FileRest(file, range.position(), size).isRoom()) {
            tornBytes = (long) size - range.position();
            if (known == null && tornBytes > FileRest.KEPT_BYTES_MAX) {
                damaged(range.between(range.from(), range.from()));
                note(
                        file.path(),
                        "is not right for "
                                + tornBytes
                                + " bytes to its end, more than is cut of a log that the checkpoint"
                                + " does not know: the log is not opened");
                return;
            }
            note(
                    file.path(),
                    "is torn at byte "
                            + range.position()
                            + ", behind what is durable ("
                            + range.reason()
                            + "); the next start cuts it there and keeps the rest aside");
        } else if (!last) {
            note(file.path(), "ends at " + range.from() + ", behind what is durable");
        }
    }

    private void damaged(DamagedRange range) {
        Finding.Kind kind = marked.covers(range) ? Finding.Kind.KNOWN_DAMAGE : Finding.Kind.DAMAGE;
        damaged.add(range);
        findings.add(Finding.damage(kind, directory, range));
    }

    /// Looks whether damage of old was found again; where a file is gone there is nothing to find.
    private void recall(DamagedRange old) {
        for (DamagedRange range : damaged) {
            if (range.overlaps(old)) {
                return;
            }
        }
        if (old.isMissing() ? filled.contains(old) : bases.contains(old.segment())) {
            note(
                    directory.resolve(DamageFile.FILE),
                    "has offsets "
                            + old.from()
                            + " to "
                            + (old.to() - 1)
                            + ", which are right again; --mark lets the broker know");
        } else {
            damaged(old);
        }
    }

    private void fill(RecordBatch batch) {
        for (DamagedRange range : marked.ranges()) {
            if (range.isMissing()
                    && range.from() < batch.nextOffset()
                    && batch.baseOffset() < range.to()) {
                filled.add(range);
            }
        }
    }

    /// The CRC does not cover a batch's epoch.
    private void epoch(Path file, RecordBatch batch, int position) {
        int expected = batch.leaderEpoch();
        if (known != null && batch.nextOffset() <= known.durable().offset()) {
            for (Epoch one : known.epochs()) {
                expected = one.startOffset() <= batch.baseOffset() ? one.epoch() : expected;
            }
        }
        if (batch.leaderEpoch() != expected || batch.leaderEpoch() < epoch) {
            note(
                    file,
                    "has a batch of epoch "
                            + batch.leaderEpoch()
                            + " at byte "
                            + position
                            + ", not of "
                            + Math.max(expected, epoch));
        }
        epoch = Math.max(epoch, batch.leaderEpoch());
    }

    private void snapshots(List<String> names) throws IOException {
        for (String name : names) {
            if (SegmentPaths.offsetOf(name, SegmentPaths.SNAPSHOT) >= 0) {
                Path path = directory.resolve(name);
                ByteBuffer snapshot = WholeFile.read(files, path);
                if (snapshot != null && ProducerSnapshot.decode(snapshot, 0) == null) {
                    note(path, "is not whole; an older one is used, or the log itself");
                }
            } else if (name.endsWith(".cut")) {
                note(directory.resolve(name), "was cut off a torn end by an earlier start");
            }
        }
    }

    private void note(Path file, String what) {
        findings.add(Finding.note(file, what));
    }
}

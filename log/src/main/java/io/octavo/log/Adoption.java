package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a log that another broker wrote, Apache Kafka's too, into a data directory: a copy, so
/// that the original stays as it is. The topic of the same name owns it when the broker is started
/// next.
///
/// ```
/// <source>/<topic>-<n>/   *.log leader-epoch-checkpoint
/// <source>/               log-start-offset-checkpoint
///    verified ─> copied to <data>/<topic>-<n>.adopting, forced ─> adopted.octavo ─> renamed
/// ```
///
/// Indexes are made anew from the batches when the log is opened first, which verifies each of them
/// once more; also that of aborted transactions. One without an end stays without one, and counts
/// as committed. Batches keep their offsets and their bytes.
///
/// Its producers are not taken over: their ids were given by another broker, and this one gives the
/// same to others, whose records would count as repeated.
public final class Adoption {
    private static final Pattern PARTITION = Pattern.compile(".+-[0-9]+");
    static final String ADOPTING = ".adopting";
    private static final int COPY_BYTES = 1 << 20;

    /// Kafka's, beside the partitions: `version`, a count, and lines of `topic partition offset`.
    private static final String STARTS_FILE = "log-start-offset-checkpoint";

    private static final Pattern START = Pattern.compile("(\\S+) ([0-9]+) ([0-9]{1,18})");

    private final LogFiles files;
    private final Path source;
    private final List<String> names;
    private final List<Long> bases = new ArrayList<>();
    private final long startWritten;
    private LogVerification verified;
    private boolean sparse;

    private Adoption(LogFiles files, Path source) throws IOException {
        this.files = files;
        this.source = source;
        names = files.list(source);
        for (String name : names) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                bases.add(base);
            }
        }
        startWritten = startWritten();
        verified = LogVerification.foreign(files, source, bases, false);
        sparse = names.contains(CompactedRange.FILE);
    }

    /// Reads all of a log.
    ///
    /// @throws IOException when there is none, or a broker uses it; the message is for people
    public static Adoption of(LogFiles files, Path directory) throws IOException {
        Path source = directory.toAbsolutePath().normalize();
        if (!PARTITION.matcher(String.valueOf(source.getFileName())).matches()) {
            throw new IOException(
                    source + " is no partition's directory: those are called <topic>-<number>");
        }
        refuseUsed(files, source);
        Adoption adoption = new Adoption(files, source);
        if (adoption.bases.isEmpty()) {
            throw new IOException("there are no segments (*.log) in " + source);
        }
        adoption.refuseUnfinished();
        adoption.lookForGaps();
        adoption.refuseOldMessages();
        adoption.refuseTorn();
        return adoption;
    }

    /// The directory's: `<topic>-<number>`.
    public String name() {
        return String.valueOf(source.getFileName());
    }

    public int segments() {
        return bases.size();
    }

    public long batches() {
        return verified.batches();
    }

    /// Bytes of batches.
    public long bytes() {
        return verified.bytes();
    }

    /// Where it begins: what lies before was deleted, as far as it still is there.
    public long startOffset() {
        return Math.clamp(startWritten, bases.getFirst(), Math.max(bases.getFirst(), endOffset()));
    }

    /// How many of its transactions were aborted, as far as there are not too many.
    public int transactionsAborted() {
        return verified.transactions().aborted();
    }

    /// How many of its transactions have no end: their records are served to every consumer, as
    /// nobody will ever end them.
    public int transactionsUndecided() {
        return verified.transactions().undecided();
    }

    /// The offset behind the last batch, or where the last segment begins, if that is empty.
    public long endOffset() {
        return Math.max(verified.endOffset(), bases.getLast());
    }

    /// Whether offsets are missing between batches, as after compaction.
    public boolean sparse() {
        return sparse;
    }

    public List<Finding> findings() {
        return verified.findings();
    }

    /// Copies the log into a data directory in which no broker runs.
    ///
    /// @throws IOException when a broker runs, the directory has the log already, or it cannot be
    ///   written; the message is for people
    public void into(Path root) throws IOException {
        files.createDirectory(root);
        try (Closeable lock = files.lock(root.resolve(ThisRun.LOCK_FILE))) {
            if (lock == null) {
                throw new IOException("a broker uses " + root + "; stop it first");
            }
            Path target = root.resolve(name());
            if (files.exists(target)) {
                throw new IOException(target + " is there already; delete its topic first");
            }
            Path beside = root.resolve(name() + ADOPTING);
            clear(beside);
            refuseLargerThan(files.space(root).usableBytes(), root);
            boolean done = false;
            try {
                copyTo(beside);
                Map<String, Integer> adopted = AdoptedLogs.read(files, root);
                adopted.put(name(), lastEpoch());
                AdoptedLogs.write(files, root, adopted);
                files.rename(beside, target);
                done = true;
            } finally {
                if (!done) {
                    clear(beside);
                }
            }
            files.forceDirectory(root);
        }
    }

    private void copyTo(Path beside) throws IOException {
        files.createDirectory(beside);
        for (String name : names) {
            if (isKept(name)) {
                copy(source.resolve(name), beside.resolve(name));
            }
        }
        cutTorn(beside);
        note(beside);
        files.forceDirectory(beside);
    }

    private void refuseLargerThan(long freeBytes, Path root) throws IOException {
        long bytes = 0;
        for (String name : names) {
            if (isKept(name)) {
                bytes += files.sizeBytes(source.resolve(name));
            }
        }
        if (bytes >= freeBytes) {
            throw new NoSpace(
                    "there are %d bytes free in %s, and %s takes %d"
                            .formatted(freeBytes, root, name(), bytes));
        }
    }

    /// What a broker was about when it was killed is for itself to finish.
    private void refuseUnfinished() throws IOException {
        for (String name : names) {
            if (name.endsWith(SegmentPaths.LOG + ".swap") || name.equals(SegmentSwap.FILE)) {
                throw new IOException(
                        source
                                + " was being compacted when its broker was killed ("
                                + name
                                + "): start and stop that broker once more");
            }
        }
    }

    private static void refuseUsed(LogFiles files, Path source) throws IOException {
        Path lockFile = Objects.requireNonNull(source.getParent()).resolve(ThisRun.LOCK_FILE);
        if (!files.exists(lockFile)) {
            return;
        }
        try (Closeable lock = files.lock(lockFile)) {
            if (lock == null) {
                throw new IOException("a broker uses " + source.getParent() + "; stop it first");
            }
        }
    }

    /// In a log that was compacted offsets are missing. It does not say so: it is one if it is
    /// better taken for one.
    private void lookForGaps() throws IOException {
        if (!verified.damaged().isEmpty() || verified.tornBytes() > 0) {
            LogVerification other = LogVerification.foreign(files, source, bases, true);
            int fewer = verified.damaged().size() - other.damaged().size();
            if (fewer > 0 || (fewer == 0 && other.batches() > verified.batches())) {
                verified = other;
                sparse = true;
            }
        }
    }

    private void refuseOldMessages() throws IOException {
        for (DamagedRange range : verified.damaged()) {
            refuseOldMessage(range.segment(), range.position());
        }
        if (verified.tornBytes() > 0) {
            refuseOldMessage(bases.getLast(), tornAt());
        }
    }

    private void refuseOldMessage(long base, long position) throws IOException {
        Path log = new SegmentPaths(source, base).log();
        try (LogFile file = files.open(log, LogFiles.Mode.READ)) {
            if (OldMessage.isAt(file, position)) {
                throw new IOException(
                        log
                                + " has messages of a format from before Kafka 0.11 at byte "
                                + position
                                + ", which is not served; copy them to another topic within Kafka"
                                + " first");
            }
        } catch (NoSuchFileException gone) {
            // Of what is gone nothing can be said.
        }
    }

    /// More than the next start would cut off and keep.
    private void refuseTorn() throws IOException {
        if (verified.tornBytes() > FileRest.KEPT_BYTES_MAX) {
            throw new IOException(
                    new SegmentPaths(source, bases.getLast()).log()
                            + " is torn: of its last "
                            + verified.tornBytes()
                            + " bytes none are right, more than a start cuts off");
        }
    }

    /// Where the torn end of the last segment begins.
    private long tornAt() throws IOException {
        Path last = new SegmentPaths(source, bases.getLast()).log();
        return files.sizeBytes(last) - verified.tornBytes();
    }

    /// Does what the first start would do, which takes the last segment for one without gaps.
    private void cutTorn(Path copy) throws IOException {
        if (!sparse || verified.tornBytes() == 0) {
            return;
        }
        SegmentPaths last = new SegmentPaths(copy, bases.getLast());
        int at = Math.toIntExact(tornAt());
        try (LogFile file = files.open(last.log(), LogFiles.Mode.WRITE)) {
            FileRest torn = new FileRest(file, at, Math.toIntExact(file.sizeBytes()));
            torn.keep(files, last.path(SegmentPaths.LOG + "." + at + FoundSegments.CUT));
            file.truncate(at);
            keepTime(new SegmentPaths(source, last.baseOffset()).log(), last.log());
            file.force();
        }
    }

    /// The start that Kafka has noted, as after a deletion of records; 0 if it has none.
    private long startWritten() throws IOException {
        Path starts = Objects.requireNonNull(source.getParent()).resolve(STARTS_FILE);
        ByteBuffer bytes = WholeFile.read(files, starts);
        if (bytes == null) {
            return 0;
        }
        for (String line : StandardCharsets.UTF_8.decode(bytes).toString().lines().toList()) {
            Matcher start = START.matcher(line);
            if (start.matches() && name().equals(start.group(1) + "-" + start.group(2))) {
                return Long.parseLong(start.group(3));
            }
        }
        return 0;
    }

    private static boolean isKept(String name) {
        return SegmentPaths.offsetOf(name, SegmentPaths.LOG) >= 0 || name.equals(EpochHistory.FILE);
    }

    /// What the copy has to say about itself.
    private void note(Path copy) throws IOException {
        Damage damage = Damage.NONE;
        for (DamagedRange range : verified.damaged()) {
            damage = damage.with(range);
        }
        if (!damage.isEmpty()) {
            DamageFile.write(files, copy, damage);
        }
        if (sparse) {
            // The last segment is never taken for one with gaps.
            Path empty = new SegmentPaths(copy, endOffset()).log();
            try (LogFile made = files.open(empty, LogFiles.Mode.CREATE)) {
                made.force();
            }
            new CompactedRange(files, copy).thinOut(endOffset());
        }
        new AdoptionNote(startOffset(), endOffset()).write(files, copy);
    }

    private int lastEpoch() throws IOException {
        int last = verified.lastEpoch();
        for (Epoch epoch : EpochHistory.readKafka(files, source)) {
            last = Math.max(last, epoch.epoch());
        }
        return last;
    }

    private void clear(Path directory) throws IOException {
        for (String name : files.list(directory)) {
            files.delete(directory.resolve(name));
        }
        files.delete(directory);
    }

    /// The copy is as old as the original: where timestamps say nothing retention goes by that
    /// ([SegmentAge]).
    private void keepTime(Path original, Path copy) throws IOException {
        files.backdate(copy, files.modifiedMs(original));
    }

    private void copy(Path from, Path to) throws IOException {
        try (LogFile read = files.open(from, LogFiles.Mode.READ);
                LogFile write = files.open(to, LogFiles.Mode.CREATE)) {
            ByteBuffer part = ByteBuffer.allocate(COPY_BYTES);
            long size = read.sizeBytes();
            for (long at = 0; at < size; at += COPY_BYTES) {
                part.clear().limit((int) Math.min(COPY_BYTES, size - at));
                read.read(part, at);
                write.write(part.flip(), at);
            }
            keepTime(from, to);
            write.force();
        }
    }
}

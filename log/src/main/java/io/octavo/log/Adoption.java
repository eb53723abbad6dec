package io.octavo.log;

import io.octavo.log.EpochHistory.Epoch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// Takes a log that another broker wrote, Apache Kafka's too, into a data directory: a copy, so
/// that the original stays as it is. The topic of the same name owns it when the broker is started
/// next.
///
/// ```
/// <source>/<topic>-<n>/   *.log *.txnindex *.snapshot leader-epoch-checkpoint
///    verified ─> copied to <data>/<topic>-<n>.adopting, forced ─> adopted.octavo ─> renamed
/// ```
///
/// Indexes are made anew from the batches when the log is opened first, which verifies each of them
/// once more. Batches keep their offsets and their bytes.
public final class Adoption {
    private static final Pattern PARTITION = Pattern.compile(".+-[0-9]+");
    private static final String ADOPTING = ".adopting";
    private static final int COPY_BYTES = 1 << 20;

    private final LogFiles files;
    private final Path source;
    private final List<String> names;
    private final List<Long> bases = new ArrayList<>();
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
        verified = LogVerification.foreign(files, source, bases, false);
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
        adoption.lookForGaps();
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

    public long startOffset() {
        return bases.getFirst();
    }

    /// The offset behind the last batch.
    public long endOffset() {
        return verified.endOffset();
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
            files.createDirectory(beside);
            for (String name : names) {
                if (isKept(name)) {
                    copy(source.resolve(name), beside.resolve(name));
                }
            }
            note(beside);
            files.forceDirectory(beside);
            Map<String, Integer> adopted = AdoptedLogs.read(files, root);
            adopted.put(name(), lastEpoch());
            AdoptedLogs.write(files, root, adopted);
            files.rename(beside, target);
            files.forceDirectory(root);
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
        if (!verified.damaged().isEmpty()) {
            LogVerification other = LogVerification.foreign(files, source, bases, true);
            if (other.damaged().size() < verified.damaged().size()) {
                verified = other;
                sparse = true;
            }
        }
    }

    private static boolean isKept(String name) {
        return SegmentPaths.offsetOf(name, SegmentPaths.LOG) >= 0
                || SegmentPaths.offsetOf(name, SegmentPaths.TRANSACTION_INDEX) >= 0
                || SegmentPaths.offsetOf(name, SegmentPaths.SNAPSHOT) >= 0
                || name.equals(EpochHistory.FILE);
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
            new CompactedRange(files, copy).thinOut(bases.getLast());
        }
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
            write.force();
        }
    }
}

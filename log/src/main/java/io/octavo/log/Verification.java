package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads all that the logs of a data directory, or one of them, have in files, and compares each
/// with the others: every batch, the indexes, snapshots, the checkpoint, the run marker. Changes
/// nothing ([#mark] does), and may be used beside a broker: what is being written then is behind
/// what is durable, where nothing counts as damage.
public final class Verification {
    private static final Pattern PARTITION = Pattern.compile(".+-[0-9]+");

    /// A broker that runs may remove segments while they are counted.
    private static final int COUNTS_MAX = 3;

    private final LogFiles files;
    private final List<Finding> findings = new ArrayList<>();

    /// All damage, by the log's directory; an empty list where there was some once.
    private final Map<Path, List<DamagedRange>> damaged = new TreeMap<>();

    private int logs;
    private int segments;
    private long batches;
    private long bytes;

    private Verification(LogFiles files) {
        this.files = files;
    }

    /// Verifies a data directory, or a log's directory in one.
    public static Verification of(LogFiles files, Path path) throws IOException {
        Verification verification = new Verification(files);
        if (PartitionDirectories.isLog(files, path)) {
            Path name = path.toAbsolutePath().normalize().getFileName();
            Path root = path.toAbsolutePath().normalize().getParent();
            verification.log(path, root, String.valueOf(name));
        } else {
            verification.root(path);
        }
        return verification;
    }

    public List<Finding> findings() {
        return findings;
    }

    public int logs() {
        return logs;
    }

    public int segments() {
        return segments;
    }

    public long batches() {
        return batches;
    }

    /// Bytes of batches.
    public long bytes() {
        return bytes;
    }

    /// Lets the broker know what is damaged, so that it serves none of it, and what is not any
    /// more.
    ///
    /// @param root the data directory, in which no broker may run
    /// @return false, with nothing done, when one runs
    public boolean mark(Path root) throws IOException {
        try (Closeable lock = files.lock(root.resolve(ThisRun.LOCK_FILE))) {
            if (lock == null) {
                return false;
            }
            for (Map.Entry<Path, List<DamagedRange>> log : damaged.entrySet()) {
                Damage damage = Damage.NONE;
                for (DamagedRange range : log.getValue()) {
                    damage = damage.with(range);
                }
                DamageFile.write(files, log.getKey(), damage);
            }
            return true;
        }
    }

    private void root(Path root) throws IOException {
        if (RunMarker.read(files, root) == null) {
            note(
                    root.resolve(RunMarker.FILE),
                    "is not readable: the next start verifies every batch of every log");
        } else if (WholeFile.read(files, root.resolve(Checkpoint.FILE)) != null
                && checkpoint(root).isEmpty()) {
            note(
                    root.resolve(Checkpoint.FILE),
                    "knows no log, or is not readable: the next start verifies every batch");
        }
        TreeSet<String> names = new TreeSet<>(checkpoint(root).keySet());
        for (String name : files.list(root)) {
            if (PARTITION.matcher(name).matches()) {
                names.add(name);
            }
        }
        for (String name : names) {
            log(root.resolve(name), root, name);
        }
    }

    private Map<String, Checkpoint.Entry> checkpoint(@Nullable Path root) throws IOException {
        RunMarker marker = root == null ? null : RunMarker.read(files, root);
        ByteBuffer all = root == null ? null : WholeFile.read(files, root.resolve(Checkpoint.FILE));
        return marker == null || all == null
                ? Map.of()
                : CheckpointRecords.decode(all, marker.directoryId(), "");
    }

    private void log(Path directory, @Nullable Path root, String name) throws IOException {
        logs++;
        Checkpoint.Entry known = checkpoint(root).get(name);
        List<Long> bases = bases(directory);
        for (int i = 1; i < COUNTS_MAX && known != null && count(bases, known) != 0; i++) {
            known = checkpoint(root).get(name);
            bases = bases(directory);
        }
        LogVerification log = new LogVerification(files, directory, known, bases);
        log.run();
        findings.addAll(log.findings());
        if (log.isMarked() || !log.damaged().isEmpty()) {
            damaged.put(directory, log.damaged());
        }
        segments += bases.size();
        batches += log.batches();
        bytes += log.bytes();
        metadata(directory, known);
    }

    /// How many segments are missing of those that the checkpoint counts.
    private static int count(List<Long> bases, Checkpoint.Entry known) {
        int there = 0;
        for (long base : bases) {
            there += known.firstSegment() <= base && base <= known.durable().segment() ? 1 : 0;
        }
        return known.segments() - there;
    }

    private List<Long> bases(Path directory) throws IOException {
        List<Long> bases = new ArrayList<>();
        for (String name : files.list(directory)) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                bases.add(base);
            }
        }
        return bases;
    }

    private void metadata(Path directory, Checkpoint.@Nullable Entry known) throws IOException {
        Uuid owner = PartitionMetadata.read(files, directory);
        if (known != null && owner != null && !known.topicId().equals(owner)) {
            note(
                    directory.resolve(PartitionMetadata.FILE),
                    "says " + owner + ", but the checkpoint knows the log of " + known.topicId());
        }
    }

    private void note(Path file, String what) {
        findings.add(Finding.note(file, what));
    }
}

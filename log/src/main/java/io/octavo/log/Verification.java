package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
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

    /// A broker that runs may remove and replace segments while they are counted, and read.
    private static final int TRIES_MAX = 3;

    private final LogFiles files;
    private final List<Finding> findings = new ArrayList<>();

    /// All damage, by the log's directory; an empty list where there was some once.
    private final Map<Path, List<DamagedRange>> damaged = new TreeMap<>();

    private int logs;
    private int segments;
    private long batches;
    private long bytes;

    /// What there is of a log.
    ///
    /// @param known what the checkpoint says of it; null where it does not know it
    /// @param segments how many bytes each has, by base offset
    /// @param incomplete whether segments are gone that the checkpoint counts
    private record Stock(
            Checkpoint.@Nullable Entry known, SortedMap<Long, Long> segments, boolean incomplete) {}

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
        Stock stock = stock(directory, root, name);
        LogVerification log = verify(directory, stock);
        boolean old = !log.damaged().isEmpty() && isOld(directory, stock);
        for (int i = 1; i < TRIES_MAX && old; i++) {
            stock = stock(directory, root, name);
            log = verify(directory, stock);
            old = !log.damaged().isEmpty() && isOld(directory, stock);
        }
        if (old) {
            note(directory, "was compacted each time that it was read; verify it again");
        } else {
            findings.addAll(log.findings());
            if (log.isMarked() || !log.damaged().isEmpty()) {
                damaged.put(directory, log.damaged());
            }
        }
        segments += stock.segments.size();
        batches += log.batches();
        bytes += log.bytes();
        metadata(directory, stock.known);
    }

    private LogVerification verify(Path directory, Stock stock) throws IOException {
        List<Long> bases = List.copyOf(stock.segments.keySet());
        LogVerification log =
                new LogVerification(files, directory, stock.known, bases, stock.incomplete);
        log.run();
        return log;
    }

    private Stock stock(Path directory, @Nullable Path root, String name) throws IOException {
        Checkpoint.Entry known = checkpoint(root).get(name);
        SortedMap<Long, Long> segments = segments(directory);
        for (int i = 1; known != null && count(segments, known) != 0; i++) {
            boolean swaps = files.exists(directory.resolve(SegmentSwap.FILE));
            Checkpoint.Entry before = known;
            known = checkpoint(root).get(name);
            if (!swaps && before.equals(known)) {
                return new Stock(known, segments, true);
            }
            if (i == TRIES_MAX) {
                note(
                        directory,
                        "is being compacted, or was when its broker ended; whether a segment is gone"
                                + " is not seen before that is done, at the next start");
                break;
            }
            segments = segments(directory);
        }
        return new Stock(known, segments, false);
    }

    /// How many segments are missing of those that the checkpoint counts.
    private static int count(SortedMap<Long, Long> segments, Checkpoint.Entry known) {
        long end = known.durable().segment() + 1;
        boolean any = known.firstSegment() < end;
        return known.segments() - (any ? segments.subMap(known.firstSegment(), end).size() : 0);
    }

    /// Whether segments that were written to no more have gone since, or are others.
    private boolean isOld(Path directory, Stock stock) throws IOException {
        if (stock.segments.isEmpty()) {
            return false;
        }
        Map<Long, Long> now = segments(directory);
        SortedMap<Long, Long> sealed = stock.segments.headMap(stock.segments.lastKey());
        return !now.entrySet().containsAll(sealed.entrySet());
    }

    private SortedMap<Long, Long> segments(Path directory) throws IOException {
        SortedMap<Long, Long> segments = new TreeMap<>();
        for (String name : files.list(directory)) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                try {
                    segments.put(base, files.sizeBytes(directory.resolve(name)));
                } catch (NoSuchFileException removed) {
                    // By the broker, meanwhile.
                }
            }
        }
        return segments;
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

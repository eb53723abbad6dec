package io.octavo.log;

import static io.octavo.log.Broken.unless;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A byte that changes on the disk where nobody writes any more: in the last batch that the
/// checkpoint vouches for, which recovery looks at.
///
/// Everything else has to be there, and to stay; the batch is known to be damaged, is not given
/// out, and is not cut.
final class Rot {
    private final ExpectedDirectory expected;
    private final LogConfig config;
    private final Randomness randomness;

    /// @param from the batch's first offset
    /// @param to where the log is durable, at least
    private record Spot(ExpectedLog log, long from, long to) {}

    Rot(ExpectedDirectory expected, LogConfig config, Randomness randomness) {
        this.expected = expected;
        this.config = config;
        this.randomness = randomness;
    }

    /// Rots a disk as a crash left it, starts, writes, loses the power, and starts again.
    ///
    /// @return false when there is nothing that could rot
    /// @throws Broken when something is not as expected
    boolean check(SimulatedDisk disk, String boot) throws IOException {
        Spot spot = rot(disk, boot);
        if (spot == null) {
            return false;
        }
        Log log = open(disk, boot, spot);
        List<DamagedRange> ranges = look(log, spot);
        log.append(Batches.of(1), Math.max(log.epochs().latest(), 0));
        long end = log.force();
        Log again = open(new SimulatedDisk(new PowerCut(disk).nothing()), boot + "-", spot);
        unless(
                again.endOffset() == end && again.damagedRanges().equals(ranges),
                "L-9",
                "%s was durable to %d, damaged: %s; then it ends at %d, damaged: %s",
                log.name(),
                end,
                ranges,
                again.endOffset(),
                again.damagedRanges());
        return true;
    }

    private @Nullable Spot rot(SimulatedDisk disk, String boot) throws IOException {
        OpenFiles files = new OpenFiles(disk);
        RunMarker run = RunMarker.read(files, CrashCheck.ROOT);
        if (run == null) {
            return null;
        }
        Checkpoint checkpoint = Checkpoint.open(files, CrashCheck.ROOT, run.directoryId(), boot);
        for (ExpectedLog one : expected.logs.values()) {
            Checkpoint.Entry entry = checkpoint.entry(one.name);
            if (entry != null
                    && entry.topicId().equals(one.topicId)
                    && entry.durable().lastBatchBytes() > 0
                    && entry.startOffset() < entry.durable().offset()) {
                return new Spot(one, rot(disk, one, entry.durable()), entry.durable().offset());
            }
        }
        return null;
    }

    /// @return the first offset of the batch that is no right one now
    private long rot(SimulatedDisk disk, ExpectedLog one, Mark mark) throws IOException {
        SegmentPaths paths = new SegmentPaths(CrashCheck.ROOT.resolve(one.name), mark.segment());
        int size = mark.lastBatchBytes();
        int position = mark.position() - size;
        ByteBuffer bytes = ByteBuffer.allocate(size);
        try (LogFile file = disk.open(paths.log(), LogFiles.Mode.WRITE)) {
            file.read(bytes, position);
            // Of what comes before, the CRC says nothing.
            int at = RecordBatch.MAGIC_AT + randomness.nextInt(size - RecordBatch.MAGIC_AT);
            byte wrong = (byte) (bytes.get(at) ^ (1 << randomness.nextInt(8)));
            file.write(ByteBuffer.wrap(new byte[] {wrong}), position + at);
            file.force();
        }
        return bytes.getLong(0);
    }

    private Log open(SimulatedDisk disk, String boot, Spot spot) throws IOException {
        Randomness ids = Randomness.seeded(boot.hashCode());
        DataDirectory directory =
                DataDirectory.open(CrashCheck.ROOT, disk, new ManualClock(), ids, boot);
        return directory.log(spot.log.name, spot.log.topicId, config);
    }

    private static List<DamagedRange> look(Log log, Spot spot) throws IOException {
        unless(
                log.endOffset() >= spot.to,
                "L-9",
                "%s was durable to %d, and ends at %d because [%d, %d) is rotten",
                log.name(),
                spot.to,
                log.endOffset(),
                spot.from,
                spot.to);
        List<DamagedRange> ranges = log.damagedRanges();
        unless(!ranges.isEmpty(), "L-9", "%s has rotten at %d unseen", log.name(), spot.from);
        for (DamagedRange range : ranges) {
            unless(
                    spot.from <= range.from() && range.to() <= spot.to,
                    "L-9",
                    "%s is damaged: %s, although only [%d, %d) is rotten",
                    log.name(),
                    range,
                    spot.from,
                    spot.to);
        }
        spot.log.checkAround(log, spot.from, spot.to);
        return ranges;
    }
}

package io.octavo.log;

import static io.octavo.log.Broken.unless;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Starts on a disk as a crash left it, and compares all there is with what is expected; then makes
/// it durable, takes the power away, and compares once more; then goes on as if nothing had been.
final class CrashCheck {
    static final Path ROOT = Path.of("/data");

    /// The wall clock after a crash is no clock to rely on.
    private static final long TEN_YEARS_MS = 315_576_000_000L;

    private final ExpectedDirectory expected;
    private final LogConfig config;
    private final boolean first;
    private final Map<String, ExpectedBatch> ends = new HashMap<>();

    /// @param first whether the crash is of a run that is accounted for, not of the recovery after
    ///   it
    CrashCheck(ExpectedDirectory expected, LogConfig config, boolean first) {
        this.expected = expected;
        this.config = config;
        this.first = first;
    }

    /// @param boot what the machine is called now
    /// @param killed whether the page cache survived
    /// @throws Broken when something is not as expected
    void check(SimulatedDisk disk, String boot, boolean killed) throws IOException {
        Map<Path, ByteBuffer> left = segments(disk);
        DataDirectory directory = open(disk, boot);
        checkRun(directory, killed);
        Map<String, Log> logs = recover(directory);
        checkCut(disk, left);
        ends.clear();
        for (ExpectedLog one : expected.logs.values()) {
            ends.put(one.name, one.check(log(logs, one), killed));
        }
        for (Log log : logs.values()) {
            log.force();
            unless(
                    log.durableEnd() == log.endOffset(),
                    "L-11",
                    "%s is durable to %d of %d after a force",
                    log.name(),
                    log.durableEnd(),
                    log.endOffset());
        }
    }

    /// The files of all segments that a crash has left, where recovery puts none in their places.
    private Map<Path, ByteBuffer> segments(SimulatedDisk disk) throws IOException {
        Map<Path, ByteBuffer> files = new HashMap<>();
        for (String log : expected.logs.keySet()) {
            List<String> names = disk.list(ROOT.resolve(log));
            boolean swaps = names.contains(SegmentSwap.FILE);
            for (String name : names) {
                if (!swaps && SegmentPaths.offsetOf(name, SegmentPaths.LOG) >= 0) {
                    Path path = ROOT.resolve(log).resolve(name);
                    files.put(path, Objects.requireNonNull(WholeFile.read(disk, path)));
                }
            }
        }
        return files;
    }

    /// What recovery takes off a segment is kept, unless it is only zeros.
    private static void checkCut(SimulatedDisk disk, Map<Path, ByteBuffer> left)
            throws IOException {
        for (Map.Entry<Path, ByteBuffer> one : left.entrySet()) {
            Path path = one.getKey();
            long size = disk.exists(path) ? disk.sizeBytes(path) : Long.MAX_VALUE;
            if (size >= one.getValue().limit()) {
                continue;
            }
            ByteBuffer off = one.getValue().slice((int) size, one.getValue().limit() - (int) size);
            if (!off.equals(ByteBuffer.allocate(off.limit()))) {
                Path kept = Path.of(path + "." + size + FoundSegments.CUT);
                boolean right = disk.exists(kept) && off.equals(WholeFile.read(disk, kept));
                unless(right, "L-10", "%s was cut at %d, and what was there is gone", path, size);
            }
        }
    }

    /// What [#check] has made durable is there after a power cut.
    void checkForced(SimulatedDisk disk, String boot) throws IOException {
        DataDirectory directory = open(disk, boot);
        LastRun last = directory.lastRun();
        boolean right = last == LastRun.MACHINE_RESTARTED;
        unless(right, "L-8", "a run that lost its power is taken for %s", last);
        Map<String, Log> logs = recover(directory);
        for (ExpectedLog one : expected.logs.values()) {
            ExpectedBatch end = one.check(log(logs, one), false);
            ExpectedBatch before = Objects.requireNonNull(ends.get(one.name), one.name);
            unless(
                    end.isFrom(before),
                    "L-11",
                    "%s ended with %s and was forced, and ends with %s",
                    one.name,
                    before,
                    end);
        }
    }

    /// What [#check] has left can be written to, knows its producers, and stops and starts.
    void checkUse(SimulatedDisk disk, String boot) throws IOException {
        DataDirectory directory = open(disk, boot);
        Map<String, Long> lengths = new HashMap<>();
        for (ExpectedLog one : expected.logs.values()) {
            Log log = directory.log(one.name, one.topicId, config);
            ExpectedBatch end = one.check(log, false);
            use(log, end);
            if (one.compaction != null) {
                one.compaction.checkPasses(log, end, directory.clock().wallMs());
            }
            lengths.put(one.name, log.endOffset());
        }
        // As a broker does, once it knows its topics: what is half deleted is nobody's.
        directory.partitions().setAsideUnknown(() -> expected.logs::containsKey);
        directory.checkpoint();
        directory.close();
        disk.release();
        directory = open(disk, boot);
        unless(
                directory.lastRun() == LastRun.CLEAN,
                "L-8",
                "a clean stop is taken for %s",
                directory.lastRun());
        for (ExpectedLog one : expected.logs.values()) {
            Log log = directory.log(one.name, one.topicId, config);
            unless(
                    Objects.equals(log.endOffset(), lengths.get(one.name)),
                    "L-1",
                    "%s ended at %s, and ends at %d after a clean stop",
                    one.name,
                    lengths.get(one.name),
                    log.endOffset());
        }
    }

    private Map<String, Log> recover(DataDirectory directory) throws IOException {
        Map<String, Log> logs = new HashMap<>();
        for (ExpectedLog one : expected.logs.values()) {
            try {
                logs.put(one.name, directory.log(one.name, one.topicId, config));
            } catch (DamagedLog damaged) {
                throw new Broken("L-9", one.name + " is refused: " + damaged.getMessage());
            }
        }
        for (String name : expected.deleted) {
            Log made = directory.log(name, new Uuid(7, 7), config);
            unless(
                    made.endOffset() == 0,
                    "L-15",
                    "%s was deleted, and a new one ends at %d",
                    name,
                    made.endOffset());
        }
        return logs;
    }

    private static DataDirectory open(SimulatedDisk disk, String boot) throws IOException {
        ManualClock clock = new ManualClock();
        clock.jumpWallMs(boot.hashCode() % 2 == 0 ? TEN_YEARS_MS : -TEN_YEARS_MS);
        return DataDirectory.open(ROOT, disk, clock, Randomness.seeded(boot.hashCode()), boot);
    }

    private void checkRun(DataDirectory directory, boolean killed) {
        LastRun last = directory.lastRun();
        switch (expected.phase) {
            case STARTING, STOPPING -> {}
            case RUNNING -> {
                boolean right =
                        last == LastRun.KILLED
                                || (!(killed && first) && last == LastRun.MACHINE_RESTARTED);
                unless(right, "L-8", "a run that was cut off is taken for %s", last);
            }
            case STOPPED -> {
                boolean right = last == LastRun.CLEAN || !first;
                unless(right, "L-8", "a clean stop is taken for %s", last);
            }
        }
        Uuid id = expected.id;
        unless(
                id == null || id.equals(directory.id()),
                "L-7",
                "the directory was %s and is %s",
                id,
                directory.id());
    }

    /// Sends the last batch of each producer again, and the one after it.
    private void use(Log log, ExpectedBatch end) throws IOException {
        Map<Long, RecordBatch> last = new HashMap<>();
        for (ExpectedBatch one : end.from(log.startOffset())) {
            if (one.batch.hasProducerId() && !one.batch.isControl()) {
                last.put(one.batch.producerId(), one.batch);
            }
        }
        for (RecordBatch batch : last.values()) {
            ProducerState state = null;
            for (ProducerState one : log.producers().all()) {
                state = one.id == batch.producerId() ? one : state;
            }
            if (state == null || state.epoch() != batch.producerEpoch()) {
                continue;
            }
            ProducerCheck again = log.producers().check(batch);
            ProducerCheck right =
                    new ProducerCheck.Duplicate(
                            batch.baseOffset(), batch.lastOffset(), batch.maxTimestamp());
            unless(right.equals(again), "I-3", "%s again is %s in %s", batch, again, log.name());
            int next = RecordBatch.sequenceAfter(batch.lastSequence(), 1);
            RecordBatch following =
                    batch.isTransactional()
                            ? Batches.inTransaction(batch.producerId(), state.epoch(), next, 1)
                            : Batches.from(batch.producerId(), state.epoch(), next, 1);
            ProducerCheck accepted = log.producers().check(following);
            boolean open = accepted instanceof ProducerCheck.TransactionOpen;
            unless(
                    open || accepted.equals(ProducerCheck.Accepted.ACCEPTED),
                    "I-2",
                    "%s after %s is %s in %s",
                    following,
                    batch,
                    accepted,
                    log.name());
            log.append(following, Math.max(log.epochs().latest(), 0));
        }
        log.force();
    }

    private static Log log(Map<String, Log> logs, ExpectedLog one) {
        return Objects.requireNonNull(logs.get(one.name), one.name);
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is there when the power was lost and with it everything that was not forced.
class LostPowerTest {
    private final SimulatedDisk disk = new SimulatedDisk();

    @Test
    void whatIsDurableBehindRecordsThatWereGivenUpUnforcedIsThere() throws IOException {
        DataDirectory directory = open(disk);
        Log log = log(directory);
        log.append(Batches.of(3), 0);
        log.force();
        directory.checkpoint();
        log.append(Batches.of(3), 0);
        log.roll();
        log.append(Batches.of(3), 0);
        log.roll();
        log.append(Batches.of(3), 0);

        log.advanceStart(6);
        log.force();

        assertThat(log.durableEnd()).isEqualTo(12);
        Log after = log(open(new SimulatedDisk(new PowerCut(disk).nothing())));
        assertThat(after.endOffset()).isEqualTo(12);
        assertThat(after.read(11, 12, 9_999, true)).isInstanceOf(LogSlice.class);
    }

    /// Else all of it could be taken for what was written last, of which much may be torn.
    @Test
    void aLogThatIsNewIsKnown() throws IOException {
        DataDirectory directory = open(disk);
        log(directory).append(Batches.of(3), 0);
        directory.checkpoint();
        Log other = directory.log("topic-1", new Uuid(1, 2), LogConfig.defaults());
        other.append(Batches.of(3), 0);
        other.force();
        directory.checkpoint();

        DataDirectory after = open(new SimulatedDisk(new PowerCut(disk).nothing()));
        assertThat(after.checkpointFile().entry("topic-1")).isNotNull();
    }

    @Test
    void nothingIsDurableBecauseWhatIsBeforeItWasGivenUp() throws IOException {
        DataDirectory directory = open(disk);
        Log log = log(directory);
        log.append(Batches.of(3), 0);
        log.roll();
        log.append(Batches.of(3), 0);

        log.advanceStart(3);

        assertThat(log.durableEnd()).isZero();
        directory.checkpoint();
        assertThat(log.durableEnd()).isEqualTo(3);
    }

    @Test
    void aSegmentWhoseFirstBatchIsDamagedFollowsTheOneBefore() throws IOException {
        DataDirectory directory = open(disk);
        Log log = log(directory);
        log.append(Batches.of(3), 0);
        log.force();
        directory.checkpoint();
        log.roll();
        log.append(Batches.of(3), 0);
        log.force();
        directory.checkpoint();
        SimulatedDisk rotten = disk.killed();
        Path second = new SegmentPaths(CrashCheck.ROOT.resolve(log.name()), 3).log();
        try (LogFile file = rotten.open(second, LogFiles.Mode.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), file.sizeBytes() - 1);
            file.force();
        }
        Log damaged = log(open(rotten));
        damaged.append(Batches.of(1), 0);
        damaged.force();

        Log after = log(open(new SimulatedDisk(new PowerCut(rotten).nothing())));

        assertThat(after.endOffset()).isEqualTo(7);
        assertThat(after.damagedRanges()).isEqualTo(damaged.damagedRanges()).hasSize(1);
    }

    @Test
    void aProducerIsNotKnownAsItWasInARemovedSegmentThatIsThereStill() throws IOException {
        DataDirectory directory = open(disk);
        Log log = log(directory);
        log.append(Batches.from(1, 0, 0, 5), 0);
        log.roll();
        log.append(Batches.from(1, 1, 0, 5), 0);
        log.roll();
        log.append(Batches.of(3), 0);
        log.force();
        log.advanceStart(10);
        directory.checkpoint();
        SimulatedDisk left = disk.killed();
        left.delete(new SegmentPaths(log.path(), 5).log());
        for (String name : left.list(log.path())) {
            if (name.endsWith(SegmentPaths.SNAPSHOT)) {
                left.delete(log.path().resolve(name));
            }
        }

        assertThat(log(open(left)).producers().all()).noneMatch(state -> state.epoch() == 0);
    }

    @Test
    void aSnapshotIsKeptUntilPowerCutsLeaveANewerOne() throws IOException {
        DataDirectory directory = open(disk);
        Log log = log(directory);
        log.append(Batches.from(1, 0, 0, 5), 0);
        log.force();
        log.offerSnapshot();
        directory.checkpoint();
        for (int i = 0; i < 3; i++) {
            log.append(Batches.of(1), 0);
            log.offerSnapshot();
            directory.checkpoint();
        }

        SimulatedDisk left = new SimulatedDisk(new PowerCut(disk).nothing());
        assertThat(left.exists(new SegmentPaths(log.path(), 5).snapshot())).isTrue();

        log.force();
        for (int i = 0; i < 2; i++) {
            log.append(Batches.of(1), 0);
            log.force();
            log.offerSnapshot();
            directory.checkpoint();
        }
        assertThat(snapshots(log)).containsExactly(9L, 10L);
    }

    @Test
    void noPartOfAnIndexThatWasMadeAnewIsTakenForAllOfIt() throws IOException {
        DataDirectory directory = open(disk);
        LogConfig dense = LogConfig.defaults().withIndexIntervalBytes(0);
        Log log = directory.log("topic-0", new Uuid(1, 2), dense);
        for (int i = 0; i < 4; i++) {
            log.append(Batches.of(1, 10, Batches.TIME + i), 0);
        }
        log.roll();
        log.append(Batches.of(1), 0);
        log.force();
        directory.checkpoint();
        SimulatedDisk left = new SimulatedDisk(new PowerCut(disk).nothing());
        left.delete(new SegmentPaths(CrashCheck.ROOT.resolve(log.name()), 0).offsetIndex());

        left.watchAfter(call -> assertLatestIsFound(left));
        Log read = log(open(left));

        assertThat(latest(read)).isEqualTo(3);
    }

    /// Whatever a power cut leaves now.
    private static void assertLatestIsFound(SimulatedDisk disk) {
        PowerCut cut = new PowerCut(disk);
        cut.each(
                Randomness.seeded(1),
                4,
                image -> {
                    try {
                        assertThat(latest(log(open(new SimulatedDisk(image))))).isEqualTo(3);
                    } catch (IOException | AssertionError e) {
                        throw new AssertionError("after a power cut:\n  " + cut, e);
                    }
                });
    }

    private List<Long> snapshots(Log log) throws IOException {
        return disk.list(log.path()).stream()
                .map(name -> SegmentPaths.offsetOf(name, SegmentPaths.SNAPSHOT))
                .filter(offset -> offset >= 0)
                .sorted()
                .toList();
    }

    private static long latest(Log log) throws IOException {
        TimestampedOffset found = log.offsetForTimestamp(Batches.TIME + 3);
        return found == null ? -1 : found.offset();
    }

    private static DataDirectory open(SimulatedDisk disk) throws IOException {
        Path root = CrashCheck.ROOT;
        return DataDirectory.open(root, disk, new ManualClock(), Randomness.seeded(1), "boot");
    }

    private static Log log(DataDirectory directory) throws IOException {
        return directory.log("topic-0", new Uuid(1, 2), LogConfig.defaults());
    }
}

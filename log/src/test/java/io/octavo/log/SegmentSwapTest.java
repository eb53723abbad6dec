package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Segments replaced by one that lacks some batches, stopped anywhere.
class SegmentSwapTest {
    private static final LogConfig CONFIG = LogConfig.defaults().withSegmentBytesMax(1024);
    private static final int BATCHES = 40;

    /// Of segments that are not removed in one step.
    private static final LogConfig LARGE =
            LogConfig.defaults().withSegmentBytesMax((int) (5 * Removal.STEP_BYTES / 2));

    @TempDir Path temp;
    private final StoppingFiles files = new StoppingFiles();

    @Test
    void whereverTheSwapStopsTheLogIsTheOldOneOrTheNew() throws IOException {
        int steps = swapStoppedAfter(Integer.MAX_VALUE);
        assertThat(steps).isGreaterThan(15);
        for (int step = 0; step < steps; step++) {
            swapStoppedAfter(step);
        }
    }

    @Test
    void aCheckpointThatWasLostDoesNotMakeASparseLogATornOne() throws IOException {
        try (Disk disk = disk("lost")) {
            Log log = filled(disk);
            List<Long> kept = swap(log);
            disk.directory().close();
            Files.delete(disk.root.resolve(Checkpoint.FILE));

            disk.restartKilled();

            assertThat(offsets(disk.log(CONFIG))).isEqualTo(kept);
        }
    }

    @Test
    void aGapBehindWhatWasCompactedIsStillWhereTheLogEnds() throws IOException {
        try (Disk disk = disk("gap")) {
            Log log = filled(disk);
            swap(log);
            long sparseEnd = log.compacted().sparseEnd();
            Segment removed = log.view().segment(log.view().floor(sparseEnd) + 1);
            disk.directory().close();
            Files.delete(disk.root.resolve(Checkpoint.FILE));
            Files.delete(removed.paths().log());

            disk.restartKilled();

            assertThat(disk.log(CONFIG).endOffset()).isEqualTo(removed.baseOffset());
        }
    }

    /// A writer says that it replaces segments, and shows it a moment later.
    @Test
    void filesAreNotSwappedBeforeTheViewShowsIt() throws IOException {
        try (Disk disk = disk("unseen")) {
            Log log = filled(disk);
            List<Long> old = offsets(log);
            Segment next = copy(log, new ArrayList<>());
            Checkpoint.Entry noted = disk.directory().checkpointFile().entry(log.name());
            log.upkeep().swapping(next, replaced(log));

            disk.checkpoint();

            assertThat(log.upkeep().finishSwap()).isFalse();
            assertThat(next.paths().beside().log()).exists();
            assertThat(disk.file(SegmentSwap.FILE)).doesNotExist();
            assertThat(disk.directory().checkpointFile().entry(log.name())).isEqualTo(noted);
            assertThat(offsets(log)).isEqualTo(old);
        }
    }

    @Test
    void damageIsFoundInAFileThatWasOpenedBeforeItGotItsName() throws IOException {
        try (Disk disk = disk("opened")) {
            Log log = filled(disk);
            List<Long> kept = new ArrayList<>();
            Segment next = copy(log, kept);
            assertThat(log.segments().replace(replaced(log), next)).isTrue();
            all(log).release();
            log.upkeep().finishSwap();
            int second = Batches.of(1, 100, Batches.TIME).sizeBytes();
            try (LogFile file = files.open(next.paths().log(), LogFiles.Mode.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {77}), second + RecordBatch.MAGIC_AT);
            }

            assertThatThrownBy(() -> log.read(kept.get(1), Long.MAX_VALUE, 1, true))
                    .isInstanceOf(DamagedLog.class);
            disk.checkpoint();

            assertThat(log.damagedRanges()).hasSize(1);
            assertThat(log.read(kept.get(2), Long.MAX_VALUE, 1, true)).isInstanceOf(LogSlice.class);
        }
    }

    @Test
    void aReaderOfAReplacedSegmentReadsOn() throws IOException {
        try (Disk disk = disk("reader")) {
            Log log = filled(disk);
            LogSlice slice = all(log);
            ByteBuffer expected = slice.toBytes();

            swap(log);

            assertThat(slice.toBytes()).isEqualTo(expected);
            slice.release();
        }
    }

    /// The last piece is copied, and then two segments become one.
    @Test
    void aMoveTakesAlongWhatWasReplacedBehindItsLastPiece() throws IOException {
        try (Disk disk = disk("source");
                Disk other = disk("target")) {
            Log log = filled(disk);
            List<Long> kept = new ArrayList<>();
            Segment next = copy(log, kept);
            Relocation move =
                    Relocation.begin(log, Relocation.Place.make(other.directory(), log.name()));
            assertThat(move.copy(Long.MAX_VALUE)).isTrue();
            assertThat(log.segments().replace(replaced(log), next)).isTrue();

            move.settle();
            move.finish();

            assertThat(offsets(other.log(CONFIG))).isEqualTo(kept);
        }
    }

    /// Until the files are swapped, those under its names are the ones of the first that it
    /// replaces.
    @Test
    void aNewSegmentIsNotJudgedByTheIndexesOfAnOther() throws IOException {
        try (Disk disk = disk("indexes")) {
            Log log = disk.log(CONFIG);
            for (int i = 0; i < BATCHES; i++) {
                log.append(Batches.of(1, 100, Batches.TIME + i), 0);
            }
            disk.directory().checkpoint();
            List<Long> kept = new ArrayList<>();
            Segment next = copy(log, kept);
            long searched = log.view().segment(1).baseOffset();
            assertThat(log.segments().replace(replaced(log), next)).isTrue();

            for (boolean swapped : new boolean[] {false, true}) {
                if (swapped) {
                    log.upkeep().finishSwap();
                }
                long found =
                        kept.stream()
                                .filter(offset -> offset >= searched)
                                .findFirst()
                                .orElseThrow();
                assertThat(log.offsetForTimestamp(Batches.TIME + searched))
                        .isNotNull()
                        .extracting("offset")
                        .isEqualTo(found);
            }
        }
    }

    /// Who reads from a replaced segment goes on without its indexes, and makes none under names
    /// that are another's.
    @Test
    void aReplacedSegmentMakesNoIndexes() throws IOException {
        try (Disk disk = disk("retired")) {
            Segment first = replaced(filled(disk)).getFirst();
            for (boolean retired : new boolean[] {true, false}) {
                int bytes = first.sealedBytes();
                Segment read = Segment.found(disk.directory().files(), first.paths(), bytes, bytes);
                SharedFile reader = Objects.requireNonNull(read.acquire());
                try {
                    if (retired) {
                        read.retire();
                    }
                    Files.deleteIfExists(first.paths().offsetIndex());
                    Files.deleteIfExists(first.paths().timeIndex());

                    assertThat(read.batchAt(reader.file(), 3, bytes))
                            .isNotEqualTo(Segment.NO_BATCH);
                    assertThat(read.maxTimestamp(reader.file())).isEqualTo(Batches.TIME);

                    assertThat(Files.exists(first.paths().offsetIndex())).isEqualTo(!retired);
                } finally {
                    reader.release();
                }
            }
        }
    }

    @Test
    void anIntentThatIsNotReadableOpensNothing() throws IOException {
        try (Disk disk = disk("intent")) {
            filled(disk);
            disk.directory().close();
            Files.write(disk.file(SegmentSwap.FILE), new byte[50], StandardOpenOption.CREATE);

            disk.restartKilled();

            assertThatThrownBy(() -> disk.log(CONFIG))
                    .isInstanceOf(DamagedLog.class)
                    .hasMessageContaining(SegmentSwap.FILE);
        }
    }

    /// What compaction wrote was damaged before the swap was finished.
    @Test
    void aNewSegmentThatIsNotWholeCostsNoneOfTheOld() throws IOException {
        try (Disk disk = disk("damaged")) {
            Log log = filled(disk);
            Segment next = copy(log, new ArrayList<>());
            List<Segment> old = replaced(log);
            assertThat(log.segments().replace(old, next)).isTrue();
            Path beside = next.paths().beside().log();
            try (LogFile file = files.open(beside, LogFiles.Mode.WRITE)) {
                file.truncate(file.sizeBytes() - 1);
            }

            assertThatThrownBy(() -> log.upkeep().finishSwap()).isInstanceOf(DamagedLog.class);

            disk.restartKilled();
            assertThatThrownBy(() -> disk.log(CONFIG))
                    .isInstanceOf(DamagedLog.class)
                    .hasMessageContaining(beside.getFileName().toString());
            assertThat(old).allSatisfy(segment -> assertThat(segment.paths().log()).exists());
        }
    }

    @Test
    void largeFilesOfReplacedSegmentsGoInStepsAndNotWhileTheyAreRead() throws IOException {
        try (Disk disk = disk("large")) {
            Log log = large(disk);
            LogSlice slice = all(log);
            ByteBuffer expected = slice.toBytes();
            List<Long> kept = swap(log);

            disk.checkpoint();
            assertThat(slice.toBytes()).isEqualTo(expected);
            assertThat(leftovers(log)).hasSize(1);
            slice.release();
            assertThat(disk.directory().remove()).isTrue();
            assertThat(leftovers(log)).as("the first step").hasSize(1);
            disk.checkpoint();

            assertThat(leftovers(log)).isEmpty();
            assertThat(offsets(log)).isEqualTo(kept);
            disk.restartKilled();
            assertThat(offsets(disk.log(LARGE))).isEqualTo(kept);
        }
    }

    @Test
    void whoReadsWhatIsStillToBeSwappedReadsOnThoughTheLogIsDeleted() throws IOException {
        try (Disk disk = disk("deleted")) {
            Log log = large(disk);
            LogSlice slice = all(log);
            ByteBuffer expected = slice.toBytes();
            Segment next = copy(log, new ArrayList<>());
            assertThat(log.segments().replace(replaced(log), next)).isTrue();

            log.delete();
            disk.checkpoint();

            assertThat(slice.toBytes()).isEqualTo(expected);
            slice.release();
        }
    }

    private List<String> leftovers(Log log) throws IOException {
        return files.list(log.path()).stream()
                .filter(name -> name.endsWith(SegmentPaths.DELETED))
                .toList();
    }

    /// Segments that are replaced meanwhile keep the checkpoint from knowing where the log is, for
    /// a while.
    @Test
    void aStartIsForcedAlthoughSegmentsAreReplacedMeanwhile() throws IOException {
        try (Disk disk = disk("start")) {
            Log log = filled(disk);
            Segment next = copy(log, new ArrayList<>());
            log.advanceStart(1);
            files.beforeNext(
                    () -> assertThat(log.segments().replace(replaced(log), next)).isTrue());

            disk.directory().forceStarts(Map.of(log, 1L));

            disk.restartKilled();
            assertThat(disk.log(CONFIG).startOffset()).isEqualTo(1);
        }
    }

    /// @return how many changes of files the swap makes
    private int swapStoppedAfter(int step) throws IOException {
        try (Disk disk = disk("step" + step)) {
            Log log = filled(disk);
            List<Long> old = offsets(log);
            List<Long> kept = new ArrayList<>();
            Segment next = copy(log, kept);
            files.stopAfter(step);
            try {
                if (log.segments().replace(replaced(log), next)) {
                    log.upkeep().finishSwap();
                }
                assertThat(offsets(log)).as("step %s", step).isEqualTo(kept);
            } catch (StoppingFiles.Stopped stopped) {
                assertThat(step).isNotEqualTo(Integer.MAX_VALUE);
                assertThat(disk.directory().failure())
                        .as("step %s", step)
                        .isInstanceOf(StoppingFiles.Stopped.class);
            }
            int changes = files.changes();
            files.goOn();

            disk.restartKilled();

            Log again = disk.log(CONFIG);
            assertThat(offsets(again)).as("step %s", step).isIn(old, kept);
            assertThat(again.damagedRanges()).as("step %s", step).isEmpty();
            again.append(Batches.of(1), BATCHES);
            disk.directory().checkpoint();
            disk.restartKilled();
            assertThat(offsets(disk.log(CONFIG))).contains((long) BATCHES);
            assertThat(disk.file(SegmentSwap.FILE)).doesNotExist();
            return changes;
        }
    }

    private Disk disk(String name) throws IOException {
        return Disk.on(Files.createDirectories(temp.resolve(name)), files);
    }

    private static Log large(Disk disk) throws IOException {
        Log log = disk.log(LARGE);
        for (int i = 0; i < 60; i++) {
            log.append(Batches.of(1, 1 << 19, Batches.TIME), 0);
        }
        disk.checkpoint();
        return log;
    }

    private static LogSlice all(Log log) throws IOException {
        return (LogSlice) log.read(0, Long.MAX_VALUE, Integer.MAX_VALUE, true);
    }

    private static Log filled(Disk disk) throws IOException {
        Log log = disk.log(CONFIG);
        for (int i = 0; i < BATCHES; i++) {
            log.append(Batches.of(1, 100, Batches.TIME), i / 10);
        }
        disk.directory().checkpoint();
        return log;
    }

    /// @return the offsets of the batches that are left
    private List<Long> swap(Log log) throws IOException {
        List<Long> kept = new ArrayList<>();
        Segment next = copy(log, kept);
        assertThat(log.segments().replace(replaced(log), next)).isTrue();
        log.upkeep().finishSwap();
        return kept;
    }

    private static List<Segment> replaced(Log log) {
        return List.of(log.view().segment(0), log.view().segment(1));
    }

    /// The segment that takes the place of the first two, without every third batch and the last.
    private Segment copy(Log log, List<Long> kept) throws IOException {
        List<Segment> old = replaced(log);
        long end = log.view().segment(2).baseOffset();
        log.compacted().thinOut(end);
        SegmentPaths paths = new SegmentPaths(log.path(), old.getFirst().baseOffset());
        int bytes = 0;
        long latest = RecordBatch.NO_TIMESTAMP;
        try (LogFile into = files.open(paths.beside().log(), LogFiles.Mode.CREATE)) {
            for (RecordBatch batch : batches(log)) {
                if (isLeftOut(batch.baseOffset(), end)) {
                    continue;
                }
                kept.add(batch.baseOffset());
                if (batch.baseOffset() < end) {
                    into.write(batch.bytes(), bytes);
                    bytes += batch.sizeBytes();
                    latest = Math.max(latest, batch.maxTimestamp());
                }
            }
        }
        return Segment.beside(log.directory().files(), paths, bytes, latest);
    }

    /// The last one before the next segment too, so that there is a gap between segments.
    private static boolean isLeftOut(long offset, long end) {
        return offset < end && (offset % 3 == 1 || offset == end - 1);
    }

    private static List<Long> offsets(Log log) throws IOException {
        return batches(log).stream().map(RecordBatch::baseOffset).toList();
    }

    private static List<RecordBatch> batches(Log log) throws IOException {
        List<RecordBatch> batches = new ArrayList<>();
        long offset = log.startOffset();
        while (log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true)
                instanceof LogSlice slice) {
            batches.addAll(Batches.in(slice.toBytes()));
            slice.release();
            offset = batches.getLast().nextOffset();
        }
        return batches;
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelocationTest extends RelocationScene {
    @Test
    void aLogThatGrowsWhileItMovesArrivesWhole() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(1500);
        append(log, 40);
        relocation.copy(3000);
        log.advanceStart(25);
        source.directory().checkpoint();
        append(log, 5);
        while (!relocation.copy(ALL)) {
            append(log, 1);
        }
        relocation.settle();
        byte[] producers = Files.readAllBytes(lastSnapshot(source));
        relocation.finish();

        Log moved = target.log(SMALL);
        assertThat(moved.startOffset()).isEqualTo(25);
        assertThat(moved.endOffset()).isEqualTo(85);
        assertThat(moved.durableEnd()).isEqualTo(85);
        assertThat(Files.readAllBytes(lastSnapshot(target))).isEqualTo(producers);
        assertThat(firstOffset(moved, 84)).isEqualTo(84);
        assertThat(source.directory().partitions().names()).isEmpty();
        append(moved, 1);
        assertThat(moved.endOffset()).isEqualTo(86);
    }

    /// Where timestamps say nothing, retention goes by the time of the file.
    @Test
    void aSegmentIsNoYoungerInTheOtherDirectory() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        String first = "00000000000000000000.log";
        long aYearAgoMs = source.clock.wallMs() - 365L * 86_400_000;
        files.backdate(source.file(first), aYearAgoMs);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        relocation.settle();
        String last = last(source, SegmentPaths.LOG);
        files.backdate(source.file(last), aYearAgoMs);
        relocation.finish();

        assertThat(last).isNotEqualTo(first);
        assertThat(files.modifiedMs(target.file(first))).isEqualTo(aYearAgoMs);
        assertThat(files.modifiedMs(target.file(last))).isEqualTo(aYearAgoMs);
    }

    @Test
    void whatWasCutWhileItMovesIsNotInTheCopy() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        log.truncate(10);
        append(log, 3);
        relocation.settle();
        relocation.finish();

        assertThat(target.log(SMALL).endOffset()).isEqualTo(13);
    }

    @Test
    void whatIsToGoIsNotCopied() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        log.advanceStart(25);
        source.directory().checkpoint();
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        Files.createFile(source.file("00000000000000000000.log.deleted"));

        relocation.settle();
        relocation.finish();

        assertThat(files.list(targetRoot.resolve(Disk.NAME)))
                .noneMatch(name -> name.startsWith("00000000000000000000."));
        assertThat(target.log(SMALL).startOffset()).isEqualTo(25);
    }

    /// Else a log of many segments is out of use for long.
    @Test
    void howManyFilesOfAClosedLogAreCopiedDoesNotDependOnItsSegments() throws IOException {
        List<Integer> made = new ArrayList<>();
        for (int segments : new int[] {3, 50}) {
            Log log = source.log(SMALL);
            for (int i = 0; i < segments; i++) {
                append(log, 2);
                log.roll();
            }
            append(log, 1);
            source.checkpoint();
            Relocation relocation =
                    Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
            assertThat(relocation.copy(ALL)).isTrue();
            relocation.settle();
            files.made = 0;

            relocation.finish();

            made.add(files.made);
            Log moved = target.log(SMALL);
            assertThat(moved.view().segments()).isEqualTo(segments + 1);
            assertThat(moved.endOffset()).isEqualTo(2 * segments + 1);
            assertThat(files.list(moved.path()))
                    .filteredOn(name -> name.endsWith(SegmentPaths.OFFSET_INDEX))
                    .hasSizeGreaterThanOrEqualTo(segments);
            again();
        }
        assertThat(made.getLast()).isEqualTo(made.getFirst());
    }

    /// Two segments were replaced by one when it is copied: its indexes still lie beside then, and
    /// under its names are those of the first that it replaces.
    @Test
    void aSegmentThatGetsItsFilesBehindItsCopyMovesWithItsOwnIndexes() throws IOException {
        LogConfig compacting =
                SMALL.with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, 1_000));
        Log log = source.log(compacting);
        for (int i = 0; i < 7; i++) {
            appendKey(log, i);
            if (i % 3 == 2) {
                log.roll();
            }
        }
        log.force();
        source.checkpoint();
        long wallMs = source.clock.wallMs();
        Dirtiness what = Dirtiness.of(log, log.endOffset(), wallMs);
        try (Compaction pass = Compaction.begin(log, what, log.endOffset(), 1 << 20, wallMs)) {
            while (pass.stage() != Compaction.Stage.PUBLISH) {
                assertThat(pass.step()).isNotIn(Compaction.Stage.DONE, Compaction.Stage.OVERTAKEN);
            }
            pass.publish();
        }
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        assertThat(relocation.copy(ALL)).isTrue();

        relocation.settle();
        relocation.finish();

        Log moved = target.log(SMALL);
        assertThat(moved.view().segments()).isEqualTo(2);
        assertThat(moved.offsetForTimestamp(Batches.TIME + 4))
                .isNotNull()
                .extracting("offset")
                .isEqualTo(4L);
    }

    /// Each has a key and a timestamp of its own.
    private static void appendKey(Log log, int i) throws IOException {
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        ByteBuffer key = ByteBuffer.allocate(Integer.BYTES).putInt(0, i);
        batch.append(Batches.TIME + i, key, key.duplicate(), List.of());
        log.append(new RecordBatch(batch.build()), 0);
    }

    @Test
    void aMoveThatIsGivenUpLeavesNothing() throws IOException {
        Log log = source.log(SMALL);
        append(log, 40);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(2000);
        relocation.abandon();
        target.checkpoint();

        assertThat(target.directory().partitions().names()).isEmpty();
        assertThat(files.list(targetRoot)).noneMatch(name -> name.startsWith(Disk.NAME));
        assertThat(log.endOffset()).isEqualTo(40);
    }

    @Test
    void aLogWithoutRecordsMovesWithoutATrace() throws IOException {
        Log log = source.log(SMALL);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));
        relocation.copy(ALL);
        relocation.settle();
        relocation.finish();

        assertThat(target.log(SMALL).endOffset()).isZero();
        assertThat(target.directory().partitions().names()).isEmpty();
    }

    @Test
    void aLogThatIsInUseIsNotTakenAway() throws IOException {
        Log log = source.log(SMALL);
        append(log, 1);
        Relocation relocation =
                Relocation.begin(log, Relocation.Place.make(target.directory(), log.name()));

        assertThatThrownBy(relocation::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyMoveIsCounted() throws IOException {
        settled().finish();
        assertThat(moves(target)).isEqualTo(1);

        Log log = target.log(SMALL);
        Relocation back =
                Relocation.begin(log, Relocation.Place.make(source.directory(), log.name()));
        back.copy(ALL);
        back.settle();
        back.finish();

        assertThat(moves(source)).isEqualTo(2);
        assertWhole(source);
    }

    private static Path lastSnapshot(Disk disk) throws IOException {
        return disk.file(last(disk, SegmentPaths.SNAPSHOT));
    }

    /// The last file of a kind.
    private static String last(Disk disk, String suffix) throws IOException {
        String last = "";
        for (String name : new UnforcedFiles().list(disk.root.resolve(Disk.NAME))) {
            last = name.endsWith(suffix) ? name : last;
        }
        return last;
    }
}

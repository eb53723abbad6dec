package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        String last = "";
        for (String name : new UnforcedFiles().list(disk.root.resolve(Disk.NAME))) {
            last = name.endsWith(SegmentPaths.SNAPSHOT) ? name : last;
        }
        return disk.file(last);
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadroomTest extends HeadroomScene {
    @Test
    void theFileOfABusyLogIsAheadOfItsEnd() throws IOException {
        appendFor(30);

        assertThat(Files.size(disk.file(FIRST)))
                .isBetween(log.sizeBytes() + (64 << 10), log.sizeBytes() + (16 << 20));
    }

    @Test
    void theFileOfAQuietLogEndsWhereItDoes() throws IOException {
        for (int i = 0; i < 5; i++) {
            disk.clock.advanceMs(1_000);
            log.append(Batches.of(1), 0);
            thread.run();
        }

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
        assertThat(files.bytes).isZero();
    }

    @Test
    void aSegmentThatIsNearlyFullIsEndedBeforeAnAppendHasTo() throws IOException {
        appendFor(1_700);

        List<String> segments =
                LogFiles.system().list(disk.file("")).stream()
                        .filter(name -> name.endsWith(".log"))
                        .toList();
        assertThat(segments).hasSizeGreaterThan(1);
        assertThat(Files.size(disk.file(FIRST)))
                .isBetween(SEGMENT_BYTES - SEGMENT_BYTES / 8L, SEGMENT_BYTES - 10_000L);
    }

    @Test
    void whoeverHoldsTheLogIsNotWaitedFor() throws IOException {
        busy = true;

        appendFor(30);

        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
        assertThat(log.durableEnd()).isEqualTo(log.endOffset());
    }

    @Test
    void whereLittleIsForcedAtATimeZerosAreWrittenAhead() throws IOException {
        appendFor(30);

        assertThat(files.bytes).isBetween(128 << 10, (256 << 10) + 30 * 10_000);
        assertThat(Files.size(disk.file(FIRST)) - log.sizeBytes())
                .isBetween(128L << 10, 384L << 10);
    }

    @Test
    void whereMuchIsForcedAtATimeTheFileIsExtendedByMuch() throws IOException {
        appendMuchFor(30);

        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes() + (1 << 20));
    }

    @Test
    void smallBatchesOfABusyLogMeetBlocksThatWereWrittenWhole() throws IOException {
        appendMuchFor(150);

        assertThat(files.starts.subList(1, files.starts.size()))
                .hasSizeGreaterThan(100)
                .allMatch(start -> start % (64 << 10) == 0)
                .doesNotHaveDuplicates();
        assertThat(files.zeroedTo).isBetween(log.sizeBytes(), log.sizeBytes() + (64 << 10));
        disk.restartKilled();
        assertThat(disk.log().endOffset()).isEqualTo(1_200);
    }

    @Test
    void largeBatchesAreWrittenAsTheyAre() throws IOException {
        for (int i = 0; i < 100; i++) {
            disk.clock.advanceMs(1);
            log.append(Batches.of(1, 40_000, 1), 0);
            log.append(Batches.of(1, 40_000, 1), 0);
            thread.run();
        }

        assertThat(Files.size(disk.file(FIRST))).isGreaterThan(log.sizeBytes());
        assertThat(files.bytes).isZero();
    }

    @Test
    void nothingIsSetAsideOfTheLastOfTheDisk() throws IOException {
        disk.directory().keepFree(1L << 30);

        files.freeBytes = (1L << 30) + (64L << 20);
        appendMuchFor(30);
        long ahead = Files.size(disk.file(FIRST)) - log.sizeBytes();
        assertThat(ahead).isBetween(1L, 1L << 20);

        files.freeBytes = (1L << 30) + (3L << 20);
        appendMuchFor(30);
        assertThat(Files.size(disk.file(FIRST))).isEqualTo(log.sizeBytes());
    }

    @Test
    void aRecordIsNeverOverwritten() throws IOException {
        appendFor(200);
        disk.restartKilled();

        assertThat(disk.log().endOffset()).isEqualTo(200);
    }

    @Test
    void zerosThatFindNoSpaceAreDoneWithout() throws IOException {
        files.failure = new NoSpace("full", new IOException("by a test"));

        appendFor(30);

        assertThat(log.durableEnd()).isEqualTo(30);
    }

    @Test
    void zerosThatCannotBeWrittenAreAFailureOfTheDisk() {
        files.failure = new IOException("by a test");

        assertThatThrownBy(() -> appendFor(30)).hasMessageContaining("by a test");

        assertThat(disk.directory().failure()).isSameAs(files.failure);
    }

    /// The disk may be busy for longer than what is ahead lasts.
    @Test
    void roomIsMadeAlsoWhileAForceTakesLong() throws IOException {
        ManualLoop other = openWithTwoThreads();
        log.configure(config().withSegmentBytesMax(4 * SEGMENT_BYTES));
        appendMuchFor(30);
        long file = Files.size(disk.file(FIRST));
        files.duringForce =
                () -> {
                    appendBytes(file - log.sizeBytes() - (8 << 20));
                    other.run();
                    assertThat(Files.size(disk.file(FIRST)))
                            .isGreaterThan(log.sizeBytes() + (24 << 20));
                };

        appendMuchFor(1);

        assertThat(files.duringForce).isNull();
    }

    @Test
    void aSegmentThatGetsFullWhileAForceTakesLongIsEndedMeanwhile() throws IOException {
        ManualLoop other = openWithTwoThreads();
        appendMuchFor(30);
        files.duringForce =
                () -> {
                    appendBytes(SEGMENT_BYTES - log.sizeBytes() - (1 << 20));
                    other.run();
                    assertThat(log.view().segments()).isEqualTo(2);
                };

        appendMuchFor(1);

        assertThat(files.duringForce).isNull();
    }

    /// @return the second
    private ManualLoop openWithTwoThreads() throws IOException {
        disk = new Disk(root.resolve("two"), files);
        thread = new ManualLoop(disk.clock);
        ManualLoop other = new ManualLoop(disk.clock);
        log = started(disk, List.of(thread, other));
        return other;
    }

    private void appendBytes(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= 10_000) {
            log.append(Batches.of(1, 10_000, 1), 0);
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplaysTest {
    private static final int KEPT = 32;
    private static final int PART = Replays.PART_BYTES;
    private static final int SLICE = 1 << 20;

    @TempDir Path root;

    private final SomeInMemory files = new SomeInMemory();
    private final ManualClock clock = new ManualClock();
    private Replays replays;

    @BeforeEach
    void begin() {
        replays = new Replays(files, clock);
    }

    @Test
    void whatAReplayHasPassedIsDroppedButTheLast() throws IOException {
        LogFile file = file(40);

        for (int part = 0; part < 40; part++) {
            read(file, part);
            clock.advanceMs(1_000);
            // Those read, and the one that comes next.
            assertThat(files.dropped)
                    .isEqualTo(parts(0, Math.max(0, Math.min(part + 2, 40) - KEPT)));
        }
        file.close();
    }

    @Test
    void whatWasInMemoryStaysThere() throws IOException {
        LogFile file = file(100);
        files.inMemory.addAll(parts(10, 60));

        replay(file, 100, 1_000);

        assertThat(files.dropped.subList(0, 10)).isEqualTo(parts(0, 10));
        assertThat(files.dropped.subList(10, 18)).isEqualTo(parts(60, 68));
        assertThat(files.dropped).hasSize(18);
        file.close();
    }

    @Test
    void whatIsReadAgainWithinTwoSecondsStays() throws IOException {
        LogFile file = file(60);
        for (int part = 0; part < 60; part++) {
            read(file, part);
            drop(replays.reads(file, 5, 1));
            clock.advanceMs(1_000);
        }

        assertThat(files.dropped).startsWith(2L).doesNotContain(0L, 1L);
        file.close();
    }

    @Test
    void nothingIsDroppedThatWasReadWithinTwoSeconds() throws IOException {
        LogFile file = file(100);

        replay(file, 99, 10);
        assertThat(files.dropped).isEmpty();

        clock.advanceMs(2_000);
        read(file, 99);
        assertThat(files.dropped).isEqualTo(parts(0, 100 - KEPT));
        file.close();
    }

    @Test
    void ofMoreThanSixtyFourGibibytesOnlyTheLastAreKnown() throws IOException {
        LogFile file = file(5_000);

        replay(file, 4_999, 0);
        clock.advanceMs(2_000);
        read(file, 4_999);

        assertThat(files.dropped).isEqualTo(parts(5_000 - 4_096, 5_000 - KEPT));
        file.close();
    }

    @Test
    void aSliceOfSeveralPartsIsAllNoted() throws IOException {
        LogFile file = file(100);
        drop(replays.reads(file, 10, 98 * PART));
        clock.advanceMs(2_000);

        read(file, 99);

        // The first was read from its middle on.
        assertThat(files.dropped).isEqualTo(parts(1, 100 - KEPT));
        file.close();
    }

    @Test
    void segmentsOfALogAreDroppedBehindItsReaderAndTheActiveOneStays() throws IOException {
        try (Disk disk = new Disk(root, files)) {
            Log log = disk.log(LogConfig.defaults());
            for (int i = 0; i < 40; i++) {
                log.append(Batches.of(1), 0);
                log.roll();
            }
            log.append(Batches.of(1), 0);
            disk.clock.advanceMs(60_000);

            for (int offset = 0; offset <= 40; offset++) {
                LogSlice slice = (LogSlice) log.read(offset, log.endOffset(), PART, true);
                drop(slice.replays());
                slice.release();
                disk.clock.advanceMs(1_000);
            }
        }

        assertThat(files.paths)
                .extracting(
                        path -> Long.parseLong(path.getFileName().toString().replace(".log", "")))
                .isEqualTo(parts(0, 40 - KEPT));
    }

    private void replay(LogFile file, int parts, int partMs) {
        for (int part = 0; part < parts; part++) {
            read(file, part);
            clock.advanceMs(partMs);
        }
    }

    private void read(LogFile file, int part) {
        for (int at = 0; at < PART; at += SLICE) {
            drop(replays.reads(file, (long) part * PART + at, SLICE));
        }
    }

    private static void drop(@Nullable Runnable passed) {
        if (passed != null) {
            passed.run();
        }
    }

    private LogFile file(int parts) throws IOException {
        Path path = root.resolve("file");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength((long) parts * PART);
        }
        return files.open(path, LogFiles.Mode.READ);
    }

    private static List<Long> parts(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /// Files of which nothing is in memory but what a test says.
    private static final class SomeInMemory extends UnforcedFiles {
        private final Set<Long> inMemory = new HashSet<>();
        private final List<Long> dropped = new ArrayList<>();
        private final List<Path> paths = new ArrayList<>();

        @Override
        boolean isCached(Path path, long position) {
            return inMemory.contains(position / PART);
        }

        @Override
        public void dropCached(Path path, long from, long to) {
            assertThat(to - from).isEqualTo(PART);
            dropped.add(from / PART);
            paths.add(path);
        }
    }
}

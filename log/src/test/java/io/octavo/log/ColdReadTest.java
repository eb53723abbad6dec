package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ColdReadTest {
    private static final int ALL = Integer.MAX_VALUE;

    /// More than a segment remembers the places of.
    private static final int BATCHES = 200;

    @TempDir Path root;

    private final ForgetfulFiles files = new ForgetfulFiles();
    private Disk disk;

    @BeforeEach
    void start() throws IOException {
        disk = new Disk(root, files);
    }

    @AfterEach
    void stop() throws IOException {
        disk.close();
    }

    @Test
    void theTailIsReadWithoutAQuestion() throws IOException {
        Log log = written();
        files.forget();

        LogSlice slice = (LogSlice) log.readCached(BATCHES - 3, ALL, ALL, true);

        assertThat(slice.isCached(0, slice.sizeBytes())).isTrue();
        assertThat(files.questions).isZero();
        slice.release();
    }

    @Test
    void whatWasAppendedLongAgoIsAskedFor() throws IOException {
        Log log = written();
        files.forget();
        disk.clock.advanceMs(60_000);

        LogSlice slice = (LogSlice) log.readCached(BATCHES - 3, ALL, ALL, true);

        assertThat(slice.isCached(0, slice.sizeBytes())).isFalse();
        slice.release();
    }

    @Test
    void aLookupThatHasToReadTheDiskIsCold() throws IOException {
        Log log = written();
        files.forget();

        assertThat(log.readCached(3, ALL, ALL, true)).isEqualTo(ReadResult.Cold.COLD);
        ((LogSlice) log.read(3, ALL, ALL, true)).release();
        assertThat(offset(log.readCached(3, ALL, ALL, true))).isEqualTo(3);
    }

    @Test
    void aSegmentThatIsNotOpenIsCold() throws IOException {
        written();
        disk.restart();
        Log log = disk.log();
        disk.directory().limitOpenFiles(0);
        log.force();
        disk.directory().checkpoint();
        disk.directory().checkpoint();

        assertThat(log.readCached(3, ALL, ALL, true)).isEqualTo(ReadResult.Cold.COLD);
        assertThat(offset(log.read(3, ALL, ALL, true))).isEqualTo(3);
    }

    @Test
    void anIndexIsReadByWhoMayWait() throws IOException {
        Log log = written();
        log.roll();
        log.append(Batches.of(1), 0);

        assertThat(log.readCached(BATCHES / 2, ALL, ALL, true)).isEqualTo(ReadResult.Cold.COLD);
        ((LogSlice) log.read(BATCHES / 2, ALL, ALL, true)).release();
        assertThat(offset(log.readCached(BATCHES / 2, ALL, ALL, true))).isEqualTo(BATCHES / 2);
    }

    @Test
    void offsetsThatAreNotThereNeedNoDisk() throws IOException {
        Log log = written();
        files.forget();

        assertThat(log.readCached(BATCHES, ALL, ALL, true)).isInstanceOf(ReadResult.Empty.class);
        assertThat(log.readCached(BATCHES + 1, ALL, ALL, true))
                .isInstanceOf(ReadResult.OutOfRange.class);
        assertThat(log.readCached(3, ALL, 0, false)).isInstanceOf(ReadResult.Empty.class);
    }

    @Test
    void theSystemSaysWhatIsInMemory() throws IOException {
        Path path = root.resolve("file");
        Files.write(path, new byte[3 << 20]);
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            PageCache cache = new PageCache(path, channel);

            assertThat(cache.holds(0, 3 << 20)).isTrue();
            channel.write(ByteBuffer.allocate(10), 3 << 20);
            assertThat(cache.holds(3 << 20, 10)).isTrue();
            channel.truncate(1 << 20);
            assertThat(cache.holds(0, 1 << 20)).isTrue();
            assertThat(channel.size()).isEqualTo(1 << 20);
            cache.close();
        }
        try (FileChannel channel = FileChannel.open(path)) {
            PageCache renamed = new PageCache(root.resolve("as it was called before"), channel);
            assertThat(renamed.holds(0, 1)).isTrue();
            renamed.close();
        }
    }

    @Test
    void whatIsLoadedIsInMemoryAndNothingAroundIt() throws Exception {
        Path path = root.resolve("file");
        Process dd =
                new ProcessBuilder(
                                "dd",
                                "if=/dev/zero",
                                "of=" + path,
                                "bs=1M",
                                "count=16",
                                "oflag=direct")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(dd.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assumeThat(dd.exitValue()).as("written past the system's memory").isZero();
        LogFiles.system().prepare();
        try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.READ)) {
            assumeThat(file.isCached(0, 16 << 20)).isFalse();

            assertThat(file.load((4 << 20) + 10, 1 << 20, 0)).isTrue();

            assertThat(file.isCached((4 << 20) + 10, 1 << 20)).isTrue();
            assertThat(file.isCached((4 << 20) - 1, 1)).isFalse();
            assertThat(file.isCached((5 << 20) + 4096, 1)).isFalse();
            assertThat(file.read(ByteBuffer.allocate(10), 5 << 20)).isEqualTo(10);
            assertThat(file.isCached((5 << 20) + 4096, 1)).as("read ahead of it").isFalse();
            assertThat(file.load((16 << 20) - 10, 10, 1 << 20)).as("up to the end").isTrue();
            assertThat(file.load((16 << 20) - 10, 11, 0)).as("behind it").isFalse();
        }
    }

    @Test
    void whatIsBehindAMappingIsLoadedOrNot() throws IOException {
        Path path = root.resolve("file");
        LogFiles.system().prepare();
        try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.CREATE)) {
            file.write(ByteBuffer.allocate(1 << 20), 0);
            assertThat(file.isCached(0, 1 << 20)).isTrue();

            file.write(ByteBuffer.allocate(100_000), 1 << 20);
            assertThat(file.load((1 << 20) - 10, 20, 0)).as("grown a little").isFalse();
            file.write(ByteBuffer.allocate(1 << 20), 1 << 20);
            assertThat(file.load((1 << 20) - 10, 20, 0)).as("grown by half and more").isTrue();
            assertThat(file.load(2 << 20, 1, 0)).as("behind the end").isFalse();
            assertThat(file.sizeBytes()).isEqualTo(2 << 20);
        }
    }

    /// Else a bad sector would cost what is right before it.
    @Test
    void whatCannotBeLoadedIsRead() throws IOException {
        Path path = Files.write(root.resolve("file"), new byte[100]);
        List<Integer> asked = new ArrayList<>();
        try (LogFile file = LogFiles.system().open(path, LogFiles.Mode.READ)) {
            LogFile reads =
                    new LoadedReads(
                            new ForwardingFile(file) {
                                @Override
                                public boolean isCached(long position, int sizeBytes) {
                                    return false;
                                }

                                @Override
                                public boolean load(long position, int size, int ahead) {
                                    asked.add(size);
                                    return false;
                                }
                            });

            assertThat(reads.read(ByteBuffer.allocate(61), 10)).isEqualTo(61);
        }
        assertThat(asked).containsExactly(61);
    }

    private Log written() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < BATCHES; i++) {
            log.append(Batches.of(1), 0);
        }
        return log;
    }

    private static long offset(ReadResult result) throws IOException {
        LogSlice slice = (LogSlice) result;
        try {
            return Batches.in(slice.toBytes()).getFirst().baseOffset();
        } finally {
            slice.release();
        }
    }

    /// Files of which nothing is in memory once they were told so, until it is read again.
    private static final class ForgetfulFiles extends UnforcedFiles {
        private final Set<List<Object>> read = new HashSet<>();
        private boolean forgetful;
        int questions;

        void forget() {
            forgetful = true;
            read.clear();
        }

        @Override
        void reading(Path path, ByteBuffer into, long position) {
            read.add(List.of(path, position));
        }

        @Override
        boolean isCached(Path path, long position) {
            questions++;
            return !forgetful || read.contains(List.of(path, position));
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log is after the disk was full, a force was overtaken, or files are not as they were.
class LogFaultTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final String NAME = "topic-0";
    private static final String BOOT = "boot-1";
    private static final String NEXT_BOOT = "boot-2";
    private static final String SEGMENT = "00000000000000000000.log";

    @TempDir Path temp;
    private final WatchedFiles files = new WatchedFiles();
    private Opened disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Opened(temp.resolve("data"), files, BOOT);
    }

    @AfterEach
    void close() throws IOException {
        files.watchNothing();
        disk.close();
    }

    @Test
    void aNoteThatTheDiskHadNoRoomForIsWrittenWithTheNextCheckpoint() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);
        log.force();
        disk.directory.checkpoint();
        log.advanceStart(5);
        files.beforeWrite =
                path -> {
                    if (path.getFileName().toString().startsWith(Checkpoint.FILE)) {
                        throw new NoSpace("full", new IOException("full"));
                    }
                };
        assertThatThrownBy(() -> disk.directory.checkpoint()).isInstanceOf(NoSpace.class);
        files.watchNothing();

        disk.directory.checkpoint();

        try (Opened after = disk.killed(temp.resolve("copy"))) {
            assertThat(after.log().startOffset()).isEqualTo(5);
        }
    }

    @Test
    void aForceThatACutOvertookSaysNothingOfWhatWasAppendedBehindTheCut() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 10; i++) {
            log.append(Batches.of(10), 0);
        }
        List<Path> forced = new ArrayList<>();
        files.afterForce =
                path -> {
                    if (path.endsWith(SEGMENT)) {
                        files.watchNothing();
                        log.truncate(50);
                        for (int i = 0; i < 3; i++) {
                            log.append(Batches.of(10), 1);
                        }
                    }
                };

        assertThat(log.force()).isLessThanOrEqualTo(50);

        files.afterForce = forced::add;
        assertThat(log.force()).isEqualTo(80);
        assertThat(forced).contains(disk.file(SEGMENT));
    }

    @Test
    void nothingIsDurableBeforeItIsKnownForGoodWhoseItIs() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);
        List<Long> durable = new ArrayList<>();
        files.afterForce =
                path -> {
                    if (path.endsWith(PartitionMetadata.FILE)) {
                        durable.add(log.durableEnd());
                    }
                };

        log.force();

        assertThat(durable).containsExactly(0L);
    }

    @Test
    void aDirectoryThatDoesNotSayWhoseItIsKeepsItsRecords() throws IOException {
        disk.log().append(Batches.of(10), 0);
        Path copy = unchecked();
        Path metadata = copy.resolve(NAME).resolve(PartitionMetadata.FILE);
        Files.write(metadata, new byte[0]);

        try (Opened after = new Opened(copy, files, NEXT_BOOT)) {
            Log log = after.log();
            assertThat(log.endOffset()).isEqualTo(10);
            log.force();
            assertThat(PartitionMetadata.read(files, copy.resolve(NAME))).isEqualTo(TOPIC);
        }
    }

    @Test
    void aDirectoryOfAnotherTopicIsSetAsideAsOftenAsThereIsOne() throws IOException {
        for (int i = 1; i <= 3; i++) {
            Log log = disk.directory.log(NAME, new Uuid(i, i), LogConfig.defaults());
            assertThat(log.endOffset()).isZero();
            log.append(Batches.of(1), 0);
            log.close();
            disk.directory.partitions().setAside(NAME);
        }

        assertThat(files.list(disk.root)).filteredOn(name -> name.endsWith("-stray")).hasSize(3);
    }

    @Test
    void aTopicDeletedTwiceInOneRunIsRemovedTwice() throws IOException {
        for (int i = 0; i < 2; i++) {
            Log log = disk.log();
            log.append(Batches.of(1), 0);
            log.delete();
        }

        assertThat(disk.directory.remove()).isTrue();
        assertThat(disk.directory.remove()).isTrue();

        assertThat(files.list(disk.root)).noneMatch(name -> name.startsWith(NAME));
    }

    /// The checkpoint says itself whose it is.
    @Test
    void aRunMarkerThatIsNotWholeCostsNothingButItsOwn() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);
        log.force();
        log.advanceStart(5);
        disk.directory.checkpoint();
        Path copy = temp.resolve("copy");
        disk.copyTo(copy);
        Files.write(copy.resolve(RunMarker.FILE), new byte[50]);

        try (Opened after = new Opened(copy, files, BOOT)) {
            assertThat(after.directory.id()).isEqualTo(disk.directory.id());
            assertThat(after.directory.lastRun()).isEqualTo(LastRun.KILLED);
            assertThat(after.log().startOffset()).isEqualTo(5);
        }
    }

    @Test
    void aLogEndsWhereABatchIsMissing() throws IOException {
        int size = threeBatches();
        Path copy = unchecked();
        Path segment = copy.resolve(NAME).resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(segment);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes, 2 * size, size), size);
            file.truncate(2L * size);
        }

        try (Opened after = new Opened(copy, files, NEXT_BOOT)) {
            assertThat(after.log().endOffset()).isEqualTo(10);
        }
    }

    @Test
    void aLogEndsWhereAnEpochDecreases() throws IOException {
        int size = threeBatches();
        Path copy = unchecked();
        Path segment = copy.resolve(NAME).resolve(SEGMENT);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        new RecordBatch(bytes.slice(2 * size, size)).stamp(20, 3);
        Files.write(segment, bytes.array());

        try (Opened after = new Opened(copy, files, NEXT_BOOT)) {
            assertThat(after.log().endOffset()).isEqualTo(20);
        }
    }

    @Test
    void whatIsGivenUpWhileTheCheckpointIsForcedStaysUntilTheNext() throws IOException {
        Log log = disk.log(LogConfig.defaults().withSegmentBytesMax(1024));
        for (int i = 0; i < 100; i++) {
            log.append(Batches.of(10), 0);
        }
        log.advanceStart(200);
        files.afterForce =
                path -> {
                    if (path.endsWith(Checkpoint.FILE)) {
                        files.watchNothing();
                        log.advanceStart(500);
                        log.upkeep().note();
                    }
                };

        disk.directory.checkpoint();

        try (Opened after = disk.killed(temp.resolve("copy"))) {
            Log opened = after.log();
            assertThat(opened.startOffset()).isEqualTo(200);
            assertThat(opened.endOffset()).isEqualTo(1000);
        }
    }

    @Test
    void aSegmentMissingBetweenWhatIsDurableAndWhatIsWrittenIsNoticed() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 3; i++) {
            log.append(Batches.of(10), 0);
            log.roll();
        }
        log.append(Batches.of(10), 0);
        log.append(Batches.of(10), 0);
        log.truncate(40);
        Path copy = temp.resolve("copy");
        disk.copyTo(copy);
        Files.delete(copy.resolve(NAME).resolve("00000000000000000020.log"));

        try (Opened after = new Opened(copy, files, BOOT)) {
            assertThat(after.log().endOffset()).isEqualTo(20);
        }
    }

    @Test
    void theLatestTimestampIsOneOfTheViewThatIsSearched() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10, 10, 1000), 0);
        LogView seen = log.view();
        log.append(Batches.of(10, 10, 2000), 0);

        assertThat(TimestampSearch.latest(seen)).isEqualTo(new TimestampedOffset(1000, 0, 0));
        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(2000, 10, 0));
    }

    @Test
    void aClosedLogSaysSoWhateverIsReadFromIt() throws IOException {
        Log log = disk.log();
        log.append(Batches.of(10), 0);

        log.close();

        assertThat(log.read(0, ALL, ALL, true)).isInstanceOf(ReadResult.Closed.class);
        assertThat(log.read(10, ALL, ALL, true)).isInstanceOf(ReadResult.Closed.class);
        assertThat(log.read(11, ALL, ALL, true)).isInstanceOf(ReadResult.Closed.class);
    }

    @Test
    void theProducerIdleForLongestIsForgottenForANewOne() throws IOException {
        Log log = disk.log(LogConfig.defaults().withProducersMax(2));
        for (int producer = 0; producer < 3; producer++) {
            log.append(Batches.from(producer, 0, 0, 10), 0);
        }

        assertThat(log.producers().count()).isEqualTo(2);
        assertThat(log.producers().check(Batches.from(0, 0, 0, 10)))
                .isInstanceOf(ProducerCheck.Accepted.class);
        assertThat(log.producers().check(Batches.from(1, 0, 0, 10)))
                .isInstanceOf(ProducerCheck.Duplicate.class);
    }

    /// Appends them, in epoch 5.
    ///
    /// @return the size of one
    private int threeBatches() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 3; i++) {
            log.append(Batches.of(10), 5);
        }
        return Batches.of(10).sizeBytes();
    }

    /// A copy of the directory that has lost its checkpoint.
    private Path unchecked() throws IOException {
        Path copy = temp.resolve("copy");
        disk.copyTo(copy);
        Files.deleteIfExists(copy.resolve(Checkpoint.FILE));
        return copy;
    }

    /// A data directory in use.
    private static final class Opened implements AutoCloseable {
        final Path root;
        final DataDirectory directory;

        Opened(Path root, LogFiles files, String boot) throws IOException {
            this.root = root;
            directory =
                    DataDirectory.open(root, files, new ManualClock(), Randomness.seeded(1), boot);
        }

        Log log() throws IOException {
            return log(LogConfig.defaults());
        }

        Log log(LogConfig config) throws IOException {
            return directory.log(NAME, TOPIC, config);
        }

        Path file(String name) {
            return root.resolve(NAME).resolve(name);
        }

        /// What the files are at this moment, opened after the process was killed.
        Opened killed(Path copy) throws IOException {
            copyTo(copy);
            return new Opened(copy, LogFiles.system(), BOOT);
        }

        void copyTo(Path copy) throws IOException {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    Files.copy(path, copy.resolve(root.relativize(path).toString()));
                }
            }
        }

        @Override
        public void close() throws IOException {
            directory.close();
        }
    }
}

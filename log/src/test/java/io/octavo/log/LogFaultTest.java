package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log is after the disk was full, a force was overtaken, or files are not as they were.
class LogFaultTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final String SEGMENT = "00000000000000000000.log";

    @TempDir Path temp;
    private final WatchedFiles files = new WatchedFiles();
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = Disk.on(temp.resolve("data"), files);
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
        disk.directory().checkpoint();
        log.advanceStart(5);
        files.beforeWrite =
                path -> {
                    if (path.getFileName().toString().startsWith(Checkpoint.FILE)) {
                        throw new NoSpace("full", new IOException("full"));
                    }
                };
        assertThatThrownBy(() -> disk.directory().checkpoint()).isInstanceOf(NoSpace.class);
        files.watchNothing();

        disk.directory().checkpoint();

        try (Disk after = disk.killed(temp.resolve("copy"))) {
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
        Path metadata = copy.resolve(Disk.NAME).resolve(PartitionMetadata.FILE);
        Files.write(metadata, new byte[0]);

        try (Disk after = Disk.reopened(copy, "boot-2")) {
            Log log = after.log();
            assertThat(log.endOffset()).isEqualTo(10);
            log.force();
            assertThat(PartitionMetadata.read(files, copy.resolve(Disk.NAME)))
                    .isEqualTo(Disk.TOPIC);
        }
    }

    @Test
    void aDirectoryOfAnotherTopicIsSetAsideAsOftenAsThereIsOne() throws IOException {
        for (int i = 1; i <= 3; i++) {
            Log log = disk.directory().log(Disk.NAME, new Uuid(i, i), LogConfig.defaults());
            assertThat(log.endOffset()).isZero();
            log.append(Batches.of(1), 0);
            log.close();
            disk.directory().setAside(Disk.NAME);
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

        disk.directory().checkpoint();

        assertThat(files.list(disk.root)).noneMatch(name -> name.startsWith(Disk.NAME));
    }

    @Test
    void aLogEndsWhereABatchIsMissing() throws IOException {
        int size = threeBatches();
        Path copy = unchecked();
        Path segment = copy.resolve(Disk.NAME).resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(segment);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes, 2 * size, size), size);
            file.truncate(2L * size);
        }

        try (Disk after = Disk.reopened(copy, "boot-2")) {
            assertThat(after.log().endOffset()).isEqualTo(10);
        }
    }

    @Test
    void aLogEndsWhereAnEpochDecreases() throws IOException {
        int size = threeBatches();
        Path copy = unchecked();
        Path segment = copy.resolve(Disk.NAME).resolve(SEGMENT);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        new RecordBatch(bytes.slice(2 * size, size)).stamp(20, 3);
        Files.write(segment, bytes.array());

        try (Disk after = Disk.reopened(copy, "boot-2")) {
            assertThat(after.log().endOffset()).isEqualTo(20);
        }
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
}

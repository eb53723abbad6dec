package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log costs of which there are thousands: in files, and in forces.
class SmallLogsTest {
    private static final int BATCH_BYTES = 5_000;

    @TempDir Path root;

    private final CountedForces files = new CountedForces();
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(root, files);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void aLogWithoutRecordsLeavesNothing() throws IOException {
        disk.log();

        disk.directory().checkpoint();
        disk.restart();

        assertThat(disk.file("")).doesNotExist();
    }

    @Test
    void aCheckpointOfALogThatIsKnownForcesNothing() throws IOException {
        disk.log().append(Batches.of(4), 0);
        Log other = disk.directory().log("other-0", Disk.TOPIC, LogConfig.defaults());
        other.append(Batches.of(4), 0);
        disk.directory().checkpoint();
        int before = files.forces;

        other.append(Batches.of(4), 0);
        disk.directory().checkpoint();

        assertThat(files.forces).isEqualTo(before);
    }

    @Test
    void indexEntriesWaitUntilThereAreMany() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 10; i++) {
            log.append(Batches.of(1, BATCH_BYTES, Batches.TIME), 0);
            disk.directory().checkpoint();
        }
        assertThat(names()).noneMatch(name -> name.endsWith("index"));

        for (int i = 0; i < 60; i++) {
            log.append(Batches.of(1, BATCH_BYTES, Batches.TIME), 0);
        }
        disk.directory().checkpoint();

        assertThat(names()).anyMatch(name -> name.endsWith(".index"));
    }

    @Test
    void entriesThatWaitedAreFoundAgainAfterAKill() throws IOException {
        Log log = disk.log();
        for (int i = 0; i < 40; i++) {
            log.append(Batches.of(1, BATCH_BYTES, Batches.TIME), 0);
            disk.directory().checkpoint();
        }

        disk.restartKilled();

        Log after = disk.log();
        assertThat(after.endOffset()).isEqualTo(40);
        LogSlice slice = (LogSlice) after.read(20, 40, 1, true);
        assertThat(Batches.in(slice.toBytes()).getFirst().baseOffset()).isEqualTo(20);
        slice.release();
        disk.restart();
        assertThat(Files.size(disk.file("00000000000000000000.index"))).isPositive();
    }

    @Test
    void aCleanStopOfASmallLogMakesNoSnapshotAndLosesNoProducer() throws IOException {
        disk.log().append(Batches.from(11, 3, 0, 2), 0);

        disk.restart();

        assertThat(names()).noneMatch(name -> name.endsWith(".snapshot"));
        assertThat(disk.log().producers().count()).isEqualTo(1);
    }

    @Test
    void aStopThatTakesTooLongLeavesTheRestAsAKillDoes() throws IOException {
        for (int i = 0; i < 10; i++) {
            disk.directory()
                    .log("slow-" + i, Disk.TOPIC, LogConfig.defaults())
                    .append(Batches.of(4), 0);
        }
        files.forceTakesMs = 1_500;

        disk.restart();

        assertThat(files.forces).isLessThan(30);
        assertThat(disk.directory().lastRun()).isEqualTo(LastRun.KILLED);
        for (int i = 0; i < 10; i++) {
            Log log = disk.directory().log("slow-" + i, Disk.TOPIC, LogConfig.defaults());
            assertThat(log.endOffset()).isEqualTo(4);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(disk.file(""))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private final class CountedForces extends UnforcedFiles {
        private int forces;
        private long forceTakesMs;

        @Override
        void forcing(Path path) {
            forces++;
            if (forceTakesMs > 0) {
                disk.clock.advanceMs(forceTakesMs);
            }
        }

        @Override
        public void forceDirectory(Path directory) {
            forces++;
        }
    }
}

package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compaction on a disk that has little room: where most of a log is old values, it is what brings
/// the room back.
class CompactionRoomTest {
    private static final long DISK_BYTES = 1 << 30;
    private static final long RESERVE_BYTES = DISK_BYTES / 100;
    private static final long STEP_BYTES = 1 << 20;
    private static final int RECORDS = 200;
    private static final LogConfig CONFIG =
            LogConfig.defaults().with(new LogConfig.Compaction(true, 0.5, 0, Long.MAX_VALUE, 0));

    @TempDir Path root;
    private long leftBytes = DISK_BYTES / 2;
    private Disk disk;
    private Log log;

    @BeforeEach
    void fill() throws IOException {
        disk =
                Disk.on(
                        root,
                        new UnforcedFiles() {
                            @Override
                            public DiskSpace space(Path directory) {
                                return new DiskSpace(DISK_BYTES, RESERVE_BYTES + leftBytes);
                            }
                        });
        log = disk.log(CONFIG);
        String key = "k".repeat(10_000);
        for (int i = 0; i < RECORDS; i++) {
            log.append(Batches.keyed(key, Batches.TIME), 0);
        }
        log.roll();
        assertThat(log.sizeBytes()).isGreaterThan(STEP_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void onlyWhatIsWrittenHasToHaveRoom() throws IOException {
        leftBytes = STEP_BYTES;

        compact();

        assertThat(Served.offsets(log)).containsExactly(RECORDS - 1L);
        assertThat(log.sizeBytes()).isLessThan(20_000);
    }

    @Test
    void whatIsLeftOfTheReserveIsNotForCopies() throws IOException {
        List<String> before = segments();
        leftBytes = STEP_BYTES - 1;

        assertThatThrownBy(this::compact).isInstanceOf(NoSpace.class);

        assertThat(segments()).isEqualTo(before);
        assertThat(Served.offsets(log)).hasSize(RECORDS);
    }

    private void compact() throws IOException {
        CompactionModel.compact(log, disk.clock.wallMs(), 1 << 16);
        disk.checkpoint();
    }

    /// And what may become one.
    private List<String> segments() throws IOException {
        return LogFiles.system().list(root.resolve(Disk.NAME)).stream()
                .filter(name -> name.contains(".log") || name.contains(".index"))
                .sorted()
                .toList();
    }
}

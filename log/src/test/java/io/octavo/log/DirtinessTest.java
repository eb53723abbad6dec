package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a log has waited for compaction long enough, however little of it is dirty.
class DirtinessTest {
    private static final long LAG_MS = 60_000;
    private static final long HOUR_MS = 3_600_000;
    private static final LogConfig.Compaction LIMITED =
            new LogConfig.Compaction(true, 1, 0, LAG_MS, 0);
    private static final LogConfig.Compaction UNLIMITED =
            new LogConfig.Compaction(true, 1, 0, Long.MAX_VALUE, 0);

    @TempDir Path root;
    private Disk disk;
    private final List<String> read = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        disk =
                new Disk(
                        root,
                        new UnforcedFiles() {
                            @Override
                            void reading(Path path, ByteBuffer into, long position) {
                                read.add(path.getFileName().toString());
                            }
                        });
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void aSegmentWithoutATimestampDoesNotSpeakForThoseBehind() throws IOException {
        Dirtiness what = dirtiness(LIMITED, RecordBatch.NO_TIMESTAMP, now() - LAG_MS - 1);

        assertThat(what.overdue()).isTrue();
        assertThat(what.isDue(LIMITED)).isTrue();
    }

    @Test
    void aSegmentFromTheFutureDoesNotSpeakForThoseBehind() throws IOException {
        Dirtiness what = dirtiness(LIMITED, now() + HOUR_MS, now() - LAG_MS - 1);

        assertThat(what.overdue()).isTrue();
        assertThat(what.isDue(LIMITED)).isTrue();
    }

    /// Its file tells how old it is, as in retention.
    @Test
    void aSegmentFromTheFutureIsNotTooYoungForEver() throws IOException {
        var lagging = new LogConfig.Compaction(true, 1, LAG_MS, Long.MAX_VALUE, 0);
        Log log = disk.log(LogConfig.defaults().with(lagging));
        log.append(Batches.keyed("a", now() + HOUR_MS), 0);
        log.roll();
        log.append(Batches.keyed("a", now() - HOUR_MS), 0);
        log.roll();
        Path first = disk.file("00000000000000000000.log");
        Files.setLastModifiedTime(first, FileTime.fromMillis(now() - LAG_MS + 1));
        assertThat(Dirtiness.of(log, log.endOffset(), now()).end()).isZero();

        disk.clock.advanceMs(1);

        assertThat(Dirtiness.of(log, log.endOffset(), now()).end()).isEqualTo(2);
    }

    @Test
    void nothingIsOverdueThatIsNoOlderThanTheLimit() throws IOException {
        Dirtiness what = dirtiness(LIMITED, now() + HOUR_MS, now() - LAG_MS);

        assertThat(what.overdue()).isFalse();
        assertThat(what.isDue(LIMITED)).isFalse();
    }

    @Test
    void onceOneIsOverdueNoOtherIsAsked() throws IOException {
        Dirtiness what = dirtiness(LIMITED, now() - LAG_MS - 1, now() - LAG_MS - 1);

        assertThat(what.overdue()).isTrue();
        assertThat(read).containsExactly("00000000000000000002.log");
    }

    @Test
    void withoutALimitNoneIsAsked() throws IOException {
        Dirtiness what = dirtiness(UNLIMITED, now() - HOUR_MS, now() - HOUR_MS);

        assertThat(what.overdue()).isFalse();
        assertThat(read).isEmpty();
    }

    /// Of a clean segment, a dirty one of each timestamp, and an empty one.
    private Dirtiness dirtiness(LogConfig.Compaction config, long... timestamps)
            throws IOException {
        Log log = disk.log(LogConfig.defaults().with(config));
        log.append(Batches.keyed("a", now() - HOUR_MS), 0);
        log.append(Batches.keyed("a", now() - HOUR_MS), 0);
        log.roll();
        CompactionModel.compact(log, now(), 1 << 16);
        for (long timestamp : timestamps) {
            log.append(Batches.keyed("a", timestamp), 0);
            log.roll();
        }
        read.clear();
        Dirtiness what = Dirtiness.of(log, log.endOffset(), now());
        assertThat(what.firstDirty()).isEqualTo(2);
        assertThat(what.cleanBytes()).isPositive();
        assertThat(what.end()).isEqualTo(log.endOffset());
        return what;
    }

    private long now() {
        return disk.clock.wallMs();
    }
}

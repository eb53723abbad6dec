package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.protocol.record.Compression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A search by time beside a log that changes.
class TimestampSearchTest {
    private static final LogConfig DENSE = LogConfig.defaults().withIndexIntervalBytes(0);

    /// What is appended meanwhile: more than index entries wait in memory.
    private static final int MORE = 400;

    @TempDir Path temp;
    private final HookedFiles files = new HookedFiles();
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new Disk(temp, files);
    }

    @Test
    void anIndexThatIsAheadOfTheViewIsNoDamage() throws IOException {
        Log log = twoSegments();
        files.opening =
                path -> {
                    if (isFirstTimeIndex(path)) {
                        append(log, LongStream.range(4, 4 + MORE).toArray());
                    }
                };

        assertThat(log.offsetForTimestamp(MORE)).isNull();
        files.opening = HookedFiles.NOTHING;
        assertThat(log.offsetForTimestamp(MORE))
                .isEqualTo(new TimestampedOffset(MORE, MORE - 1, 0));
        assertThat(log.offsetForTimestamp(3)).isEqualTo(new TimestampedOffset(3, 2, 0));
    }

    @Test
    void whatIsNotFoundInALogThatIsClosedMeanwhileIsNoAnswer() throws IOException {
        Log log = twoSegments();
        files.opening =
                path -> {
                    if (isFirstTimeIndex(path)) {
                        files.opening = HookedFiles.NOTHING;
                        log.close();
                    }
                };

        assertThatThrownBy(() -> log.offsetForTimestamp(3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was closed");
    }

    @Test
    void segmentsWhoseLatestTimeIsKnownAreNotOpened() throws IOException {
        disk.directory().limitOpenFiles(2);
        Log log = disk.log(DENSE);
        for (int i = 0; i < 20; i++) {
            append(log, i);
            log.roll();
        }
        log.force();
        disk.directory().checkpoint();
        files.logsOpened = 0;

        assertThat(log.offsetForTimestamp(19)).isEqualTo(new TimestampedOffset(19, 19, 0));
        assertThat(log.maxTimestamp()).isEqualTo(new TimestampedOffset(19, 19, 0));

        assertThat(files.logsOpened).isLessThanOrEqualTo(2);
    }

    /// One that was opened anew: the largest timestamp of the first is not in memory.
    private Log twoSegments() throws IOException {
        Log log = disk.log(DENSE);
        append(log, 1);
        log.roll();
        append(log, 2, 3);
        disk.restart();
        return disk.log(DENSE);
    }

    private static void append(Log log, long... timestamps) throws IOException {
        for (long timestamp : timestamps) {
            log.append(Batches.at(Compression.NONE, timestamp), 0);
        }
    }

    private static boolean isFirstTimeIndex(Path path) {
        return path.endsWith("00000000000000000000.timeindex");
    }

    private static final class HookedFiles extends UnforcedFiles {
        static final Hook NOTHING = _ -> {};

        private Hook opening = NOTHING;
        private int logsOpened;

        interface Hook {
            void on(Path path) throws IOException;
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            if (path.toString().endsWith(SegmentPaths.LOG)) {
                logsOpened++;
            }
            if (mode == Mode.READ) {
                opening.on(path);
            }
            return super.open(path, mode);
        }
    }
}

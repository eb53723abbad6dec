package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A new start, and a keeper who notes where the log is while the writer is still about it.
class StartNotedTest {
    private static final LogConfig CONFIG = LogConfig.defaults().withSegmentBytesMax(1024);

    @TempDir Path root;
    private final HookedClock clock = new HookedClock();

    /// Recovery knows producers that wrote only before the start from a snapshot alone.
    @Test
    void aStartIsNotNotedBeforeASnapshotIsOwed() throws IOException {
        try (DataDirectory directory =
                DataDirectory.open(root, LogFiles.system(), clock, Randomness.seeded(1), "boot")) {
            Log log = directory.log(Disk.NAME, Disk.TOPIC, CONFIG);
            for (int i = 0; i < 40; i++) {
                log.append(Batches.of(1, 100, Batches.TIME), 0);
            }
            directory.checkpoint();
            List<Long> noted = new ArrayList<>();
            clock.hook =
                    () -> {
                        log.upkeep().note();
                        noted.add(start(directory));
                    };

            log.advanceStart(30);

            clock.hook = null;
            assertThat(noted).isNotEmpty().containsOnly(0L);
            directory.checkpoint();
            assertThat(start(directory)).isEqualTo(30);
        }
    }

    /// A busy log: while one snapshot is written the next is offered.
    @Test
    void aStartIsNotedThoughThereIsAlwaysASnapshotToWrite() throws IOException {
        Offering files = new Offering();
        try (DataDirectory directory =
                DataDirectory.open(root, files, clock, Randomness.seeded(1), "boot")) {
            Log log = directory.log(Disk.NAME, Disk.TOPIC, CONFIG);
            for (int i = 0; i < 40; i++) {
                log.append(Batches.of(1, 100, Batches.TIME), 0);
            }
            directory.checkpoint();
            files.log = log;

            log.advanceStart(30);
            for (int i = 0; i < 3; i++) {
                directory.checkpoint();
            }

            files.log = null;
            assertThat(start(directory)).isEqualTo(30);
        }
    }

    /// Has a snapshot offered whenever one is written.
    private static final class Offering extends ForwardingFiles {
        private @Nullable Log log;

        Offering() {
            super(LogFiles.system());
        }

        @Override
        public LogFile open(Path path, Mode mode) throws IOException {
            Log busy = log;
            if (busy != null
                    && path.toString().endsWith(SegmentPaths.SNAPSHOT + SegmentPaths.UNFINISHED)) {
                busy.offerSnapshot();
            }
            return super.open(path, mode);
        }
    }

    private static long start(DataDirectory directory) {
        Checkpoint.Entry entry = directory.checkpointFile().entry(Disk.NAME);
        return entry == null ? -1 : entry.startOffset();
    }

    /// Whoever asks for the time lets something else happen first.
    private static final class HookedClock implements Clock {
        private final ManualClock clock = new ManualClock();
        private @Nullable Runnable hook;

        @Override
        public long nanos() {
            Runnable step = hook;
            hook = null;
            if (step != null) {
                step.run();
            }
            return clock.nanos();
        }

        @Override
        public long wallMs() {
            return clock.wallMs();
        }
    }
}

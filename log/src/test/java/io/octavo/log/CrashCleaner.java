package io.octavo.log;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Compacts the logs of a [CrashWorkload], one pass at a time, as a broker does; other things are
/// done in the middle of it.
final class CrashCleaner {
    private static final int MAP_BYTES = 1 << 16;

    /// So many of a pass's steps are taken at a time, at most.
    private static final int STEPS = 8;

    private final ManualClock clock;
    private final Randomness random;
    private @Nullable Compaction pass;

    CrashCleaner(ManualClock clock, Randomness random) {
        this.clock = clock;
        this.random = random;
    }

    /// Goes on with a pass, or begins one.
    void run(ExpectedLog one, Log log) throws IOException {
        Compaction running = pass == null ? begin(one, log) : pass;
        pass = running;
        if (running == null) {
            return;
        }
        for (int left = 1 + random.nextInt(STEPS); left > 0; left--) {
            switch (running.stage()) {
                case SURVEY, MAP, COPY, SWAP -> running.step();
                case PUBLISH -> running.publish();
                case DONE, OVERTAKEN -> {
                    stop();
                    return;
                }
            }
        }
    }

    /// Leaves a pass where it is.
    void stop() throws IOException {
        if (pass != null) {
            pass.close();
            pass = null;
        }
    }

    private @Nullable Compaction begin(ExpectedLog one, Log log) throws IOException {
        ExpectedCompaction compaction = one.compaction;
        long wallMs = clock.wallMs();
        long highWatermark = log.durableEnd();
        long decided = Math.min(highWatermark, log.producers().firstUnstableOffset(highWatermark));
        Dirtiness what = Dirtiness.of(log, highWatermark, wallMs).upTo(decided);
        if (compaction == null || what.dirtyBytes() == 0) {
            return null;
        }
        compaction.highWatermark = highWatermark;
        compaction.begins(one.head, what.end(), wallMs);
        return Compaction.begin(log, what, highWatermark, MAP_BYTES, wallMs);
    }
}

package io.octavo.broker;

import io.octavo.broker.config.LiveConfig;
import io.octavo.log.DataDirectory;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has each data directory read for rot, at the pace that `octavo.scrub.bytes.per.second` allows.
/// Runs on a loop of its own, because it waits for disks.
final class Scrubber {
    private static final Logger LOGGER = LoggerFactory.getLogger(Scrubber.class);

    /// How often is looked whether it is time again.
    private static final long LOOK_MS = 60_000;

    /// A small file costs the disk about as much as one of so many bytes.
    private static final int FILE_BYTES = 64 << 10;

    private static final int MS_PER_SECOND = 1_000;

    private final Loop loop;
    private final Clock clock;
    private final List<DataDirectory> directories;
    private final LiveConfig config;

    Scrubber(Loop loop, Clock clock, List<DataDirectory> directories, LiveConfig config) {
        this.loop = loop;
        this.clock = clock;
        this.directories = directories;
        this.config = config;
    }

    void start() {
        for (DataDirectory directory : directories) {
            loop.schedule(LOOK_MS, () -> step(directory));
        }
    }

    private void step(DataDirectory directory) {
        long rate = config.current().scrubBytesPerSecond();
        long intervalMs = config.current().scrubIntervalMs();
        long pauseMs = Math.min(LOOK_MS, intervalMs);
        try {
            int bytes =
                    rate > 0 && directory.failure() == null
                            ? directory.scrub().step(clock.wallMs(), intervalMs)
                            : -1;
            if (bytes >= 0) {
                long costMs =
                        Math.ceilDiv((long) Math.max(bytes, FILE_BYTES) * MS_PER_SECOND, rate);
                pauseMs = Math.min(costMs, LOOK_MS);
            }
        } catch (IOException e) {
            if (directory.failure() == null) {
                LOGGER.warn("{}: something could not be read for rot", directory.root(), e);
            }
        } finally {
            loop.schedule(pauseMs, () -> step(directory));
        }
    }
}

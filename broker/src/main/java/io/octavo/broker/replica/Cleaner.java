package io.octavo.broker.replica;

import io.octavo.broker.config.BrokerConfig;
import io.octavo.broker.config.LiveConfig;
import io.octavo.log.Compaction;
import io.octavo.log.DamagedLog;
import io.octavo.log.Dirtiness;
import io.octavo.log.Log;
import io.octavo.log.LogConfig;
import io.octavo.log.NoSpace;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the partitions whose topics ask for it, the dirtiest first, one pass at a time, at the
/// pace that `log.cleaner.io.max.bytes.per.second` allows.
///
/// ```
/// look at all ──> begin a pass over the dirtiest ──> step, pause, step, ... publish, ... done ──> look
///     └── none is due: again in log.cleaner.backoff.ms
/// ```
///
/// All of it runs on one loop, except what changes a log, which is done under its partition's lock.
/// A partition whose log cannot be compacted, because a batch is damaged or does not decode, is set
/// aside until its topic's settings change or the broker starts again; the others go on.
public final class Cleaner {
    private static final Logger LOGGER = LoggerFactory.getLogger(Cleaner.class);

    private static final long NANOS_PER_MS = 1_000_000;

    /// What found no room is not tried again before this has passed, or there is so much more: each
    /// try writes what room there is full.
    private static final long CRAMPED_NANOS = 600_000 * NANOS_PER_MS;

    private static final long MORE_BYTES = 16 << 20;

    /// So often it looks whether the pause was changed.
    private static final long PAUSE_MS = 60_000;

    private final Loop loop;
    private final Clock clock;
    private final PartitionTable partitions;
    private final LiveConfig config;
    private final Pace pace;

    /// What was set aside, with the settings it had.
    private final Map<Partition, LogConfig> aside = new HashMap<>();

    /// What was tried since the last pause, to no avail.
    private final Set<Partition> tried = new HashSet<>();

    /// What found no room on its disk.
    private final Map<Partition, Cramped> cramped = new HashMap<>();

    private volatile int asideCount;

    /// When the pause began.
    private long pausedNanos;

    /// How much was free when the pass that runs began.
    private long roomBytes;

    private record Cramped(long roomBytes, long nanos) {}

    private record Candidate(Partition partition, Log log, Dirtiness what) {
        /// What is overdue comes first, then what has most to gain.
        boolean comesBefore(Candidate other) {
            return what.overdue() != other.what.overdue()
                    ? what.overdue()
                    : what.ratio() > other.what.ratio();
        }
    }

    /// @param loop waits for disks
    public Cleaner(Loop loop, Clock clock, PartitionTable partitions, LiveConfig config) {
        this.loop = loop;
        this.clock = clock;
        this.partitions = partitions;
        this.config = config;
        pace = new Pace(clock, () -> config.current().cleanerBytesPerSecond());
    }

    public void start() {
        if (config.current().cleanerEnabled()) {
            pause();
        }
    }

    /// How many partitions are set aside. Any thread.
    public int asideCount() {
        return asideCount;
    }

    private void pause() {
        tried.clear();
        pausedNanos = clock.nanos();
        rest(config.current().cleanerBackoffMs());
    }

    private void rest(long leftMs) {
        loop.schedule(Math.min(Math.max(leftMs, 0), PAUSE_MS), this::goOnOrRest);
    }

    private void goOnOrRest() {
        long passedMs = (clock.nanos() - pausedNanos) / NANOS_PER_MS;
        long leftMs = config.current().cleanerBackoffMs() - passedMs;
        if (leftMs <= 0) {
            look();
        } else {
            rest(leftMs);
        }
    }

    private void look() {
        Candidate dirtiest = null;
        Set<Partition> seen = new HashSet<>();
        for (Partition partition : partitions.all()) {
            seen.add(partition);
            Candidate candidate = candidate(partition);
            if (candidate != null && (dirtiest == null || candidate.comesBefore(dirtiest))) {
                dirtiest = candidate;
            }
        }
        aside.keySet().retainAll(seen);
        cramped.keySet().retainAll(seen);
        asideCount = aside.size();
        if (dirtiest == null) {
            pause();
        } else {
            begin(dirtiest);
        }
    }

    /// The partition, if a pass over its log is due.
    private @Nullable Candidate candidate(Partition partition) {
        LogConfig settings = partition.logConfig();
        LogConfig then = aside.get(partition);
        if (!settings.compaction().enabled()
                || tried.contains(partition)
                || settings.equals(then)
                || isCramped(partition)) {
            return null;
        }
        boolean any = partition.directory().partitions().hold(partition.toString());
        Log log = any ? partition.log() : null;
        if (log == null) {
            return null;
        }
        try {
            Dirtiness what = Dirtiness.of(log, partition.highWatermark(), clock.wallMs());
            if (what.rolls()) {
                partition.withLog(Cleaner::roll);
            }
            return what.isDue(settings.compaction()) ? new Candidate(partition, log, what) : null;
        } catch (IOException | RuntimeException failure) {
            failed(partition, failure);
            return null;
        }
    }

    private boolean isCramped(Partition partition) {
        Cramped then = cramped.get(partition);
        if (then != null
                && clock.nanos() - then.nanos < CRAMPED_NANOS
                && roomBytes(partition) - then.roomBytes < MORE_BYTES) {
            return true;
        }
        cramped.remove(partition);
        return false;
    }

    private static long roomBytes(Partition partition) {
        try {
            return partition.directory().space().usableBytes();
        } catch (IOException unknown) {
            return 0;
        }
    }

    private static void roll(@Nullable Log log) {
        if (log == null) {
            return;
        }
        try {
            log.roll();
        } catch (IOException failure) {
            LOGGER.warn("{} could not be rolled, tried again", log.name(), failure);
        }
    }

    private void begin(Candidate candidate) {
        BrokerConfig current = config.current();
        Partition partition = candidate.partition;
        partition.withLog(log -> {
            Compaction pass = null;
            try {
                if (log == candidate.log) {
                    pass =
                            Compaction.begin(
                                    log,
                                    candidate.what.upTo(partition.decidedEnd(log)),
                                    partition.highWatermark(),
                                    current.cleanerMapBytes(),
                                    clock.wallMs());
                }
            } finally {
                Compaction begun = pass;
                loop.execute(() -> begun(partition, begun));
            }
        });
    }

    private void begun(Partition partition, @Nullable Compaction pass) {
        if (pass == null) {
            tried.add(partition);
            look();
            return;
        }
        pace.forgive();
        roomBytes = roomBytes(partition);
        goOn(partition, pass);
    }

    /// Takes the next step, and sees to the one after it.
    private void goOn(Partition partition, Compaction pass) {
        try {
            long before = pass.ioBytes();
            Compaction.Stage stage =
                    pass.stage() == Compaction.Stage.PUBLISH ? pass.stage() : pass.step();
            switch (stage) {
                case SURVEY, MAP, COPY, SWAP ->
                        after(pass.ioBytes() - before, () -> goOn(partition, pass));
                case PUBLISH -> partition.withLog(log -> publish(partition, pass, log));
                case DONE, OVERTAKEN -> end(partition, pass);
            }
        } catch (RejectedExecutionException stopped) {
            close(partition, pass);
        } catch (IOException | RuntimeException failure) {
            failed(partition, failure);
            end(partition, pass);
        }
    }

    /// Under the partition's lock.
    ///
    /// @param log the partition's; null when it is out of use
    private void publish(Partition partition, Compaction pass, @Nullable Log log) {
        Runnable next = () -> goOn(partition, pass);
        try {
            if (log == null) {
                next = () -> end(partition, pass);
            } else {
                pass.publish();
            }
        } catch (RuntimeException defect) {
            next =
                    () -> {
                        failed(partition, defect);
                        end(partition, pass);
                    };
        }
        loop.execute(next);
    }

    private void end(Partition partition, Compaction pass) {
        close(partition, pass);
        if (!pass.progressed()) {
            tried.add(partition);
        }
        loop.execute(this::look);
    }

    private static void close(Partition partition, Compaction pass) {
        try {
            pass.close();
        } catch (IOException failure) {
            LOGGER.warn("{}: what a compaction left could not be removed", partition, failure);
        }
    }

    /// Does something once the bytes moved are paid for.
    private void after(long bytes, Runnable next) {
        pace.owe(bytes);
        whenPaid(next);
    }

    private void whenPaid(Runnable next) {
        long waitMs = pace.waitMs();
        if (waitMs > 0) {
            loop.schedule(waitMs, () -> whenPaid(next));
        } else {
            loop.execute(next);
        }
    }

    private void failed(Partition partition, Exception failure) {
        if (failure instanceof DamagedLog || failure instanceof RuntimeException) {
            LOGGER.error(
                    "{} is not compacted any more: {}. All else about it goes on, and so does the"
                            + " compaction of others; it is tried again when its topic's settings"
                            + " change, or at the next start",
                    partition,
                    failure.getMessage(),
                    failure instanceof DamagedLog ? null : failure);
            aside.put(partition, partition.logConfig());
            asideCount = aside.size();
        } else {
            LOGGER.warn("{} could not be compacted, tried again", partition, failure);
            tried.add(partition);
            if (failure instanceof NoSpace) {
                cramped.put(partition, new Cramped(roomBytes, clock.nanos()));
            }
        }
    }
}

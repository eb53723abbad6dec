package io.octavo.log;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the active segment of a busy log ahead of what is appended: its file is larger than what
/// is in it, and the next segment is begun before this one is full. So an append, on an event loop,
/// changes neither a file's size nor a directory, for which it could have to wait for the file
/// system's journal while that is being forced.
///
/// ```
///  | batches, forced | batches | 0 0 0 0 0 0 0 0 |
///  0                           end               end of the file, half a step to a step ahead
/// ```
///
/// What is behind the end is a hole: it takes no space, and reads as zeros. One thread at a time,
/// the syncer's; it changes the log under its writer's lock, and leaves it for the next time when
/// that is not free.
final class Headroom {
    private static final Logger LOG = LoggerFactory.getLogger(Headroom.class);

    private static final int STEP_BYTES_MIN = 64 << 10;
    private static final int STEP_BYTES_MAX = 16 << 20;

    /// A step is what is appended in about this time. A log that appends less than the smallest
    /// step in it is not busy.
    private static final long STEP_NANOS = 500_000_000;

    /// The rate is looked at this often, at most.
    private static final long LOOK_NANOS = 20_000_000;

    /// A segment is ended early by no more than this part of it.
    private static final int EARLY_PART = 16;

    /// A smaller one ends where Apache Kafka ends it: it was made small for its end, not for its
    /// speed.
    private static final int EARLY_SEGMENT_BYTES_MIN = 16 << 20;

    private final Log log;
    private long lookNanos;
    private long lookBytes;
    private int stepBytes;

    Headroom(Log log) {
        this.log = log;
    }

    /// Looks whether there is room enough.
    ///
    /// @param appendedBytes to this log since it was opened
    void look(long appendedBytes, LogOwner owner) {
        long now = log.directory().clock().nanos();
        long nanos = now - lookNanos;
        if (nanos >= LOOK_NANOS) {
            stepBytes = step(appendedBytes - lookBytes, nanos);
            lookNanos = now;
            lookBytes = appendedBytes;
        }
        if (stepBytes > 0 && isShort()) {
            var _ = owner.exclusively(this::make);
        }
    }

    private static int step(long bytes, long nanos) {
        double perStep = (double) bytes * STEP_NANOS / nanos;
        return perStep < STEP_BYTES_MIN ? 0 : (int) Math.min(perStep, STEP_BYTES_MAX);
    }

    private boolean isShort() {
        LogView view = log.view();
        Segment active = view.active();
        return active != null && view.activeBytes() > 0 && isShort(active, view.activeBytes());
    }

    private boolean isShort(Segment active, int used) {
        int ahead = active.fileBytes() - used;
        return ends(used) || (ahead < stepBytes / 2 && end(used) > used);
    }

    /// Whether the segment is so near its end that it is better ended now.
    private boolean ends(int used) {
        int most = log.config().segments().bytesMax();
        return most >= EARLY_SEGMENT_BYTES_MIN
                && used > most - Math.min(stepBytes, most / EARLY_PART);
    }

    private int end(int used) {
        return (int) Math.min((long) used + stepBytes, log.config().segments().bytesMax());
    }

    /// With the writer's lock held.
    private void make() {
        if (log.isClosed() || log.directory().failure() != null || !isShort()) {
            return;
        }
        try {
            if (ends(log.view().activeBytes())) {
                log.roll();
            }
            Segment active = log.view().active();
            if (active != null) {
                active.extend(end(log.view().activeBytes()));
            }
        } catch (IOException e) {
            // Whoever appends next meets it too, and answers for it.
            LOG.warn("{} has no room made ahead of it: {}", log.path(), e.toString());
        }
    }
}

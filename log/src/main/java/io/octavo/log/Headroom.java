package io.octavo.log;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
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
/// What is behind the end are blocks that were set aside and read as zeros, as long as much is
/// forced at a time: into a hole, an append can have to wait for whoever looks for blocks for what
/// was written before (ext4: 6 ms, 7 times a second at 330 MB/s). Where each force is of little, it
/// is zeros that were written: a force of what overwrites them writes nothing else to the disk,
/// where the first use of a block changes the file's map too (90 against 150 µs, and 40 against 65
/// µs of a processor, for 4 KiB on ext4).
///
/// A log to which nothing is appended any more gives its room back: it counts to no log's size, and
/// so many logs may be written one behind the other that the disk would be full of it.
///
/// The syncer's threads make it, one at a time; the log is changed under its writer's lock, and
/// left for the next time when that is not free. They look before each force, one at a time; and
/// the log's writer looks as it appends, because what is ahead may last for less than a force, or
/// the writing back of much, takes.
final class Headroom implements FreeSpace.SetAside {
    private static final Logger LOG = LoggerFactory.getLogger(Headroom.class);

    private static final int STEP_BYTES_MIN = 64 << 10;
    private static final int STEP_BYTES_MAX = 32 << 20;

    /// From here on blocks are written whole before small batches. With hundreds of slower logs
    /// that brings nothing.
    private static final int FAST_STEP_BYTES = 1 << 20;

    /// A step is what is appended in about this time. A log that appends less than the smallest
    /// step in it is not busy.
    private static final long STEP_NANOS = 500_000_000;

    /// The rate is looked at this often, at most.
    private static final long LOOK_NANOS = 20_000_000;

    /// Room that was not used for so long is given back.
    private static final long UNUSED_NANOS = 10_000_000_000L;

    /// Whoever appends looks after each such part of a step.
    private static final int LOOKS_PER_STEP = 16;

    /// A segment is ended early by no more than this part of it.
    private static final int EARLY_PART = 8;

    /// A smaller one ends where Apache Kafka ends it: it was made small for its end, not for its
    /// speed.
    private static final int EARLY_SEGMENT_BYTES_MIN = 16 << 20;

    /// With fewer bytes forced at a time, zeros are worth being written twice.
    private static final int SMALL_FORCE_BYTES = 64 << 10;

    /// There are made at least so many zeros in a row; or this part of a step, which takes the disk
    /// a millisecond or two at most.
    private static final int ZEROS_BYTES_MIN = 256 << 10;

    private static final int ZEROS_PART = 32;

    /// Written at a time: the log's writer finds its lock taken meanwhile. By 16 KiB at a time, a
    /// gigabyte in batches of that size took a tenth more of the broker's processor time.
    private static final int ZEROS_BYTES = SegmentExtent.BLOCK_BYTES;

    private final Log log;
    private long lookNanos;
    private long lookBytes;
    private int looks;
    private volatile int stepBytes;
    private volatile boolean smallForces;
    private final AtomicBoolean wanted = new AtomicBoolean();

    /// How much was appended when the log's writer looked; the writer's.
    private long writerLookBytes;

    /// How much was appended when somebody asked for unused room, and since when it is so much.
    private long usedBytes = -1;

    private long usedNanos;
    private boolean keepsUnused;

    Headroom(Log log) {
        this.log = log;
    }

    /// Looks whether room is to be made; to be called before each force.
    ///
    /// @return whether [#make] is to be called, by any thread; not again before it was
    boolean look() {
        measure(log.groupCommit().appendedBytes());
        return wants();
    }

    /// Looks behind an append; the log's writer does. Where each force is of little, forces are
    /// short, and [#look] does.
    ///
    /// @return as [#look]
    boolean lookAsAppended() {
        int step = stepBytes;
        if (step == 0 || smallForces) {
            return false;
        }
        long appended = log.groupCommit().appendedBytes();
        if (appended - writerLookBytes < step / LOOKS_PER_STEP) {
            return false;
        }
        writerLookBytes = appended;
        return wants();
    }

    private boolean wants() {
        return !wanted.get()
                && log.groupCommit().owner() != null
                && stepBytes != 0
                && isShort()
                && hasSpace()
                && wanted.compareAndSet(false, true);
    }

    void make() {
        LogOwner owner = log.groupCommit().owner();
        boolean zeros = smallForces;
        int turns = zeros ? zerosBytes() / ZEROS_BYTES : 1;
        try {
            while (turns > 0 && owner != null && hasSpace() && owner.exclusively(this::makeOnce)) {
                turns--;
            }
            if (zeros) {
                writeBackZeros();
            }
        } finally {
            wanted.set(false);
        }
    }

    @Override
    public boolean giveBackUnused() {
        long appended = log.groupCommit().appendedBytes();
        long now = log.directory().clock().nanos();
        if (usedBytes != appended) {
            usedBytes = appended;
            usedNanos = now;
        }
        LogOwner owner = log.groupCommit().owner();
        if (owner == null || log.isClosed()) {
            return true;
        }
        // If the lock is free and nothing is done, the owner has another log by now.
        keepsUnused = false;
        return now - usedNanos >= UNUSED_NANOS
                && owner.exclusively(this::cutUnused)
                && !keepsUnused;
    }

    /// With the writer's lock held.
    private void cutUnused() {
        LogView view = log.view();
        Segment active = view.active();
        if (active == null || log.isClosed() || log.directory().failure() != null) {
            return;
        }
        try {
            if (active.fileBytes() > view.activeBytes()) {
                active.cut(view.activeBytes());
            }
        } catch (IOException e) {
            keepsUnused = true;
            LOG.warn("{} keeps unused room for now: {}", log.path(), e.toString());
        }
    }

    /// How many zeros are made in a row. Each row costs one force a change of the file's map.
    private int zerosBytes() {
        return Math.max(ZEROS_BYTES_MIN, stepBytes / ZEROS_PART);
    }

    /// Lest the next force has to wait for all of them.
    private void writeBackZeros() {
        LogView view = log.view();
        Segment active = view.active();
        if (active == null || log.directory().failure() != null) {
            return;
        }
        try {
            active.writeBackZeros(view.activeBytes());
        } catch (IOException e) {
            LOG.warn("{} has zeros that were not written back: {}", log.path(), e.toString());
        }
    }

    private void measure(long appendedBytes) {
        looks++;
        long now = log.directory().clock().nanos();
        long nanos = now - lookNanos;
        if (nanos >= LOOK_NANOS) {
            long bytes = appendedBytes - lookBytes;
            stepBytes = step(bytes, nanos);
            smallForces = log.config().fsync() && bytes / looks < SMALL_FORCE_BYTES;
            lookNanos = now;
            lookBytes = appendedBytes;
            looks = 0;
        }
    }

    private static int step(long bytes, long nanos) {
        double perStep = (double) bytes * STEP_NANOS / nanos;
        return perStep < STEP_BYTES_MIN ? 0 : (int) Math.min(perStep, STEP_BYTES_MAX);
    }

    private boolean isShort() {
        LogView view = log.view();
        Segment active = view.active();
        int used = view.activeBytes();
        if (active == null || used == 0) {
            return false;
        }
        int ahead = (smallForces ? active.zeroedBytes() : active.fileBytes()) - used;
        int enough = (smallForces ? zerosBytes() : stepBytes) / 2;
        return ends(used) || (ahead < enough && used + ahead < segmentBytesMax());
    }

    /// Whether the segment is so near its end that it is better ended now.
    private boolean ends(int used) {
        int most = segmentBytesMax();
        return most >= EARLY_SEGMENT_BYTES_MIN
                && used > most - Math.min(stepBytes, most / EARLY_PART);
    }

    /// With the writer's lock held.
    private void makeOnce() {
        if (log.isClosed() || log.directory().failure() != null) {
            return;
        }
        try {
            if (ends(log.view().activeBytes())) {
                log.roll();
            }
            Segment active = log.view().active();
            if (active != null) {
                log.directory().freeSpace().isSetAside(this);
                make(active, log.view().activeBytes());
            }
        } catch (NoSpace full) {
            log.directory().freeSpace().met();
        } catch (IOException e) {
            LOG.warn("{} has no room made ahead of it: {}", log.path(), e.toString());
        }
    }

    private void make(Segment active, int used) throws IOException {
        if (smallForces) {
            int from = Math.max(used, active.zeroedBytes());
            int zeros = Math.min(ZEROS_BYTES, segmentBytesMax() - from);
            if (zeros > 0) {
                active.writeZeros(from, zeros);
            }
        } else {
            long step = Math.min(stepBytes, log.directory().freeSpace().spareBytes());
            if (step >= STEP_BYTES_MIN) {
                int most = segmentBytesMax();
                boolean fast = step >= FAST_STEP_BYTES || used + step >= most;
                active.extend((int) Math.min(used + step, most), fast);
            }
        }
    }

    private boolean hasSpace() {
        return log.directory().freeSpace().want() == null;
    }

    private int segmentBytesMax() {
        return log.config().segments().bytesMax();
    }
}

package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The files of a data directory, and how many of the segments' stay open. Beyond the limit the one
/// unused for longest, about, is closed: a hand goes round, passes over what was used since it came
/// by last, and closes the next (the clock of Corbató's "A paging experiment", 1968). Using a file
/// thus takes no lock.
///
/// A file that somebody uses is passed over, and so is one with bytes that are not forced; so that
/// there may be more than the limit, until [#trim] has come to them. When the process has no
/// descriptor left, whoever opens a file closes some and tries once more.
///
/// Safe for any thread. The monitor guards the list and is held for no operation on a file.
final class OpenFiles extends ForwardingFiles {
    /// How far the hand moves for one file that is opened: often far enough, and never for long.
    private static final int STEPS_MAX = 64;

    /// How many files make room when there are no descriptors left.
    private static final int RELIEF = 32;

    /// How many files are forced at a time to be closed, and for how long in a row. A force of a
    /// small file takes the disk some tenths of a millisecond.
    private static final int FORCES = 64;

    private static final long TRIM_NANOS_MAX = 250_000_000;

    /// Held while files that belong to a segment are given its name, those of a compacted one or
    /// indexes that were made anew: for some renames, not while anything is read.
    final Object naming = new Object();

    private volatile int max = Integer.MAX_VALUE;

    /// Those not closed.
    private final List<SharedFile> open = new ArrayList<>();

    private int hand;

    /// Those whose last user has gone, and which no segment has.
    private final Queue<SharedFile> unused = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;

    OpenFiles(LogFiles files) {
        super(files);
    }

    void limit(int filesMax) {
        max = filesMax;
    }

    /// Opens a segment's file to be shared; the caller is its first user.
    SharedFile share(Path path, Mode mode) throws IOException {
        SharedFile opened = new SharedFile(open(path, mode), this);
        List<SharedFile> taken;
        synchronized (this) {
            opened.slot = open.size();
            open.add(opened);
            taken = take(open.size() - max, STEPS_MAX);
        }
        taken.forEach(SharedFile::close);
        return opened;
    }

    /// Closes what could not be closed at once, for a while. Blocks.
    void trim(Clock clock) throws IOException {
        closeUnused();
        long startNanos = clock.nanos();
        List<SharedFile> dirty;
        do {
            dirty = retainDirty();
            forceAndRelease(dirty);
            relieve(count() - max);
        } while (!dirty.isEmpty() && clock.nanos() - startNanos < TRIM_NANOS_MAX);
    }

    private static void forceAndRelease(List<SharedFile> files) throws IOException {
        try {
            for (SharedFile file : files) {
                file.force();
            }
        } finally {
            files.forEach(SharedFile::release);
        }
    }

    /// How many files are open to be shared.
    synchronized int count() {
        return open.size();
    }

    /// From now on what nobody uses any more is closed at once.
    void close() {
        closed = true;
        closeUnused();
    }

    /// Has a file closed that nobody has any more.
    void closeLater(SharedFile file) {
        unused.add(file);
        if (closed) {
            closeUnused();
        }
    }

    /// A file is about to be closed.
    synchronized void forget(SharedFile file) {
        SharedFile last = open.removeLast();
        if (last != file) {
            open.set(file.slot, last);
            last.slot = file.slot;
        }
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        try {
            return super.open(path, mode);
        } catch (FileSystemException e) {
            if (!noDescriptors(e) || relieve(RELIEF) == 0) {
                throw e;
            }
            return super.open(path, mode);
        }
    }

    /// Whether a file was not opened because the process, or the system, has no descriptor left.
    static boolean noDescriptors(IOException e) {
        return e instanceof FileSystemException failed
                && SystemError.tellsOf(
                        failed.getReason(),
                        SystemError.DESCRIPTORS,
                        SystemError.SYSTEM_DESCRIPTORS);
    }

    private void closeUnused() {
        for (SharedFile file = unused.poll(); file != null; file = unused.poll()) {
            forget(file);
            file.close();
        }
    }

    /// @return how many were closed
    private int relieve(int wanted) {
        closeUnused();
        List<SharedFile> taken;
        synchronized (this) {
            taken = take(wanted, 2 * open.size());
        }
        taken.forEach(SharedFile::close);
        return taken.size();
    }

    /// Under the monitor: files to be closed, found in so many steps of the hand.
    private List<SharedFile> take(int wanted, int stepsMax) {
        if (wanted <= 0) {
            return List.of();
        }
        List<SharedFile> taken = new ArrayList<>();
        for (int step = 0; step < stepsMax && taken.size() < wanted && !open.isEmpty(); step++) {
            hand = hand < open.size() ? hand : 0;
            SharedFile next = open.get(hand);
            if (next.wasUsedLately() || !next.take()) {
                hand++;
            } else {
                forget(next);
                taken.add(next);
            }
        }
        return taken;
    }

    /// Files that have to be forced before they can be closed, each used by the caller.
    private synchronized List<SharedFile> retainDirty() {
        List<SharedFile> dirty = new ArrayList<>();
        int wanted = Math.min(open.size() - max, FORCES);
        for (int i = 0; i < open.size() && dirty.size() < wanted; i++) {
            SharedFile file = open.get((hand + i) % open.size());
            if (file.isDirty() && !file.wasUsedLately() && file.retain()) {
                dirty.add(file);
            }
        }
        return dirty;
    }
}

package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open file of a segment and how many use it. The segment keeps it ([#disown()]) until it is
/// removed or [OpenFiles] needs the descriptor; whoever uses it then goes on, and the last one
/// closes it. Safe for any thread.
///
/// ```
///   owned, unused ── retain ──> owned, n users ── disown ──> n users
///         │ ^                        │                          │
///  take,  │ └──────── release ───────┘                   release│
///  disown │                                                     │
///         └─────────────────> closed <──────────────────────────┘
/// ```
final class SharedFile {
    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

    private static final AtomicIntegerFieldUpdater<SharedFile> STATE =
            AtomicIntegerFieldUpdater.newUpdater(SharedFile.class, "state");

    /// The segment's part; what is below [#DIRTY] is the number of users.
    private static final int OWNED = 1 << 30;

    /// Something was written that is not forced. The kernel forgets that it could not write a page
    /// when the last descriptor is closed, so such a file stays open.
    private static final int DIRTY = 1 << 29;

    private static final int USERS = DIRTY - 1;

    private final LogFile file;
    private final LogFile cachedReads;
    private final OpenFiles files;
    private volatile int state = OWNED + 1;

    /// Whether somebody came since the limit's hand passed. A race costs a file its turn at most.
    private boolean usedLately = true;

    /// Where it is among the open ones; [OpenFiles]'s.
    int slot;

    /// Its first user is who opened it.
    SharedFile(LogFile file, OpenFiles files) {
        this.file = file;
        cachedReads = new CachedReads(file);
        this.files = files;
    }

    /// What is written and forced goes through this object.
    LogFile file() {
        return file;
    }

    /// For who waits for the disk, and goes on where that is in memory.
    LogFile loadedReads() {
        return new LoadedReads(file);
    }

    /// For who must not wait for the disk.
    LogFile cachedReads() {
        return cachedReads;
    }

    /// One user more, unless it is closed.
    boolean retain() {
        int seen = state;
        while (isOpen(seen)) {
            if (STATE.compareAndSet(this, seen, seen + 1)) {
                if (!usedLately) {
                    usedLately = true;
                }
                return true;
            }
            seen = state;
        }
        return false;
    }

    /// Whether it is not closed yet.
    boolean isInUse() {
        return isOpen(state);
    }

    /// One user less. The last user of what is no segment's any more leaves closing it to a worker:
    /// a large file may go with it.
    void release() {
        int left = STATE.decrementAndGet(this);
        if ((left & USERS) == USERS) {
            throw new IllegalStateException(file.path() + " released more often than retained");
        }
        if (!isOpen(left)) {
            files.closeLater(this);
        }
    }

    /// The segment gives up its part, if it was not taken.
    void disown() {
        int seen = state;
        while ((seen & OWNED) != 0) {
            int left = seen - OWNED;
            if (STATE.compareAndSet(this, seen, left)) {
                if (!isOpen(left)) {
                    files.forget(this);
                    close();
                }
                return;
            }
            seen = state;
        }
    }

    /// Takes the segment's part, where nobody uses the file and everything in it is forced; to be
    /// closed then.
    boolean take() {
        return STATE.compareAndSet(this, OWNED, 0);
    }

    /// Whether somebody came since this was asked last.
    boolean wasUsedLately() {
        boolean was = usedLately;
        usedLately = false;
        return was;
    }

    boolean isDirty() {
        return (state & DIRTY) != 0;
    }

    /// See [LogFile#write].
    void write(ByteBuffer from, long position) throws IOException {
        try {
            file.write(from, position);
        } finally {
            if (!isDirty()) {
                STATE.updateAndGet(this, now -> now | DIRTY);
            }
        }
    }

    /// See [LogFile#force]. One at a time: of two who force a file at once the kernel tells only
    /// one that it could not write, and the other is to find the directory out of service.
    synchronized void force() throws IOException {
        // First, so that what is written meanwhile counts as not forced.
        STATE.updateAndGet(this, now -> now & ~DIRTY);
        file.force();
    }

    /// A file that fails to close has nothing to lose: what matters was forced.
    void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} did not close", file.path(), e);
        }
    }

    /// Whether somebody has it in a state: the segment, or a user.
    private static boolean isOpen(int state) {
        return (state & ~DIRTY) != 0;
    }
}

package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who gets a segment's file: it is opened when somebody needs it, shared by all who do
/// ([SharedFile]), and nobody's any more once the segment is retired. Safe for any thread.
final class SegmentFile {
    private final OpenFiles files;

    /// The segment's own name, or beside it. Written under this.
    private volatile Path path;

    /// Null, or closed, while nobody needs it. Written under this.
    private volatile @Nullable SharedFile shared;

    /// Guarded by this, like the one below.
    private boolean retired;

    /// The file of a retired segment, if it was open.
    private @Nullable SharedFile last;

    SegmentFile(OpenFiles files, Path path) {
        this.files = files;
        this.path = path;
    }

    /// Makes the file.
    void create() throws IOException {
        SharedFile made = files.share(path, LogFiles.Mode.CREATE);
        shared = made;
        made.release();
    }

    /// When the file was written last.
    long modifiedMs() throws IOException {
        return files.modifiedMs(path);
    }

    /// See [Segment#acquire].
    @Nullable SharedFile acquire() throws IOException {
        SharedFile seen = shared;
        if (seen != null && seen.retain()) {
            return seen;
        }
        synchronized (this) {
            if (retired) {
                return null;
            }
            SharedFile current = shared;
            if (current != null && current.retain()) {
                return current;
            }
            SharedFile opened = files.share(path, LogFiles.Mode.WRITE);
            shared = opened;
            return opened;
        }
    }

    /// See [Segment#acquireOpen].
    @Nullable SharedFile acquireOpen() {
        SharedFile seen = shared;
        return seen != null && seen.retain() ? seen : null;
    }

    /// See [Segment#using].
    SharedFile using() throws IOException {
        SharedFile file = acquire();
        if (file == null) {
            throw new IllegalStateException(path + " is used after it was removed");
        }
        return file;
    }

    /// Does what gives the segment's files their own names, while nobody opens them.
    ///
    /// @param own this one's
    /// @return what [SegmentSwap#rename] does
    synchronized Map<Long, Path> named(SegmentSwap swap, Path own) throws IOException {
        Map<Long, Path> leftovers = swap.rename();
        path = own;
        return leftovers;
    }

    /// From now on nobody gets the file; it is closed when those who have it are done.
    synchronized void retire() {
        if (retired) {
            return;
        }
        retired = true;
        SharedFile current = shared;
        last = current;
        shared = null;
        if (current != null) {
            current.disown();
        }
    }

    /// Whether somebody has the file of a retired segment, or may have that of another.
    synchronized boolean isInUse() {
        SharedFile file = retired ? last : shared;
        return file != null && file.isInUse();
    }
}

package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An open file. Positions are given with each call, so that any number of threads may read while
/// one writes.
public interface LogFile extends Closeable {
    Path path();

    /// Reads from `position` until the buffer is full or the file ends; the bytes read, 0 at the
    /// end.
    int read(ByteBuffer into, long position) throws IOException;

    /// Writes all that remains in the buffer. After an exception any part of it may be in the file.
    ///
    /// @throws NoSpace when the disk or the quota is full
    void write(ByteBuffer from, long position) throws IOException;

    /// Returns when everything written, and the file's size, survives a power cut. Never to be
    /// retried after an exception: the kernel has then forgotten which pages were lost (ATC'20,
    /// "Can applications recover from fsync failures?").
    void force() throws IOException;

    /// Has what was written between two positions taken to the disk, as far as nobody who appends
    /// has to wait for it. Nothing survives a power cut by this; it is for the memory that unforced
    /// bytes take.
    ///
    /// @return false, with nothing done, where that is not to be had without a [#force()]
    /// @throws IOException see [#force()]
    default boolean writeBack(long from, long to) throws IOException {
        return false;
    }

    long sizeBytes() throws IOException;

    /// Cuts the file, or does nothing when it is not longer.
    void truncate(long sizeBytes) throws IOException;

    /// Makes the file larger, without writing what is new: it reads as zeros. Where the file system
    /// can, it sets blocks aside for it. Does nothing when the file is not shorter. Not beside a
    /// write.
    ///
    /// @throws NoSpace when the disk or the quota is full
    default void extend(long sizeBytes) throws IOException {
        if (sizeBytes() < sizeBytes) {
            write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
    }

    /// Whether bytes that are in the file can be read without waiting for the disk, as far as that
    /// can be told cheaply; false where it is not known.
    default boolean isCached(long position, int sizeBytes) {
        return true;
    }

    /// Has the system bring bytes that are in the file into memory, and none but those, and waits
    /// for the first of them.
    ///
    /// @param sizeBytes how many are waited for
    /// @param aheadBytes how many behind those are wanted, too
    /// @return false, where that is not to be had, or what is waited for could not be read: a read
    ///   tells
    default boolean load(long position, int sizeBytes, int aheadBytes) {
        return false;
    }

    /// What sendfile reads from; null where files are not the machine's own. Not to be closed.
    @Nullable FileChannel channel();
}

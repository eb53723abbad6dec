package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file of which only what is in memory can be read: for who must not wait for the disk. Does
/// nothing else.
///
/// @param file that of a segment
record CachedReads(LogFile file) implements LogFile {
    /// @throws ColdRead when the bytes are not in memory
    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (!file.isCached(position, into.remaining())) {
            throw new ColdRead();
        }
        return file.read(into, position);
    }

    @Override
    public boolean isCached(long position, int sizeBytes) {
        return file.isCached(position, sizeBytes);
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long sizeBytes() throws IOException {
        return file.sizeBytes();
    }

    @Override
    public @Nullable FileChannel channel() {
        return file.channel();
    }

    @Override
    public void write(ByteBuffer from, long position) {
        throw new UnsupportedOperationException(path() + " is only read here");
    }

    @Override
    public void force() {
        throw new UnsupportedOperationException(path() + " is only read here");
    }

    @Override
    public void truncate(long sizeBytes) {
        throw new UnsupportedOperationException(path() + " is only read here");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException(path() + " is only read here");
    }
}

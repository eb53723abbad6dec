package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The machine's files, for tests that never lose power: forcing costs nothing, and a directory
/// that was left without a stop can be taken again. What a call does can be changed by a test.
class UnforcedFiles extends ForwardingFiles {
    UnforcedFiles() {
        super(LogFiles.system());
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        return new Unforced(super.open(path, mode));
    }

    /// Whatever the machine's has.
    @Override
    public DiskSpace space(Path directory) {
        return DiskSpace.PLENTY;
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {}

    @Override
    public @Nullable Closeable lock(Path path) throws IOException {
        return () -> {};
    }

    /// A read of a file, before it is done.
    void reading(Path path, ByteBuffer into, long position) throws IOException {}

    /// Whether bytes from a position on are in memory.
    boolean isCached(Path path, long position) {
        return true;
    }

    /// A write to a file, before it is done.
    void writing(Path path, ByteBuffer from, long position) throws IOException {}

    /// A force of a file, before it is done.
    void forcing(Path path) throws IOException {}

    /// Whether bytes of a file are written back without a force; nothing is done for it.
    boolean writingBack(Path path, long from, long to) {
        return false;
    }

    /// A file is cut, before it is done.
    void cutting(Path path) throws IOException {}

    /// A file, before it is closed.
    void closing(Path path) {}

    private final class Unforced extends ForwardingFile {
        Unforced(LogFile file) {
            super(file);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            reading(path(), into, position);
            return super.read(into, position);
        }

        @Override
        public boolean isCached(long position, int sizeBytes) {
            return UnforcedFiles.this.isCached(path(), position);
        }

        /// So that every read is seen.
        @Override
        public boolean load(long position, int sizeBytes, int aheadBytes) {
            return false;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            writing(path(), from, position);
            super.write(from, position);
        }

        @Override
        public void force() throws IOException {
            forcing(path());
        }

        @Override
        public boolean writeBack(long from, long to) {
            return writingBack(path(), from, to);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            cutting(path());
            super.truncate(sizeBytes);
        }

        /// By a write, as a test may see.
        @Override
        public void extend(long sizeBytes) throws IOException {
            if (sizeBytes() < sizeBytes) {
                write(ByteBuffer.allocate(1), sizeBytes - 1);
            }
        }

        @Override
        public void close() throws IOException {
            closing(path());
            super.close();
        }
    }
}

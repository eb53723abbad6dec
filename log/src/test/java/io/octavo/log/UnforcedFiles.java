package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The machine's files, for tests that never lose power: forcing costs nothing, and a directory
/// that was left without a stop can be taken again. What a call does can be changed by a test.
class UnforcedFiles implements LogFiles {
    private final LogFiles system = LogFiles.system();

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        return new Unforced(system.open(path, mode));
    }

    @Override
    public boolean exists(Path path) {
        return system.exists(path);
    }

    @Override
    public long sizeBytes(Path path) throws IOException {
        return system.sizeBytes(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return system.modifiedMs(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return system.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        system.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        system.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        system.delete(path);
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

    private final class Unforced implements LogFile {
        private final LogFile file;

        Unforced(LogFile file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            reading(file.path(), into, position);
            return file.read(into, position);
        }

        @Override
        public boolean isCached(long position, int sizeBytes) {
            return UnforcedFiles.this.isCached(file.path(), position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            writing(file.path(), from, position);
            file.write(from, position);
        }

        @Override
        public void force() throws IOException {
            forcing(file.path());
        }

        @Override
        public boolean writeBack(long from, long to) {
            return writingBack(file.path(), from, to);
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            cutting(file.path());
            file.truncate(sizeBytes);
        }

        @Override
        public @Nullable FileChannel channel() {
            return file.channel();
        }

        @Override
        public void close() throws IOException {
            closing(file.path());
            file.close();
        }
    }
}

package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The machine's files; a test is told before a file is written and after it was forced, and may
/// fail it or do something meanwhile.
final class WatchedFiles implements LogFiles {
    private static final LogFiles FILES = LogFiles.system();
    private static final Watch NOTHING = _ -> {};

    Watch beforeWrite = NOTHING;
    Watch afterForce = NOTHING;

    interface Watch {
        void see(Path path) throws IOException;
    }

    void watchNothing() {
        beforeWrite = NOTHING;
        afterForce = NOTHING;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        return new Watched(FILES.open(path, mode));
    }

    @Override
    public boolean exists(Path path) {
        return FILES.exists(path);
    }

    @Override
    public long sizeBytes(Path path) throws IOException {
        return FILES.sizeBytes(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return FILES.modifiedMs(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return FILES.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        FILES.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        FILES.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        FILES.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        FILES.forceDirectory(directory);
    }

    @Override
    public @Nullable Closeable lock(Path path) throws IOException {
        return FILES.lock(path);
    }

    private final class Watched implements LogFile {
        private final LogFile file;

        Watched(LogFile file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            beforeWrite.see(path());
            file.write(from, position);
        }

        @Override
        public void force() throws IOException {
            file.force();
            afterForce.see(path());
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            file.truncate(sizeBytes);
        }

        @Override
        public @Nullable FileChannel channel() {
            return file.channel();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}

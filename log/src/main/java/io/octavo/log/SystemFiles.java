package io.octavo.log;

import java.io.Closeable;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine's files, by [FileChannel].
enum SystemFiles implements LogFiles {
    INSTANCE;

    private static final Logger LOG = LoggerFactory.getLogger(SystemFiles.class);

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> WRITE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        if (mode == Mode.READ_DISK) {
            return DiskReads.open(path);
        }
        Set<OpenOption> options =
                switch (mode) {
                    case READ, READ_DISK -> READ;
                    case WRITE -> WRITE;
                    case CREATE -> CREATE;
                };
        try {
            FileChannel channel = FileChannel.open(path, options);
            return new OpenFile(path, channel, new PageCache(path, channel));
        } catch (IOException e) {
            throw named(e, path);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long sizeBytes(Path path) throws IOException {
        return Files.size(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return Files.getLastModifiedTime(path).toMillis();
    }

    @Override
    public void backdate(Path path, long modifiedMs) {
        try {
            Files.setLastModifiedTime(path, FileTime.fromMillis(modifiedMs));
        } catch (IOException refused) {
            LOG.warn("{} counts as written now: its time could not be set", path, refused);
        }
    }

    @Override
    public DiskSpace space(Path directory) {
        // Asked every second: this reads no table of mounted file systems.
        File file = directory.toFile();
        return new DiskSpace(file.getTotalSpace(), file.getUsableSpace());
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw named(e, directory);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw named(e, to);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        } catch (FileSystemException unopened) {
            throw unopened;
        } catch (IOException e) {
            throw new IOException(directory + " could not be forced: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Closeable lock(Path path) throws IOException {
        return ProcessLocks.lock(path);
    }

    @Override
    public void prepare() {
        LinuxFiles.prepare();
    }

    /// A file that exists, to be closed by the caller.
    static FileChannel readable(Path path) throws IOException {
        return FileChannel.open(path, READ);
    }

    /// The same failure under a type that says whether it passes, with the file's name.
    private static IOException named(IOException e, Path path) {
        String message = path + ": " + e.getMessage();
        if (SystemError.tellsOf(message, SystemError.NO_SPACE, SystemError.QUOTA)) {
            return new NoSpace(message, e);
        }
        return e instanceof FileSystemException ? e : new IOException(message, e);
    }

    private record OpenFile(Path path, FileChannel channel, PageCache pageCache)
            implements LogFile {
        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int n = channel.read(into, position + total);
                if (n < 0) {
                    break;
                }
                total += n;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            try {
                long at = position;
                while (from.hasRemaining()) {
                    at += channel.write(from, at);
                }
            } catch (IOException e) {
                throw named(e, path);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                // Not by whether it passes: what is lost is lost, also for want of space.
                throw new IOException(path + " could not be forced: " + e.getMessage(), e);
            }
        }

        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            try {
                channel.truncate(sizeBytes);
            } catch (IOException e) {
                throw named(e, path);
            }
        }

        /// A channel can only cut. Without blocks set aside it is a hole.
        @Override
        public void extend(long sizeBytes) throws IOException {
            long now = channel.size();
            if (now < sizeBytes && !LinuxFiles.extend(path, now, sizeBytes)) {
                try (RandomAccessFile same = new RandomAccessFile(path.toFile(), "rw")) {
                    same.setLength(sizeBytes);
                } catch (FileNotFoundException unopened) {
                    throw new FileSystemException(path.toString(), null, unopened.getMessage());
                } catch (IOException e) {
                    throw named(e, path);
                }
            }
        }

        @Override
        public boolean writeBack(long from, long to) throws IOException {
            return LinuxFiles.writeBack(path, from, to);
        }

        @Override
        public boolean isCached(long position, int sizeBytes) {
            return pageCache.holds(position, sizeBytes);
        }

        @Override
        public boolean load(long position, int sizeBytes, int aheadBytes) {
            return pageCache.load(position, sizeBytes, aheadBytes);
        }

        @Override
        public void close() throws IOException {
            pageCache.close();
            channel.close();
        }
    }
}

package io.octavo.log;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A disk in memory that forgets as a disk does: what was not forced is lost or kept by a power
/// cut, each piece for itself ([PowerCut]). A name is durable when its directory is forced, never
/// because its file is. A force that fails forgets the bytes it was to write, and the next one
/// succeeds (ATC'20, "Can applications recover from fsync failures?"); how long a file is stays to
/// be written, because it is in the journal, and a file system whose journal failed takes no more.
///
/// A test sees every call before and after it is done, and fails one by throwing before. Safe for
/// any thread.
public final class SimulatedDisk implements LogFiles {
    /// What a disk writes whole or not at all.
    public static final int SECTOR_BYTES = 512;

    /// Absolute paths begin here; relative ones too.
    private static final Path ROOT = Path.of("").toAbsolutePath().getRoot();

    private static final long ENDLESS = 1L << 60;

    private static final Watch NOTHING = _ -> {};

    private Watch before = NOTHING;
    private Watch after = NOTHING;
    private long freeBytes = ENDLESS;

    private final DiskNode.Directory top = new DiskNode.Directory();

    /// Every directory by its path.
    private final Map<Path, DiskNode.Directory> directories = new HashMap<>();

    /// In the order done.
    private final List<Unforced> unforced = new ArrayList<>();

    private final Set<Path> locks = new HashSet<>();

    /// What is done by a call.
    public enum Kind {
        OPEN,
        READ,
        CREATE,
        WRITE,
        EXTEND,
        CUT,
        FORCE,
        CREATE_DIRECTORY,
        RENAME,
        DELETE,
        FORCE_DIRECTORY;

        /// Whether a crash after it may leave something else than one before.
        public boolean changes() {
            return this != OPEN && this != READ;
        }
    }

    /// @param position where it is read or written, or cut
    /// @param bytes how many are read or written
    public record Call(Kind kind, Path path, long position, int bytes) {
        Call(Kind kind, Path path) {
            this(kind, path, 0, 0);
        }
    }

    /// Sees a call.
    public interface Watch {
        /// @throws IOException for what is called to fail with
        void see(Call call) throws IOException;
    }

    /// An empty disk.
    public SimulatedDisk() {}

    /// A disk after a power cut.
    SimulatedDisk(DiskImage.Directory image) {
        image.entries().forEach((name, node) -> load(top, ROOT.resolve(name), node));
    }

    /// The disk as the next process finds it when this one is killed: everything written is there,
    /// and not more durable than it was.
    synchronized SimulatedDisk killed() {
        SimulatedDisk next = new SimulatedDisk();
        DiskCopy copy = new DiskCopy(top, next.top, directories.values());
        directories.forEach((path, directory) -> next.directories.put(path, copy.of(directory)));
        for (Unforced one : unforced) {
            next.unforced.add(copy.of(one));
        }
        return next;
    }

    /// Sees every call before it is done.
    public void watchBefore(Watch watch) {
        before = watch;
    }

    /// Sees every call that was done.
    public void watchAfter(Watch watch) {
        after = watch;
    }

    public void watchNothing() {
        before = NOTHING;
        after = NOTHING;
    }

    /// Files can grow by so much from now on.
    public synchronized void free(long bytes) {
        freeBytes = bytes;
    }

    /// There is room for everything.
    public void free() {
        free(ENDLESS);
    }

    /// The process that used the disk has ended.
    public synchronized void release() {
        locks.clear();
    }

    /// What a power cut may undo, in the order done.
    List<Unforced> unforced() {
        return unforced;
    }

    DiskNode.Directory top() {
        return top;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        DiskNode.File file = file(path);
        if (file == null && mode != Mode.CREATE) {
            throw new NoSuchFileException(path.toString());
        }
        Call call = new Call(file == null ? Kind.CREATE : Kind.OPEN, path);
        before.see(call);
        if (file == null) {
            file = create(path);
        }
        after.see(call);
        return new Opened(path, file);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return node(path) != null;
    }

    @Override
    public long sizeBytes(Path path) throws IOException {
        DiskNode.File file = file(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file.sizeBytes();
    }

    /// Nothing here has an age.
    @Override
    public long modifiedMs(Path path) throws IOException {
        sizeBytes(path);
        return 0;
    }

    @Override
    public void backdate(Path path, long modifiedMs) {}

    @Override
    public synchronized List<String> list(Path directory) {
        DiskNode.Directory found = directory(directory);
        return found == null ? List.of() : found.entries.keySet().stream().sorted().toList();
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        if (exists(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        Call call = new Call(Kind.CREATE_DIRECTORY, directory);
        before.see(call);
        synchronized (this) {
            DiskNode.Directory made = new DiskNode.Directory();
            name(directory, made);
            directories.put(directory, made);
        }
        after.see(call);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Call call = new Call(Kind.RENAME, from);
        before.see(call);
        synchronized (this) {
            if (!Objects.equals(from.getParent(), to.getParent())) {
                throw new IOException(from + " and " + to + " are not in one directory");
            }
            DiskNode node = node(from);
            if (node == null) {
                throw new NoSuchFileException(from.toString());
            }
            DiskNode.Directory parent = parent(from);
            parent.entries.remove(fileName(from));
            parent.entries.put(fileName(to), node);
            unforced.add(new Unforced.Rename(parent, fileName(from), fileName(to), node));
            if (node instanceof DiskNode.Directory) {
                for (Path path : List.copyOf(directories.keySet())) {
                    if (path.startsWith(from)) {
                        DiskNode.Directory moved = directories.remove(path);
                        directories.put(to.resolve(from.relativize(path)), moved);
                    }
                }
            }
        }
        after.see(call);
    }

    @Override
    public void delete(Path path) throws IOException {
        DiskNode node;
        synchronized (this) {
            node = node(path);
        }
        if (node == null) {
            return;
        }
        Call call = new Call(Kind.DELETE, path);
        before.see(call);
        synchronized (this) {
            if (node instanceof DiskNode.Directory directory) {
                if (!directory.entries.isEmpty()) {
                    throw new DirectoryNotEmptyException(path.toString());
                }
                directories.remove(path);
            }
            name(path, null);
        }
        after.see(call);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        Call call = new Call(Kind.FORCE_DIRECTORY, directory);
        before.see(call);
        synchronized (this) {
            DiskNode.Directory found = directory(directory);
            if (found == null) {
                throw new NoSuchFileException(directory.toString());
            }
            found.durable = new HashMap<>(found.entries);
            unforced.removeIf(one -> one.place() == found);
        }
        after.see(call);
    }

    @Override
    public synchronized @Nullable Closeable lock(Path path) {
        if (!locks.add(path)) {
            return null;
        }
        return () -> unlock(path);
    }

    private synchronized void unlock(Path path) {
        locks.remove(path);
    }

    private synchronized DiskNode.@Nullable File file(Path path) throws IOException {
        DiskNode node = node(path);
        if (node instanceof DiskNode.Directory) {
            throw new FileNotFoundException(path + " is a directory");
        }
        return (DiskNode.File) node;
    }

    private synchronized DiskNode.File create(Path path) throws IOException {
        DiskNode.File made = new DiskNode.File(DiskImage.File.EMPTY, DiskImage.File.EMPTY);
        name(path, made);
        return made;
    }

    private @Nullable DiskNode node(Path path) {
        if (path.getFileName() == null) {
            return top;
        }
        DiskNode.Directory directory = directory(path.getParent());
        return directory == null ? null : directory.entries.get(fileName(path));
    }

    private DiskNode.@Nullable Directory directory(@Nullable Path path) {
        return path == null || path.getFileName() == null ? top : directories.get(path);
    }

    private DiskNode.Directory parent(Path path) throws IOException {
        DiskNode.Directory directory = directory(path.getParent());
        if (directory == null) {
            throw new NoSuchFileException(path.toString());
        }
        return directory;
    }

    private void name(Path path, @Nullable DiskNode node) throws IOException {
        DiskNode.Directory parent = parent(path);
        if (node == null) {
            parent.entries.remove(fileName(path));
        } else {
            parent.entries.put(fileName(path), node);
        }
        unforced.add(new Unforced.Name(parent, fileName(path), node));
    }

    private static String fileName(Path path) {
        return path.getFileName().toString();
    }

    private void load(DiskNode.Directory parent, Path path, DiskImage image) {
        DiskNode node =
                switch (image) {
                    case DiskImage.File file -> new DiskNode.File(file, file);
                    case DiskImage.Directory directory -> {
                        DiskNode.Directory made = new DiskNode.Directory();
                        directories.put(path, made);
                        directory
                                .entries()
                                .forEach((name, entry) -> load(made, path.resolve(name), entry));
                        yield made;
                    }
                };
        parent.entries.put(fileName(path), node);
        parent.durable.put(fileName(path), node);
    }

    private final class Opened implements LogFile {
        private final Path path;
        private final DiskNode.File file;

        Opened(Path path, DiskNode.File file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            before.see(new Call(Kind.READ, path, position, into.remaining()));
            synchronized (SimulatedDisk.this) {
                int n = (int) Math.min(into.remaining(), file.sizeBytes() - position);
                if (n <= 0) {
                    return 0;
                }
                into.put(file.bytes(), (int) position, n);
                return n;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            Call call = new Call(Kind.WRITE, path, position, from.remaining());
            before.see(call);
            boolean full;
            synchronized (SimulatedDisk.this) {
                long room = file.sizeBytes() - position + freeBytes;
                int n = (int) Math.min(from.remaining(), Math.max(room, 0));
                full = n < from.remaining();
                byte[] bytes = new byte[n];
                from.get(bytes);
                int grown = Math.max((int) position + n - file.sizeBytes(), 0);
                freeBytes -= grown;
                if (n > 0) {
                    file.write(bytes, (int) position);
                    unforced.add(new Unforced.Write(file, (int) position, bytes));
                }
            }
            after.see(call);
            refuse(full);
        }

        @Override
        public void extend(long sizeBytes) throws IOException {
            int from = file.sizeBytes();
            if (sizeBytes <= from) {
                return;
            }
            Call call = new Call(Kind.EXTEND, path, from, (int) sizeBytes - from);
            before.see(call);
            int grown;
            synchronized (SimulatedDisk.this) {
                grown = Math.clamp(freeBytes, 0, call.bytes());
                freeBytes -= grown;
                if (grown > 0) {
                    file.write(new byte[grown], from);
                    unforced.add(new Unforced.Extend(file, from + grown));
                }
            }
            after.see(call);
            refuse(grown < call.bytes());
        }

        @Override
        public void force() throws IOException {
            Call call = new Call(Kind.FORCE, path);
            try {
                before.see(call);
            } catch (IOException e) {
                synchronized (SimulatedDisk.this) {
                    unforced.replaceAll(one -> one.place() == file ? one.withoutBytes() : one);
                }
                throw e;
            }
            synchronized (SimulatedDisk.this) {
                file.durable = PowerCut.forced(file, unforced);
                unforced.removeIf(one -> one.place() == file);
            }
            after.see(call);
        }

        @Override
        public long sizeBytes() {
            return file.sizeBytes();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            if (sizeBytes >= file.sizeBytes()) {
                return;
            }
            Call call = new Call(Kind.CUT, path, sizeBytes, 0);
            before.see(call);
            synchronized (SimulatedDisk.this) {
                freeBytes += file.sizeBytes() - sizeBytes;
                file.cut((int) sizeBytes);
                unforced.add(new Unforced.Cut(file, (int) sizeBytes));
            }
            after.see(call);
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {}

        private void refuse(boolean full) throws NoSpace {
            if (full) {
                throw new NoSpace(path + ": the disk is full", new IOException("full"));
            }
        }
    }
}

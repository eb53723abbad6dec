package io.octavo.broker.replica;

import io.octavo.log.DiskSpace;
import io.octavo.log.ForwardingFile;
import io.octavo.log.ForwardingFiles;
import io.octavo.log.LogFile;
import io.octavo.log.LogFiles;
import io.octavo.log.NoSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The machine's files, until a test breaks them.
public final class FailingFiles extends ForwardingFiles {
    private String unreadable = "nothing";
    private String unwritable = "nothing";
    private String unforceable = "nothing";
    private boolean full;
    private String awaited = "nothing";
    private Runnable beforeRead = () -> {};
    private Runnable beforeWrite = () -> {};
    private Runnable duringForce = () -> {};
    private String renamed = "nothing";
    private Runnable behindRename = () -> {};
    private long free = Long.MAX_VALUE;
    private String immovable = "nothing";
    private boolean directoryForcesFail;
    private boolean forgetful;
    private int reads;
    private final Set<Path> forcedDirectories = ConcurrentHashMap.newKeySet();
    private final Set<Opened> open = ConcurrentHashMap.newKeySet();
    private final Set<Path> inMemory = ConcurrentHashMap.newKeySet();

    public FailingFiles() {
        super(LogFiles.system());
    }

    /// Reads below a directory of this name fail from now on.
    public void failReads(String directory) {
        unreadable = directory;
    }

    /// Writes below a directory of this name fail from now on.
    public void failWrites(String directory) {
        unwritable = directory;
    }

    /// Forces below a directory of this name fail from now on.
    public void failForces(String directory) {
        unforceable = directory;
    }

    /// A file or directory of this name keeps it from now on: no descriptor is left, say.
    public void failRenames(String name) {
        immovable = name;
    }

    /// Whether directories can be forced from now on.
    public void failDirectoryForces(boolean fail) {
        directoryForcesFail = fail;
    }

    /// The disk is full from now on.
    public void fill() {
        full = true;
    }

    /// Something happens before a file of this name is read next, once.
    public void beforeRead(String name, Runnable step) {
        awaited = name;
        beforeRead = step;
    }

    /// Something happens before the next write, once.
    public void beforeWrite(Runnable step) {
        beforeWrite = step;
    }

    /// Something happens while the next force runs, once.
    public void duringForce(Runnable step) {
        duringForce = step;
    }

    /// Something happens behind the next rename of what has a name that ends so, once.
    public void behindRename(String ending, Runnable step) {
        renamed = ending;
        behindRename = step;
    }

    /// So much is free from now on, of a disk of a gigabyte.
    public void free(long bytes) {
        free = bytes;
    }

    /// How often files were read, or could not be.
    public int reads() {
        return reads;
    }

    /// The directories that were forced.
    public Set<Path> forcedDirectories() {
        return forcedDirectories;
    }

    /// The names of the files that are open.
    public List<String> openFiles() {
        return open.stream().map(file -> file.path().getFileName().toString()).toList();
    }

    /// No file is in memory from now on, until it is read again.
    public void forget() {
        forgetful = true;
        inMemory.clear();
    }

    /// Everything works again.
    public void mend() {
        unreadable = "nothing";
        unwritable = "nothing";
        unforceable = "nothing";
        immovable = "nothing";
        full = false;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        Opened opened = new Opened(super.open(path, mode));
        open.add(opened);
        return opened;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (from.getFileName().toString().equals(immovable)) {
            throw new FileSystemException(from.toString(), null, "broken by a test");
        }
        super.rename(from, to);
        if (from.getFileName().toString().endsWith(renamed)) {
            renamed = "nothing";
            behindRename.run();
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (directoryForcesFail) {
            throw new IOException("broken by a test: " + directory);
        }
        super.forceDirectory(directory);
        forcedDirectories.add(directory);
    }

    @Override
    public DiskSpace space(Path directory) {
        return new DiskSpace(1 << 30, free);
    }

    private static boolean within(Path path, String directory) {
        for (Path name : path) {
            if (name.toString().equals(directory)) {
                return true;
            }
        }
        return false;
    }

    private final class Opened extends ForwardingFile {
        Opened(LogFile file) {
            super(file);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            reads++;
            if (within(path(), awaited)) {
                awaited = "nothing";
                beforeRead.run();
            }
            if (within(path(), unreadable)) {
                throw new IOException("broken by a test: " + path());
            }
            inMemory.add(path());
            return super.read(into, position);
        }

        @Override
        public boolean isCached(long position, int sizeBytes) {
            return !forgetful || inMemory.contains(path());
        }

        /// So that every read is seen.
        @Override
        public boolean load(long position, int sizeBytes, int aheadBytes) {
            return false;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            Runnable step = beforeWrite;
            beforeWrite = () -> {};
            step.run();
            if (full) {
                throw new NoSpace("filled by a test", new IOException("full"));
            }
            if (within(path(), unwritable)) {
                throw new IOException("broken by a test: " + path());
            }
            super.write(from, position);
        }

        @Override
        public void force() throws IOException {
            Runnable step = duringForce;
            duringForce = () -> {};
            step.run();
            if (within(path(), unforceable)) {
                throw new IOException("broken by a test: " + path());
            }
            super.force();
        }

        @Override
        public boolean writeBack(long from, long to) {
            return false;
        }

        /// By a write, which may fail.
        @Override
        public void extend(long sizeBytes) throws IOException {
            if (sizeBytes() < sizeBytes) {
                write(ByteBuffer.allocate(1), sizeBytes - 1);
            }
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }
    }
}

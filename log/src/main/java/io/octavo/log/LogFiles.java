package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The file system as a log sees it, so that a simulation can lose what was not forced. All methods
/// block, may be called from any thread, and throw the environment's faults; [NoSpace] tells a full
/// disk from a broken one.
public interface LogFiles {
    /// How a file is opened.
    enum Mode {
        READ,
        /// Reads what the disk has, past the memory of the system, where that can be; as READ where
        /// it cannot. For one thread.
        READ_DISK,
        /// Reads and writes a file that exists.
        WRITE,
        /// Reads and writes, and makes the file if there is none.
        CREATE
    }

    /// @throws java.nio.file.NoSuchFileException when there is none and the mode does not make one
    LogFile open(Path path, Mode mode) throws IOException;

    boolean exists(Path path);

    /// The size of a file that nobody has to open for it.
    long sizeBytes(Path path) throws IOException;

    /// When a file was written to last, by the wall clock, in milliseconds since 1970.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none
    long modifiedMs(Path path) throws IOException;

    /// Has a file seem to be written to last at another time, as that of which it is a copy was. A
    /// hint for retention: a power cut may take it back, and where it is refused nothing is done.
    void backdate(Path path, long modifiedMs);

    /// The room of the file system that a directory is on; plenty where there is no real one.
    default DiskSpace space(Path directory) throws IOException {
        return DiskSpace.PLENTY;
    }

    /// The names in a directory, sorted; none when there is no such directory.
    List<String> list(Path directory) throws IOException;

    /// Makes the directory and those above it; fine when it exists.
    void createDirectory(Path directory) throws IOException;

    /// Renames a file or directory at once, over a file of that name if there is one. Durable when
    /// both parents are forced.
    void rename(Path from, Path to) throws IOException;

    /// Removes a file or an empty directory; fine when there is none. Whoever has the file open can
    /// go on reading it.
    void delete(Path path) throws IOException;

    /// Makes creations, renames and deletions in this directory survive a power cut.
    void forceDirectory(Path directory) throws IOException;

    /// Takes the lock that this file stands for until it is closed or the process ends; null when
    /// another has it.
    @Nullable Closeable lock(Path path) throws IOException;

    /// Does beforehand what would make the first uses of something slow; to be called once, when
    /// nobody waits. What reads ahead of a consumer does so only after this.
    default void prepare() {}

    /// The machine's own file system.
    static LogFiles system() {
        return SystemFiles.INSTANCE;
    }
}

package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files that this process has locked against others. The system's locks are the process's:
/// closing *any* descriptor of a file gives up all that it has on it. So a file that is locked here
/// already is not opened once more. Safe for any thread.
final class ProcessLocks {
    /// By what the system knows the files by, whatever path leads there. Guarded by it.
    private static final Set<Object> LOCKED = new HashSet<>();

    private ProcessLocks() {}

    /// Locks a file, making it if there is none.
    ///
    /// @return null when it is locked, by another process or by this one
    static @Nullable Closeable lock(Path path) throws IOException {
        synchronized (LOCKED) {
            if (Files.exists(path) && LOCKED.contains(key(path))) {
                return null;
            }
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            boolean locked = false;
            try {
                FileLock lock = channel.tryLock();
                locked = lock != null;
                if (!locked) {
                    return null;
                }
                Object key = key(path);
                LOCKED.add(key);
                return () -> unlock(key, channel);
            } catch (OverlappingFileLockException others) {
                // Something else in this process has it.
                return null;
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
        }
    }

    private static void unlock(Object key, FileChannel channel) throws IOException {
        synchronized (LOCKED) {
            if (channel.isOpen()) {
                LOCKED.remove(key);
                channel.close();
            }
        }
    }

    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNullElse(key, path.toRealPath());
    }
}

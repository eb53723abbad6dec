package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Small files that are read at once and replaced at once: written beside, forced, renamed, and the
/// directory forced, so that at any time there is the old one or the new one.
final class WholeFile {
    private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);

    private WholeFile() {}

    /// All of the file, or null when there is none. Where the disk cannot read it, it has nothing
    /// in it, like one that is not whole.
    static @Nullable ByteBuffer read(LogFiles files, Path path) throws IOException {
        try (LogFile file = files.open(path, LogFiles.Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            file.read(bytes, 0);
            return bytes.flip();
        } catch (NoSuchFileException absent) {
            return null;
        } catch (DamagedLog unreadable) {
            LOG.error("{}; it counts as empty", unreadable.getMessage());
            return ByteBuffer.allocate(0);
        }
    }

    /// Writes a file that nobody of ours reads: after a power cut it may be empty, or gone.
    static void write(LogFiles files, Path path, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        try (LogFile file = files.open(path, LogFiles.Mode.CREATE)) {
            file.write(bytes, 0);
            file.truncate(length);
        }
    }

    static void replace(LogFiles files, Path path, ByteBuffer bytes) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + SegmentPaths.UNFINISHED);
        try (LogFile file = files.open(beside, LogFiles.Mode.CREATE)) {
            file.truncate(0);
            file.write(bytes, 0);
            file.force();
        } catch (NoSpace full) {
            // What room it got others may need, to make more.
            try {
                files.delete(beside);
            } catch (IOException stays) {
                full.addSuppressed(stays);
            }
            throw full;
        }
        files.rename(beside, path);
        files.forceDirectory(Objects.requireNonNull(path.getParent(), "a file in a directory"));
    }

    /// Makes a directory that survives a power cut, and those above it.
    static void makeDirectory(LogFiles files, Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !files.exists(directory)) {
            makeDirectory(files, parent);
            files.createDirectory(directory);
            files.forceDirectory(parent);
        }
    }
}

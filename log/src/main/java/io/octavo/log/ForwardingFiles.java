package io.octavo.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Other files, but for what a subclass does otherwise.
public abstract class ForwardingFiles implements LogFiles {
    private final LogFiles files;

    protected ForwardingFiles(LogFiles files) {
        this.files = files;
    }

    @Override
    public LogFile open(Path path, Mode mode) throws IOException {
        return files.open(path, mode);
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public long sizeBytes(Path path) throws IOException {
        return files.sizeBytes(path);
    }

    @Override
    public long modifiedMs(Path path) throws IOException {
        return files.modifiedMs(path);
    }

    @Override
    public void backdate(Path path, long modifiedMs) {
        files.backdate(path, modifiedMs);
    }

    @Override
    public DiskSpace space(Path directory) throws IOException {
        return files.space(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        files.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public @Nullable Closeable lock(Path path) throws IOException {
        return files.lock(path);
    }

    @Override
    public void prepare() {
        files.prepare();
    }
}

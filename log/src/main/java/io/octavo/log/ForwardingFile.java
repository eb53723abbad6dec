package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Another file, but for what a subclass does otherwise.
public abstract class ForwardingFile implements LogFile {
    private final LogFile file;

    protected ForwardingFile(LogFile file) {
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
        file.write(from, position);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public boolean writeBack(long from, long to) throws IOException {
        return file.writeBack(from, to);
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
    public void extend(long sizeBytes) throws IOException {
        file.extend(sizeBytes);
    }

    @Override
    public boolean isCached(long position, int sizeBytes) {
        return file.isCached(position, sizeBytes);
    }

    @Override
    public boolean load(long position, int sizeBytes, int aheadBytes) {
        return file.load(position, sizeBytes, aheadBytes);
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
